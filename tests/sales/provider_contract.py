"""What every payment provider must do. A real adapter is tested by subclassing `ProviderContract` in its own test file:

class TestMyProvider(ProviderContract):
    @pytest.fixture
    def provider(self): return MyProvider(...)
    @pytest.fixture
    def declined(self): return "tok_declined"     # a way to pay that it declines
    @pytest.fixture
    def later(self): return "tok_later"           # one that it confirms by webhook

    def told(self, provider, charge, at): ...     # (headers, body) of a message that it signed about a charge
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from forecourt.sales.payments import ChargeState
from forecourt.sales.payments import ChargeUnknown
from forecourt.sales.payments import Intent
from forecourt.sales.payments import RefundImpossible
from forecourt.sales.payments import WebhookRejected

AMOUNT = Decimal("1000.00")


class ProviderContract:
    """The tests. They need the fixtures `provider`, `declined`, `later` and the method `told`."""

    def taken(self, provider, at, key="order-1:reservation:0", **more):
        charge = provider.create(Intent(key, AMOUNT, at, **more))
        return provider.confirm(charge.reference, at)

    def test_a_charge_is_created_and_taken(self, provider, at):
        created = provider.create(Intent("k", AMOUNT, at))
        assert (created.amount, created.refunded) == (AMOUNT, Decimal("0.00"))
        done = provider.confirm(created.reference, at)
        assert (done.reference, done.state) == (created.reference, ChargeState.SUCCEEDED)
        assert provider.look_up(created.reference) == done

    def test_the_same_key_is_the_same_charge(self, provider, at):
        first = self.taken(provider, at)
        again = self.taken(provider, at + timedelta(minutes=9))
        assert again == first

    def test_a_charge_says_when_it_was_opened(self, provider, at, declined):
        for minutes in (0, 9):
            intent = Intent("k", AMOUNT, at + timedelta(minutes=minutes), declined)
            assert provider.create(intent).made_at == at

    def test_another_key_is_another_charge(self, provider, at):
        assert self.taken(provider, at, "a").reference != self.taken(provider, at, "b").reference

    def test_a_declined_charge_says_why(self, provider, at, declined):
        done = self.taken(provider, at, method=declined)
        assert done.state == ChargeState.DECLINED
        assert done.reason

    def test_a_charge_may_be_confirmed_later(self, provider, at, later):
        assert self.taken(provider, at, method=later).state == ChargeState.PENDING

    def test_a_refund_is_made_once(self, provider, at):
        charge = self.taken(provider, at)
        done = provider.refund(charge.reference, AMOUNT, "refund-1", at)
        assert (done.state, done.refunded) == (ChargeState.REFUNDED, AMOUNT)
        assert provider.refund(charge.reference, AMOUNT, "refund-1", at) == done

    def test_no_more_is_given_back_than_was_taken(self, provider, at):
        charge = self.taken(provider, at)
        with pytest.raises(RefundImpossible):
            provider.refund(charge.reference, AMOUNT * 2, "refund-1", at)

    def test_what_was_declined_is_not_given_back(self, provider, at, declined):
        charge = self.taken(provider, at, method=declined)
        with pytest.raises(RefundImpossible):
            provider.refund(charge.reference, AMOUNT, "refund-1", at)

    def test_an_unknown_charge_is_unknown(self, provider, at):
        for ask in (
            lambda: provider.look_up("nothing"),
            lambda: provider.confirm("nothing", at),
            lambda: provider.refund("nothing", AMOUNT, "k", at),
        ):
            with pytest.raises(ChargeUnknown):
                ask()

    def test_a_signed_message_is_believed(self, provider, at):
        charge = self.taken(provider, at)
        headers, body = self.told(provider, charge, at)
        assert provider.verify_webhook(headers, body, at) == charge
        lower = {name.lower(): value for name, value in headers.items()}
        assert provider.verify_webhook(lower, body, at + timedelta(minutes=4)) == charge

    def test_an_altered_unsigned_or_old_message_is_not(self, provider, at):
        headers, body = self.told(provider, self.taken(provider, at), at)
        for given, text, when in (
            (headers, body.replace(b"1000", b"9000"), at),
            ({}, body, at),
            (dict.fromkeys(headers, "t=,v1=é"), body, at),
            (headers, body, at + timedelta(hours=1)),
            (headers, body, at - timedelta(hours=1)),
        ):
            with pytest.raises(WebhookRejected):
                provider.verify_webhook(given, text, when)
