"""An order from reserved to locked, or cancelled: states never mixed, money by rule, entries as promised."""

from datetime import timedelta
from decimal import Decimal

import pytest

from forecourt.journal.models import Entry
from forecourt.journeys.models import Journey
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import NeedsApproval
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.sales import ordering
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from tests.sales.shop import OTHER_TRIM
from tests.sales.shop import PRE_SALE_TRIM
from tests.sales.shop import SYSTEM
from tests.sales.shop import TRIM
from tests.sales.shop import enquiry
from tests.sales.shop import record


def placed(shop, at, **what):
    """An order placed through the retail journey; gives (order, its journey)."""
    run = enquiry(shop, at)
    record(shop.adviser, at, run, "place_order", **({"trim": TRIM} | what))
    with reading(SYSTEM.scope):
        order = Order.objects.get(sold_in=run)
    return order, str(order.journey)


def again(order):
    with reading(SYSTEM.scope):
        return Order.objects.get(id=order.id)


def entries(kind):
    with reading(SYSTEM.scope):
        return list(Entry.objects.filter(kind=kind).order_by("recorded_at", "id"))


def test_an_order_is_reserved_confirmed_and_locked(shop, at):
    order, run = placed(shop, at, options="paint-pearl,assist-full")
    assert (order.state, order.price, order.price_kind) == ("reserved", Decimal("495800.00"), "list")
    assert order.configuration == f"{TRIM}+assist-full+paint-pearl"
    record(shop.adviser, at, run, "confirm_order", method="card")
    firm = again(order)
    assert (firm.state, firm.lock_by_at) == ("firm", at + timedelta(hours=72))
    record(shop.adviser, at + timedelta(hours=1), run, "lock_order", understood="yes")
    locked = again(order)
    assert (locked.state, locked.locked_at, locked.late_lock) == ("locked", at + timedelta(hours=1), False)
    with reading(SYSTEM.scope):
        paid = Payment.objects.filter(order=order).order_by("started_at", "id")
        assert [(one.purpose, one.amount, one.state) for one in paid] == [
            ("reservation", Decimal("1000.00"), "paid"),
            ("firm_deposit", Decimal("4000.00"), "paid"),
        ]


def test_the_retail_journey_ends_and_the_orders_journey_starts(shop, at):
    order, run = placed(shop, at)
    with reading(SYSTEM.scope):
        retail, own = Journey.objects.get(id=order.sold_in), Journey.objects.get(id=run)
    assert (retail.status, retail.outcome) == ("ended", "ordered")
    assert (own.playbook, own.subject, own.owner) == (
        "order-to-handover",
        ("order", str(order.id)),
        shop.adviser.code,
    )
    assert retail.facts["order"]["id"] == str(order.id)


def test_entries_say_what_the_contract_promises(shop, at):
    order, run = placed(shop, at)
    record(shop.adviser, at, run, "confirm_order", method="card")
    record(shop.adviser, at, run, "lock_order", understood="yes")
    [told] = entries("sales.order_placed")
    assert told.data == {
        "order": str(order.id), "trim": TRIM, "model": "aito-m9", "options": [], "configuration": TRIM,
        "price": "469800.00", "price_kind": "list", "city": shop.city, "state": "reserved",
    }  # fmt: skip
    assert (told.journey, told.step, told.person_id) == (order.sold_in, "place_order", order.person_id)
    [confirmed] = entries("sales.order_confirmed")
    assert confirmed.data["state"] == "firm"
    assert confirmed.data["lock_by_at"] == (at + timedelta(hours=72)).isoformat()
    [locked] = entries("sales.order_locked")
    keys = ("order", "model", "trim", "configuration", "city", "price", "journey", "state")
    assert [locked.data[key] for key in keys] == [
        str(order.id), "aito-m9", TRIM, TRIM, shop.city, "469800.00", run, "locked",
    ]  # fmt: skip
    assert [(one.data["amount"], one.data["purpose"]) for one in entries("sales.payment_received")] == [
        ("1000.00", "reservation"), ("4000.00", "firm_deposit"),
    ]  # fmt: skip


def test_states_are_not_skipped(shop, at):
    order, run = placed(shop, at)
    with pytest.raises(Refused) as refused:
        record(shop.adviser, at, run, "lock_order", understood="yes")
    assert refused.value.code == "sales.order_state"
    assert again(order).state == "reserved"
    record(shop.adviser, at, run, "confirm_order", method="card")
    with pytest.raises(Refused):
        record(shop.adviser, at, run, "confirm_order", method="card")


def test_a_late_lock_loses_its_priority_and_is_told_once(shop, at):
    order, run = placed(shop, at)
    record(shop.adviser, at, run, "confirm_order", method="card")
    assert ordering.expire_locks(by=SYSTEM, at=at + timedelta(hours=71)) == {"lapsed": 0}
    assert ordering.expire_locks(by=SYSTEM, at=at + timedelta(hours=72)) == {"lapsed": 1}
    assert ordering.expire_locks(by=SYSTEM, at=at + timedelta(hours=73)) == {"lapsed": 0}
    assert (again(order).state, len(entries("sales.lock_window_passed"))) == ("firm", 1)
    record(shop.adviser, at + timedelta(hours=80), run, "lock_order", understood="yes")
    assert again(order).late_lock
    assert entries("sales.order_locked")[0].data["late"] is True


def test_a_pre_sale_order_waits_for_the_list_price(shop, at):
    order, run = placed(shop, at, trim=PRE_SALE_TRIM)
    assert (order.price_kind, order.price) == ("pre_sale", Decimal("378000.00"))
    with pytest.raises(Refused) as refused:
        record(shop.adviser, at, run, "confirm_order", method="card")
    assert refused.value.code == "sales.price_not_final"
    assert again(order).state == "reserved"


def test_a_placeholder_price_sells_nothing(shop, at):
    run = enquiry(shop, at)
    with pytest.raises(Refused) as refused:
        record(shop.adviser, at, run, "place_order", trim="no-such-trim")
    assert refused.value.code == "sales.price_not_listed"


def test_a_brand_that_the_store_does_not_sell_is_refused(shop, at, monkeypatch):
    from forecourt.sales import placing

    monkeypatch.setattr(placing, "_sells", lambda *_: False)
    run = enquiry(shop, at)
    with pytest.raises(Refused) as refused:
        record(shop.adviser, at, run, "place_order", trim="luxeed-s7-2025-705km-max")
    assert refused.value.code == "sales.brand_not_sold_here"


def test_the_configuration_changes_until_the_lock(shop, at):
    order, run = placed(shop, at)
    change = {"by": shop.adviser, "at": at, "order": str(order.id)}
    done = ordering.change_configuration(**change, trim=TRIM, options=["wheels-21"])
    assert (done["configuration"], done["price"]) == (f"{TRIM}+wheels-21", "477800.00")
    assert entries("sales.order_changed")[0].data["before"] == TRIM
    with pytest.raises(Refused) as refused:
        ordering.change_configuration(**change, trim="luxeed-s7-2025-705km-max")
    assert refused.value.code == "sales.other_brand"
    record(shop.adviser, at, run, "confirm_order", method="card")
    ordering.change_configuration(**change, trim=OTHER_TRIM)
    record(shop.adviser, at, run, "lock_order", understood="yes")
    with pytest.raises(Refused) as refused:
        ordering.change_configuration(**change, trim=TRIM)
    assert refused.value.code == "sales.configuration_fixed"


def test_two_options_of_one_group_make_no_car(shop, at):
    run = enquiry(shop, at)
    with pytest.raises(Refused) as refused:
        record(
            shop.adviser, at, run, "place_order", trim=TRIM, options=["paint-black", "paint-white", "no-such"]
        )
    assert {problem.code for problem in refused.value.problems} == {
        "sales.option_not_offered",
        "sales.options_exclude",
    }


@pytest.mark.parametrize(("firm", "refund"), [(False, "1000.00"), (True, "0.00")])
def test_a_reservation_is_refunded_a_firm_deposit_is_not(shop, at, firm, refund):
    order, run = placed(shop, at)
    if firm:
        record(shop.adviser, at, run, "confirm_order", method="card")
    record(shop.adviser, at, run, "cancel_order", reason="private")
    assert again(order).state == "cancelled"
    [told] = entries("sales.order_cancelled")
    assert (told.data["was"], told.data["refund"]) == ("firm" if firm else "reserved", refund)


def test_giving_back_a_firm_deposit_needs_the_manager(shop, at):
    order, run = placed(shop, at)
    record(shop.adviser, at, run, "confirm_order", method="card")
    with pytest.raises(Refused) as refused:
        record(shop.adviser, at, run, "cancel_order", reason="other", refund="full")
    [problem] = refused.value.problems
    assert isinstance(problem, NeedsApproval)
    assert problem.approver == "store_manager"
    ordering.approve_refund(by=shop.manager, at=at, order=str(order.id), reason="hardship")
    record(shop.adviser, at, run, "cancel_order", reason="other")
    assert entries("sales.order_cancelled")[0].data["refund"] == "5000.00"


def test_giving_back_a_locked_deposit_needs_network_operations(shop, at):
    order, run = placed(shop, at)
    record(shop.adviser, at, run, "confirm_order", method="card")
    record(shop.adviser, at, run, "lock_order", understood="yes")
    with pytest.raises(Refused):
        ordering.approve_refund(by=shop.manager, at=at, order=str(order.id), reason="delay")
    ordering.approve_refund(by=shop.ops, at=at, order=str(order.id), reason="delay")
    record(shop.manager, at, run, "cancel_order", reason="other")
    assert entries("sales.order_cancelled")[0].data["refund"] == "5000.00"


def test_a_cancelled_order_is_not_cancelled_again(shop, at):
    order, run = placed(shop, at)
    record(shop.adviser, at, run, "cancel_order", reason="other")
    with pytest.raises(Refused):
        ordering.cancel_order(by=shop.manager, at=at, order=str(order.id))


def test_another_store_sees_no_order_and_the_customer_sees_their_own(shop, at):
    order, _run = placed(shop, at)
    with reading(shop.stranger.scope):
        assert not Order.objects.filter(id=order.id).exists()
    with pytest.raises(Missing):
        ordering.cancel_order(by=shop.stranger, at=at, order=str(order.id))
    customer = Actor.customer(order.person_id)
    with reading(customer.scope):
        assert [one.id for one in Order.objects.all()] == [order.id]
        assert Payment.objects.count() == 1
    with reading(Actor.customer("0190d6a0-0000-7000-8000-000000000000").scope):
        assert not Order.objects.exists()
    with pytest.raises(Forbidden):
        ordering.cancel_order(by=customer, at=at, order=str(order.id))


def test_an_approval_for_the_firm_order_ends_with_the_lock(shop, at):
    order, run = placed(shop, at)
    record(shop.adviser, at, run, "confirm_order", method="card")
    ordering.approve_refund(by=shop.manager, at=at, order=str(order.id), reason="hardship")
    record(shop.adviser, at, run, "lock_order", understood="yes")
    locked = again(order)
    assert (locked.refund_approved_by, locked.refund_approved_at, locked.refund_reason) == ("", None, "")
    with pytest.raises(Refused) as refused:
        record(shop.adviser, at, run, "cancel_order", reason="other", refund="full")
    assert refused.value.code == "sales.refund_exception"
    ordering.approve_refund(by=shop.ops, at=at, order=str(order.id), reason="delay")
    assert again(order).refund_approved_by == shop.ops.code
