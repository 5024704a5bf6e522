"""The ledger: fees at handover, reversals, statements, and what the database refuses."""

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
from forecourt.platform.actions import Action
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import Place
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.settlement import queries
from forecourt.settlement.actions import issue_statements
from forecourt.settlement.actions import post_fee
from forecourt.settlement.models import Posting

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
