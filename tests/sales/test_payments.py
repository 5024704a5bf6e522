"""Deposits through the sandbox: taken, declined, late, refunded; webhooks heard once; the provider down."""

from datetime import timedelta
from decimal import Decimal

import pytest

from forecourt.journal.models import Entry
from forecourt.journeys.effects import EFFECTS
from forecourt.journeys.effects import Effect
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.sales import paying
from forecourt.sales import payments as port
from forecourt.sales.deals import Deal
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.models import SandboxCharge
from forecourt.sales.payments import Charge
from forecourt.sales.payments import ChargeState
from forecourt.sales.payments import Intent
from forecourt.sales.payments import ProviderUnavailable
from forecourt.sales.payments import WebhookRejected
from forecourt.sales.payments import provider as installed
from forecourt.sales.sandbox import Sandbox
from tests.sales.provider_contract import ProviderContract
from tests.sales.shop import PRE_SALE_TRIM
from tests.sales.shop import SYSTEM
from tests.sales.shop import TRIM
from tests.sales.shop import enquiry
from tests.sales.shop import record


@pytest.mark.django_db
class TestSandbox(ProviderContract):
    """The sandbox keeps the contract."""

    @pytest.fixture
    def provider(self):
        return Sandbox(secret="of-the-tests")

    @pytest.fixture
    def declined(self):
        return "card-declined"

    @pytest.fixture
    def later(self):
        return "card-later"

    def told(self, provider, charge, at):
        return provider.message(charge, at)

    @pytest.mark.parametrize(("fen", "state"), [("01", "declined"), ("02", "pending"), ("00", "succeeded")])
    def test_the_fen_of_the_amount_choose_the_outcome(self, provider, at, fen, state):
        charge = provider.create(Intent("k", Decimal(f"10.{fen}"), at))
        assert provider.confirm(charge.reference, at).state == state

    def test_what_hangs_settles_after_a_minute_and_is_told(self, provider, at):
        charge = provider.create(Intent("k", Decimal("10.00"), at, "card-later"))
        provider.confirm(charge.reference, at)
        assert provider.settle(at + timedelta(seconds=59)) == []
        later = at + timedelta(minutes=1)
        [(headers, body)] = provider.settle(later)
        assert provider.verify_webhook(headers, body, later).state == ChargeState.SUCCEEDED
        assert provider.settle(later) == []

    def test_an_outage_answers_nothing(self, at):
        with pytest.raises(ProviderUnavailable):
            Sandbox(outage=True).create(Intent("k", Decimal("10.00"), at))
        assert not SandboxCharge.objects.exists()

    def test_another_secret_signs_otherwise(self, provider, at):
        headers, body = Sandbox(secret="other").message(
            Charge("r", Decimal("1.00"), ChargeState.SUCCEEDED), at
        )
        with pytest.raises(WebhookRejected):
            provider.verify_webhook(headers, body, at)


@pytest.fixture
def order(shop, at):
    run = enquiry(shop, at)
    record(shop.adviser, at, run, "place_order", trim=TRIM)
    with reading(SYSTEM.scope):
        return Order.objects.get(sold_in=run)


def pay(shop, at, order, **what):
    return paying.pay(by=shop.adviser, at=at, order=str(order.id), **what)


def state_of(order):
    with reading(SYSTEM.scope):
        return Order.objects.get(id=order.id).state


def payments_of(order):
    with reading(SYSTEM.scope):
        return [
            (one.purpose, one.state)
            for one in Payment.objects.filter(order=order).order_by("started_at", "id")
        ]


def test_a_declined_deposit_is_kept_and_may_be_tried_again(shop, at, order):
    assert pay(shop, at, order, method="card-declined")["state"] == "declined"
    assert pay(shop, at, order, method="card")["state"] == "paid"
    assert payments_of(order) == [
        ("reservation", "paid"),
        ("firm_deposit", "declined"),
        ("firm_deposit", "paid"),
    ]
    record(shop.adviser, at, str(order.journey), "confirm_order", method="card")
    assert state_of(order) == "firm"
    assert len(payments_of(order)) == 3


def test_paying_twice_charges_once(shop, at, order):
    assert pay(shop, at, order) == pay(shop, at + timedelta(minutes=1), order)
    assert len(payments_of(order)) == 2


def test_an_order_is_not_firm_before_the_money_has_come(shop, at, order):
    assert pay(shop, at, order, method="card-later")["state"] == "pending"
    with pytest.raises(Refused) as refused:
        record(shop.adviser, at, str(order.journey), "confirm_order", method="card")
    assert refused.value.code == "sales.payment_pending"
    later = at + timedelta(minutes=2)
    assert paying.settle_sandbox(by=SYSTEM, at=later) == {"settled": 1}
    assert state_of(order) == "firm"
    assert payments_of(order)[-1] == ("firm_deposit", "paid")


def test_a_late_decline_leaves_the_order_reserved(shop, at, order):
    pay(shop, at, order, method="card-later-declined")
    paying.settle_sandbox(by=SYSTEM, at=at + timedelta(minutes=2))
    assert (state_of(order), payments_of(order)[-1]) == ("reserved", ("firm_deposit", "declined"))


def test_money_for_a_cancelled_order_goes_straight_back(shop, at, order):
    pay(shop, at, order, method="card-later")
    record(shop.adviser, at, str(order.journey), "cancel_order", reason="other")
    paying.settle_sandbox(by=SYSTEM, at=at + timedelta(minutes=2))
    assert payments_of(order) == [("reservation", "refunded"), ("firm_deposit", "refunded")]


def test_a_message_heard_again_changes_nothing(shop, at, order):
    pay(shop, at, order, method="card-later")
    later = at + timedelta(minutes=2)
    with reading(SYSTEM.scope):
        [(headers, body)] = installed().settle(later)
    told = {"headers": headers, "body": body.decode()}
    first = paying.hear_provider(by=SYSTEM, at=later, **told)
    assert first["state"] == "paid"
    assert paying.hear_provider(by=SYSTEM, at=later, **told) == first
    assert len(payments_of(order)) == 2


def test_a_message_about_another_amount_is_not_taken_over(shop, at, order):
    pay(shop, at, order, method="card-later")
    with reading(SYSTEM.scope):
        reference = Payment.objects.get(order=order, state="pending").reference
    headers, body = installed().message(Charge(reference, Decimal("1.00"), ChargeState.SUCCEEDED), at)
    assert paying.hear_provider(by=SYSTEM, at=at, headers=headers, body=body.decode())["state"] == "pending"


def test_only_the_system_hears_the_provider(shop, at):
    with pytest.raises(Forbidden):
        paying.hear_provider(by=shop.ops, at=at, headers={}, body="")


def test_a_provider_that_is_down_charges_nothing(shop, at, order, monkeypatch):
    monkeypatch.setenv("FORECOURT_SANDBOX_OUTAGE", "1")
    with pytest.raises(Refused) as refused:
        record(shop.adviser, at, str(order.journey), "confirm_order", method="card")
    assert refused.value.code == "sales.payment_unavailable"
    assert (state_of(order), len(payments_of(order))) == ("reserved", 1)
    monkeypatch.delenv("FORECOURT_SANDBOX_OUTAGE")
    record(shop.adviser, at, str(order.journey), "confirm_order", method="card")
    assert state_of(order) == "firm"


def test_a_customer_pays_their_own_order_only(shop, at, order):
    done = paying.pay(by=Actor.customer(order.person_id), at=at, order=str(order.id))
    assert done["state"] == "paid"
    with pytest.raises(Missing):
        paying.pay(by=shop.stranger, at=at, order=str(order.id))


def test_the_provider_is_named_by_a_setting(settings, monkeypatch):
    assert isinstance(installed(), Sandbox)
    settings.FORECOURT_PAYMENTS = f"{__name__}.Elsewhere"
    assert installed().name == "elsewhere"
    del settings.FORECOURT_PAYMENTS
    monkeypatch.setenv("FORECOURT_PAYMENTS", port.SANDBOX)
    assert installed().is_sandbox


class Elsewhere(Sandbox):
    name = "elsewhere"
    is_sandbox = False


def test_the_firm_deposit_waits_for_a_reservation_that_hangs(shop, at):
    run = enquiry(shop, at)
    record(shop.adviser, at, run, "place_order", trim=TRIM, method="card-later")
    with reading(SYSTEM.scope):
        order = Order.objects.get(sold_in=run)
    with pytest.raises(Refused) as refused:
        pay(shop, at, order, method="card")
    assert refused.value.code == "sales.payment_pending"
    later = at + timedelta(minutes=2)
    paying.settle_sandbox(by=SYSTEM, at=later)
    assert pay(shop, later, order, method="card")["amount"] == "4000.00"


def test_a_step_that_is_refused_after_the_money_came_leaves_no_entries(shop, at, order, monkeypatch):
    pay(shop, at, order, method="card-later")

    def write_and_refuse(do, journey, step, record):
        Deal.about(order).write(do, "sales.order_confirmed", about=order.id, objects={}, data={})
        raise Refused(Blocked("tests.refused", "No."))

    monkeypatch.setitem(EFFECTS, "sales.confirm_order", Effect("sales.confirm_order", write_and_refuse))
    paying.settle_sandbox(by=SYSTEM, at=at + timedelta(minutes=2))
    assert (state_of(order), payments_of(order)[-1]) == ("reserved", ("firm_deposit", "paid"))
    with reading(SYSTEM.scope):
        kinds = list(Entry.objects.filter(person_id=order.person_id).values_list("kind", flat=True))
    assert kinds.count("sales.payment_received") == 2
    assert "sales.order_confirmed" not in kinds


def test_a_price_that_is_not_final_is_not_paid_for(shop, at):
    run = enquiry(shop, at)
    record(shop.adviser, at, run, "place_order", trim=PRE_SALE_TRIM)
    with reading(SYSTEM.scope):
        order = Order.objects.get(sold_in=run)
    with pytest.raises(Refused) as refused:
        pay(shop, at, order, method="card")
    assert refused.value.code == "sales.price_not_final"
    with reading(SYSTEM.scope):
        assert SandboxCharge.objects.count() == 1
