"""A provider with a book of its own, which no rollback of ours reaches; as every real provider has."""

import hashlib
import hmac
import json
from dataclasses import replace
from decimal import Decimal

from forecourt.sales.payments import Charge
from forecourt.sales.payments import ChargeState
from forecourt.sales.payments import ChargeUnknown
from forecourt.sales.payments import RefundImpossible
from forecourt.sales.payments import WebhookRejected

OUTCOMES = {"declines": ChargeState.DECLINED, "hangs": ChargeState.PENDING}
SECRET = b"of-the-tests"


class Bank:
    """Remembers what it was told for as long as it lives."""

    name = "bank"
    is_sandbox = False

    def __init__(self):
        self.book: dict[str, Charge] = {}

    def create(self, intent):
        reference = "bank_" + hashlib.sha256(intent.key.encode()).hexdigest()[:20]
        state = OUTCOMES.get(intent.method, ChargeState.SUCCEEDED)
        reason = "no_funds" if state == ChargeState.DECLINED else ""
        made = Charge(reference, intent.amount, state, reason=reason, made_at=intent.at)
        return self.book.setdefault(reference, made)

    def confirm(self, reference, at):
        return self.look_up(reference)

    def look_up(self, reference):
        if reference not in self.book:
            raise ChargeUnknown(reference)
        return self.book[reference]

    def refund(self, reference, amount, key, at):
        charge = self.look_up(reference)
        if charge.state == ChargeState.REFUNDED and charge.refunded == amount:
            return charge
        if charge.state != ChargeState.SUCCEEDED or amount > charge.amount:
            raise RefundImpossible(reference)
        self.book[reference] = replace(charge, state=ChargeState.REFUNDED, refunded=amount)
        return self.book[reference]

    def message(self, charge, at):
        told = [charge.reference, str(charge.amount), charge.state, str(charge.refunded), charge.reason]
        body = json.dumps([*told, at.timestamp()]).encode()
        return {"Bank-Signature": _sign(body)}, body

    def verify_webhook(self, headers, body, at):
        given = {name.lower(): value for name, value in headers.items()}.get("bank-signature", "")
        if not hmac.compare_digest(given.encode(), _sign(body).encode()):
            raise WebhookRejected("tests.signature", "Not signed by the bank.")
        reference, amount, state, refunded, reason, stamp = json.loads(body)
        if abs(at.timestamp() - stamp) > 300:
            raise WebhookRejected("tests.stale", "Signed too long ago.")
        return Charge(reference, Decimal(amount), ChargeState(state), Decimal(refunded), reason)


def _sign(body):
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()
