"""Actions that are undone after the provider was asked: it remembers, and the next attempt must live with that."""

from datetime import timedelta
from decimal import Decimal

import pytest

from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from forecourt.sales import payments as port
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.payments import ChargeState
from forecourt.sales.payments import provider as installed
from tests.sales.bank import Bank
from tests.sales.provider_contract import ProviderContract
from tests.sales.shop import SYSTEM
from tests.sales.shop import TRIM
from tests.sales.shop import enquiry
from tests.sales.shop import record

MINUTE = timedelta(minutes=1)


class TestBank(ProviderContract):
    """The bank of these tests keeps the contract, so what it shows holds for a real one."""

    @pytest.fixture
    def provider(self):
        return Bank()

    @pytest.fixture
    def declined(self):
        return "declines"

    @pytest.fixture
    def later(self):
        return "hangs"

    def told(self, provider, charge, at):
        return provider.message(charge, at)


@pytest.fixture
def bank(settings):
    settings.FORECOURT_PAYMENTS = "tests.sales.bank.Bank"
    port._made.cache_clear()
    yield installed()
    port._made.cache_clear()


def taken(bank):
    return [one.amount for one in bank.book.values() if one.state == ChargeState.SUCCEEDED]


def order_of(run):
    with reading(SYSTEM.scope):
        return Order.objects.get(sold_in=run)


def payments_of(order):
    with reading(SYSTEM.scope):
        rows = Payment.objects.filter(order=order).order_by("started_at", "id")
        return [(one.purpose, one.state) for one in rows]


def test_a_declined_reservation_can_be_tried_again(shop, at, bank):
    run = enquiry(shop, at)
    for minute in (0, 1):
        with pytest.raises(Refused) as refused:
            record(shop.adviser, at + minute * MINUTE, run, "place_order", trim=TRIM, method="declines")
        assert refused.value.code == "sales.payment_declined"
    record(shop.adviser, at + 2 * MINUTE, run, "place_order", trim=TRIM, method="card")
    assert payments_of(order_of(run)) == [("reservation", "paid")]
    assert taken(bank) == [Decimal("1000.00")]


def test_a_declined_firm_deposit_can_be_tried_again(shop, at, bank):
    run = enquiry(shop, at)
    record(shop.adviser, at, run, "place_order", trim=TRIM, method="card")
    order = order_of(run)
    # A card that is refused today and takes tomorrow: the same way to pay both times.
    port_outcome = {"card": ChargeState.DECLINED}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tests.sales.bank.OUTCOMES", port_outcome)
        with pytest.raises(Refused) as refused:
            record(shop.adviser, at + MINUTE, str(order.journey), "confirm_order", method="card")
    assert refused.value.code == "sales.payment_declined"
    record(shop.adviser, at + 2 * MINUTE, str(order.journey), "confirm_order", method="card")
    assert payments_of(order) == [("reservation", "paid"), ("firm_deposit", "paid")]
    assert taken(bank) == [Decimal("1000.00"), Decimal("4000.00")]


def test_a_reservation_that_was_undone_is_found_again(shop, at, bank, monkeypatch):
    run = enquiry(shop, at)
    with monkeypatch.context() as broken:
        broken.setattr("forecourt.journeys.actions.recording._move", _breaks)
        with pytest.raises(ConnectionError):
            record(shop.adviser, at, run, "place_order", trim=TRIM, method="card")
    assert taken(bank) == [Decimal("1000.00")]
    record(shop.adviser, at + MINUTE, run, "place_order", trim=TRIM, method="card")
    assert payments_of(order_of(run)) == [("reservation", "paid")]
    assert taken(bank) == [Decimal("1000.00")]


def test_an_undone_charge_that_was_given_back_is_no_payment(shop, at, bank, monkeypatch):
    run = enquiry(shop, at)
    with monkeypatch.context() as broken:
        broken.setattr("forecourt.journeys.actions.recording._move", _breaks)
        with pytest.raises(ConnectionError):
            record(shop.adviser, at, run, "place_order", trim=TRIM, method="card")
    [orphan] = bank.book
    bank.refund(orphan, Decimal("1000.00"), "by-hand", at)
    record(shop.adviser, at + MINUTE, run, "place_order", trim=TRIM, method="card")
    assert payments_of(order_of(run)) == [("reservation", "paid")]


def _breaks(*_given):
    raise ConnectionError("The database went away.")
