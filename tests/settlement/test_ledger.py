"""The ledger: fees at handover, reversals, statements, and what the database refuses."""

from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from uuid import UUID
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.db import IntegrityError
from django.db import connection
from django.db import transaction

from forecourt import journal
from forecourt.journal.models import Entry
from forecourt.platform import ticks
from forecourt.platform.actions import Action
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import Place
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.settlement import queries
from forecourt.settlement.actions import close_last_month
from forecourt.settlement.actions import issue_statements
from forecourt.settlement.actions import post_fee
from forecourt.settlement.models import Posting
from forecourt.settlement.models import Statement

SELLER = Place(brand="aito", region="east", operator="op-001", store="sh-001")
DELIVERER = Place(brand="aito", region="east", operator="op-002", store="sh-002")
PERSON = uuid4()


def _tell(do, *, kind, place, **columns):
    journal.write(
        do, kind, stream=columns.pop("stream", None) or uuid4(), place=place, person=PERSON, **columns
    )


tell = Action("tests.tell", frozenset(), _tell)


@pytest.fixture
def order() -> UUID:
    return uuid4()


def did(system, at, place, playbook, step, role="adviser"):
    """A step that somebody of a store did."""
    actor = Actor("st-00001", role, Scope("store", (place.store,)))
    Action("tests.did", frozenset({role}), _tell)(
        by=actor, at=at, kind="journeys.step_done", place=place, playbook=playbook, step=step
    )


@pytest.fixture
def sold(db, system, at):
    """One store sold the car with a test drive, another handed it over."""
    for hours, step in enumerate(("respond", "test_drive", "place_order")):
        did(system, at + timedelta(hours=hours), SELLER, "retail", step)
    did(system, at + timedelta(days=20), DELIVERER, "order-to-handover", "hand_over", "delivery_specialist")
    return at + timedelta(days=20)


@pytest.fixture
def handed_over(sold, system, order):
    objects = {"order": order, "vehicle": "LVVTEST0000000001"}
    tell(
        by=system,
        at=sold,
        kind="delivery.handed_over",
        place=DELIVERER,
        objects=objects,
        data={"price": "300000.00"},
    )
    journal.drain(sold + timedelta(minutes=1))
    return sold


def test_each_part_goes_to_the_store_whose_people_did_the_step(handed_over, ops_scope):
    with reading(ops_scope):
        earned = {
            (one.party, one.component): one.amount for one in Posting.objects.filter(party_kind="operator")
        }
    assert earned == {
        ("op-001", "lead"): Decimal("2400.00"),
        ("op-001", "test_drive"): Decimal("3000.00"),
        ("op-001", "close"): Decimal("6000.00"),
        ("op-001", "staff_pay"): Decimal("-1500.00"),
        ("op-002", "deliver"): Decimal("6000.00"),
        ("op-002", "staff_pay"): Decimal("-300.00"),
    }


def test_all_postings_sum_to_zero(handed_over, ops_scope):
    with reading(ops_scope):
        assert sum(Decimal(amount) for amount in queries.totals().values()) == 0


def test_a_handover_told_twice_is_paid_once(handed_over, system, order, ops_scope):
    tell(
        by=system,
        at=handed_over,
        kind="delivery.handed_over",
        place=DELIVERER,
        objects={"order": order},
        data={"price": "1.00"},
    )
    journal.drain(handed_over + timedelta(minutes=2))
    with reading(ops_scope):
        assert Posting.objects.values("transaction").distinct().count() == 1


def test_a_cancellation_within_the_window_is_reversed_line_by_line(handed_over, system, order, ops_scope):
    later = handed_over + timedelta(days=3)
    tell(by=system, at=later, kind="sales.order_cancelled", place=SELLER, objects={"order": order})
    journal.drain(later + timedelta(minutes=1))
    with reading(ops_scope):
        assert set(queries.totals().values()) == {"0.00"}
        assert Posting.objects.count() == 2 * Posting.objects.filter(transaction__kind="reversal").count()


def test_a_cancellation_after_the_window_is_not(handed_over, system, order, ops_scope):
    later = handed_over + timedelta(days=31)
    tell(by=system, at=later, kind="sales.order_cancelled", place=SELLER, objects={"order": order})
    journal.drain(later + timedelta(minutes=1))
    with reading(ops_scope):
        assert not Posting.objects.filter(transaction__kind="reversal").exists()


def test_an_operator_sees_its_own_lines_only(handed_over):
    with reading(Scope("operator", ("op-001",))):
        assert set(Posting.objects.values_list("operator", flat=True)) == {"op-001"}


def test_a_carmaker_does_not_see_what_a_person_earns(handed_over):
    with reading(Scope("brand", ("aito",))):
        kinds = set(Posting.objects.values_list("party_kind", flat=True))
    assert "staff" not in kinds and "carmaker" in kinds


def test_the_database_refuses_a_transaction_that_does_not_balance(handed_over, ops_scope):
    with pytest.raises(IntegrityError, match="sum to"), transaction.atomic(), reading(ops_scope):
        one = Posting.objects.first()
        Posting.objects.create(
            id=uuid4(), transaction_id=one.transaction_id, order_id=one.order_id, party_kind="network", party="network",
            component="gift", amount=1, entry_id=one.entry_id, month=one.month,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_to_alter_a_posting(handed_over, ops_scope):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), reading(ops_scope):
        Posting.objects.update(amount=1)


def test_a_month_is_closed_once_and_only_when_it_is_over(handed_over, system, ops_scope):
    with pytest.raises(Refused) as refused:
        issue_statements(by=system, at=handed_over, month="2026-03-01")
    assert refused.value.code == "settlement.month_open"
    over = handed_over + timedelta(days=10)
    assert issue_statements(by=system, at=over, month="2026-03-01")["issued"] == 2
    assert issue_statements(by=system, at=over, month="2026-03-01")["issued"] == 0
    with reading(ops_scope):
        account = queries.account("op-001", handed_over.date())
    assert account.statement is not None and account.statement.total == account.net == Decimal("9900.00")


def test_every_line_drills_to_the_entry_that_earned_it(handed_over, ops_scope):
    with reading(ops_scope):
        lines = queries.with_entries(queries.lines("op-001", handed_over.date(), "test_drive"))
    assert [(line.entry.kind, line.entry.step) for line in lines] == [("journeys.step_done", "test_drive")]


def test_no_store_can_post_a_fee(db, at):
    manager = Actor("st-00009", "store_manager", Scope("store", ("sh-001",)))
    with pytest.raises(Forbidden):
        post_fee(by=manager, at=at, entry=None)


@pytest.fixture
def ops_scope() -> Scope:
    return Scope("network")


@pytest.mark.parametrize("table", ["transaction", "statement"])
def test_the_database_refuses_to_alter_what_was_booked(handed_over, system, ops_scope, table):
    issue_statements(by=system, at=handed_over + timedelta(days=10), month="2026-03-01")
    for change in (f"UPDATE settlement_{table} SET brand = 'x'", f"DELETE FROM settlement_{table}"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            reading(ops_scope),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def second_order(system, at, **objects):
    """The same customer takes a second car, for which nobody did a test drive."""
    did(system, at, DELIVERER, "order-to-handover", "hand_over", "delivery_specialist")
    facts = {"place": DELIVERER, "objects": {"order": uuid4()}, "data": {"price": "300000.00"}}
    tell(by=system, at=at, kind="delivery.handed_over", **facts)
    journal.drain(at + timedelta(minutes=1))


def test_one_test_drive_is_not_paid_for_two_cars(handed_over, system, ops_scope):
    second_order(system, handed_over + timedelta(days=2))
    with reading(ops_scope):
        paid = Posting.objects.filter(component="test_drive", amount__gt=0)
        assert {(one.party_kind, one.party) for one in paid} == {("operator", "op-001")}
        deliveries = Posting.objects.filter(component="deliver", party_kind="operator")
        assert deliveries.values("entry_id").distinct().count() == 2


def test_what_was_reversed_may_earn_again(handed_over, system, order, ops_scope):
    later = handed_over + timedelta(days=3)
    tell(by=system, at=later, kind="sales.order_cancelled", place=SELLER, objects={"order": order})
    journal.drain(later + timedelta(minutes=1))
    second_order(system, handed_over + timedelta(days=5))
    with reading(ops_scope):
        paid = Posting.objects.filter(component="test_drive", party_kind="operator").order_by("id")
        assert [one.amount for one in paid] == [Decimal("3000.00"), Decimal("-3000.00"), Decimal("3000.00")]


def test_the_orders_own_journey_comes_first(db, system, at, order, ops_scope):
    """Two stores made a test drive; the one in the journey of the order earns it, though the other came later."""
    own = uuid4()
    actor = Actor("st-00001", "adviser", Scope("store", ("sh-001",)))
    step = Action("tests.step", frozenset({"adviser"}), _tell)
    facts = {"kind": "journeys.step_done", "playbook": "retail", "step": "test_drive"}
    step(by=actor, at=at, place=SELLER, journey=own, **facts)
    other = Actor("st-00002", "adviser", Scope("store", ("sh-002",)))
    step(by=other, at=at + timedelta(hours=1), place=DELIVERER, journey=uuid4(), **facts)
    placed = {"place": SELLER, "journey": own, "objects": {"order": order}}
    tell(by=system, at=at + timedelta(hours=2), kind="sales.order_placed", **placed)
    did(system, at + timedelta(days=9), DELIVERER, "order-to-handover", "hand_over", "delivery_specialist")
    facts = {"place": DELIVERER, "objects": {"order": order}, "data": {"price": "300000.00"}}
    tell(by=system, at=at + timedelta(days=9), kind="delivery.handed_over", **facts)
    journal.drain(at + timedelta(days=9, minutes=1))
    with reading(ops_scope):
        assert Posting.objects.get(component="test_drive", party_kind="operator").party == "op-001"


def test_a_late_correction_stands_on_the_next_statement(handed_over, system, order, ops_scope):
    issue_statements(by=system, at=handed_over + timedelta(days=10), month="2026-03-01")
    later = handed_over + timedelta(days=11)
    tell(by=system, at=later, kind="sales.order_cancelled", place=SELLER, objects={"order": order})
    journal.drain(later + timedelta(minutes=1))
    issue_statements(by=system, at=later + timedelta(days=31), month="2026-04-01")
    with reading(ops_scope):
        march, april = (queries.account("op-001", month) for month in (handed_over.date(), later.date()))
    assert (march.net, april.net) == (Decimal("9900.00"), Decimal("-9900.00"))
    assert april.statement is not None and april.statement.total == april.net


def test_a_month_that_nobody_closed_stands_on_the_next_statement(handed_over, system, ops_scope):
    may = handed_over + timedelta(days=40)
    assert issue_statements(by=system, at=may, month="2026-04-01")["issued"] == 2
    with reading(ops_scope):
        account = queries.account("op-001", date(2026, 4, 1))
        lines = queries.lines("op-001", date(2026, 4, 1), "close")
        assert account.statement.total == account.net == Decimal("9900.00") and lines.count() == 1


def test_the_first_of_the_month_closes_the_month_before_once(handed_over, ops_scope):
    assert close_last_month(datetime(2026, 3, 31, 15, 59, tzinfo=UTC)) == 0, (
        "still March in Shanghai: February has nothing"
    )
    first = datetime(2026, 3, 31, 16, 1, tzinfo=UTC)
    assert close_last_month(first) == 2
    close_last_month(first + timedelta(minutes=1))
    with reading(ops_scope):
        assert Statement.objects.count() == 2
        assert Entry.objects.filter(kind="settlement.statement_issued").count() == 2


def test_the_worker_closes_months(handed_over, ops_scope):
    assert "settlement.close_month" in ticks.names()
    assert ticks.run(datetime(2026, 4, 1, 1, 0, tzinfo=UTC))["settlement.close_month"] == 2


def test_two_workers_close_a_month_once(forecourt_db, system, at, order, in_threads):
    sold_at = at + timedelta(days=20)
    did(system, sold_at, DELIVERER, "order-to-handover", "hand_over", "delivery_specialist")
    facts = {"place": DELIVERER, "objects": {"order": order}, "data": {"price": "300000.00"}}
    tell(by=system, at=sold_at, kind="delivery.handed_over", **facts)
    journal.drain(sold_at + timedelta(minutes=1))
    in_threads(8, lambda _number: close_last_month(datetime(2026, 4, 1, 1, 0, tzinfo=UTC)))
    with reading(Scope("network")):
        assert Statement.objects.count() == 1
        assert Entry.objects.filter(kind="settlement.statement_issued").count() == 1


def test_an_order_of_nobody_known_pays_nobody_by_chance(sold, system, ops_scope):
    """Without a customer in the entry no step can be told apart, so none is paid."""
    silent = Action(
        "tests.silent",
        frozenset(),
        lambda do, **facts: journal.write(do, "delivery.handed_over", **facts) and {},
    )
    facts = {
        "stream": uuid4(),
        "place": DELIVERER,
        "objects": {"order": uuid4()},
        "data": {"price": "300000.00"},
    }
    silent(by=system, at=sold, **facts)
    journal.drain(sold + timedelta(minutes=1))
    with reading(ops_scope):
        assert not Posting.objects.filter(party_kind="operator").exists()
        assert sum(Decimal(amount) for amount in queries.totals().values()) == 0
