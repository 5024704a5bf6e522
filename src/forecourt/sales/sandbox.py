"""A payment provider for tests and demonstrations: keeps its own book, signs its webhooks, takes no money.

It behaves like a real one in what matters: the same key gives the same charge, a confirmation may come later, a webhook must
be signed and fresh, it can decline and it can be down. The way to pay, or the fen of the amount, choose what happens:

    method             fen    what happens
    card (or empty), wechat,
    alipay, transfer          succeeds at once
    card-declined      .01    declined: insufficient_funds
    card-later         .02    pending; succeeds when `settle` runs a minute later, told by webhook
    card-later-declined .03   pending; declined a minute later
    outage                    the provider does not answer

A whole outage is switched on by FORECOURT_SANDBOX_OUTAGE=1 or `Sandbox(outage=True)`.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from forecourt.base.money import to_json
from forecourt.base.money import yuan
from forecourt.sales.models import SandboxCharge
from forecourt.sales.payments import Charge
from forecourt.sales.payments import ChargeState
from forecourt.sales.payments import ChargeUnknown
from forecourt.sales.payments import Intent
from forecourt.sales.payments import ProviderUnavailable
from forecourt.sales.payments import RefundImpossible
from forecourt.sales.payments import WebhookRejected

SIGNATURE = "Sandbox-Signature"
TOLERANCE = timedelta(minutes=5)
SETTLES_AFTER = timedelta(minutes=1)
INSUFFICIENT = "insufficient_funds"

_BY_FEN = {1: "card-declined", 2: "card-later", 3: "card-later-declined"}
# What confirming a charge of each method gives: state, reason, whether it settles later.
_AT_ONCE = (ChargeState.SUCCEEDED, "", False)
_OUTCOMES = {
    "wechat": _AT_ONCE,
    "alipay": _AT_ONCE,
    "transfer": _AT_ONCE,
    "card": _AT_ONCE,
    "card-declined": (ChargeState.DECLINED, INSUFFICIENT, False),
    "card-later": (ChargeState.PENDING, "", True),
    "card-later-declined": (ChargeState.PENDING, INSUFFICIENT, True),
}
METHODS = (*_OUTCOMES, "outage")
_INSERT = (
    "INSERT INTO sales_sandboxcharge (reference, key, amount, refunded, state, reason, made_at, settles_at)"
    " VALUES (%s, %s, %s, 0, %s, %s, %s, %s)"
    " ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key RETURNING reference, amount, refunded, state, reason, made_at"
)
_BOOK = "forecourt.sales.sandbox"


class Sandbox:
    """The sandbox provider. `secret` signs webhooks; by default it is derived from the installation's secret key."""

    name = "sandbox"
    is_sandbox = True

    def __init__(self, secret: str = "", outage: bool = False) -> None:
        self.secret = secret or hashlib.sha256(f"{_BOOK}:{settings.SECRET_KEY}".encode()).hexdigest()
        self.outage = outage

    def create(self, intent: Intent) -> Charge:
        """Open a charge in the book and take it, as a wallet does; what is to be confirmed later hangs."""
        method = intent.method or _BY_FEN.get(int(intent.amount * 100) % 100, "card")
        self._answer(method)
        if method not in _OUTCOMES:
            raise ValueError(f"The sandbox knows no way to pay {method!r}; it knows {', '.join(METHODS)}.")
        state, reason, later = _OUTCOMES[method]
        reference = "sbx_" + hashlib.sha256(intent.key.encode()).hexdigest()[:24]
        settles_at = intent.at + SETTLES_AFTER if later else None
        with connection.cursor() as cursor:
            cursor.execute(
                _INSERT, [reference, intent.key, intent.amount, state, reason, intent.at, settles_at]
            )
            return _charge(*cursor.fetchone())

    def confirm(self, reference: str, at: datetime) -> Charge:
        """The charge as it stands: what this provider takes, it took when the charge was opened."""
        return self.look_up(reference)

    def refund(self, reference: str, amount: Decimal, key: str, at: datetime) -> Charge:
        """Give back; a charge has one refund, so that repeating it is harmless."""
        self._answer()
        row = self._row(reference, lock=True)
        if row.state == ChargeState.REFUNDED and row.refunded == amount:
            return _of(row)
        if row.state != ChargeState.SUCCEEDED or not 0 < amount <= row.amount:
            raise RefundImpossible(
                f"{reference} is {row.state} with {row.amount}; {amount} cannot be given back."
            )
        row.state, row.refunded = ChargeState.REFUNDED, amount
        row.save(update_fields=["state", "refunded"])
        return _of(row)

    def look_up(self, reference: str) -> Charge:
        self._answer()
        return _of(self._row(reference))

    def settle(self, at: datetime) -> list[tuple[dict[str, str], bytes]]:
        """Finish what is due and give the signed messages (headers, body) that tell of it."""
        due = SandboxCharge.objects.select_for_update(skip_locked=True).filter(
            state=ChargeState.PENDING, settles_at__lte=at
        )
        return [self._settled(row, at) for row in due.order_by("settles_at", "reference")]

    def _settled(self, row: SandboxCharge, at: datetime) -> tuple[dict[str, str], bytes]:
        row.state = ChargeState.DECLINED if row.reason else ChargeState.SUCCEEDED
        row.save(update_fields=["state"])
        return self.message(_of(row), at)

    def message(self, charge: Charge, at: datetime) -> tuple[dict[str, str], bytes]:
        """A signed webhook about a charge."""
        told = {
            "reference": charge.reference, "amount": to_json(charge.amount), "state": charge.state.value,
            "refunded": to_json(charge.refunded), "reason": charge.reason,
        }  # fmt: skip
        body = json.dumps(told, sort_keys=True).encode()
        stamp = int(at.timestamp())
        return {
            SIGNATURE: f"t={stamp},v1={self._sign(stamp, body)}",
            "Content-Type": "application/json",
        }, body

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, at: datetime) -> Charge:
        """The charge of a message that we signed within the last five minutes."""
        stamp, signature = _parts(
            {name.lower(): value for name, value in headers.items()}.get(SIGNATURE.lower(), "")
        )
        if not hmac.compare_digest(signature.encode(), self._sign(stamp, body).encode()):
            raise WebhookRejected("sales.webhook_signature", f"The header {SIGNATURE} does not fit the body.")
        if abs(at.timestamp() - stamp) > TOLERANCE.total_seconds():
            raise WebhookRejected(
                "sales.webhook_stale", f"The message was signed more than {TOLERANCE} away from now."
            )
        return _read(body)

    def _sign(self, stamp: int, body: bytes) -> str:
        return hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()

    def _answer(self, method: str = "") -> None:
        if self.outage or method == "outage" or os.environ.get("FORECOURT_SANDBOX_OUTAGE") == "1":
            raise ProviderUnavailable("The sandbox plays an outage.")

    def _row(self, reference: str, *, lock: bool = False) -> SandboxCharge:
        rows = SandboxCharge.objects.select_for_update() if lock else SandboxCharge.objects
        row = rows.filter(reference=reference).first()
        if row is None:
            raise ChargeUnknown(f"The sandbox knows no charge {reference!r}.")
        return row


def _parts(header: str) -> tuple[int, str]:
    """Time and signature of `t=…,v1=…`; what cannot be read fits no body."""
    named = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp = named.get("t", "")
    return (int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 13 else 0), named.get("v1", "")


def _read(body: bytes) -> Charge:
    told: dict[str, Any] = json.loads(body)
    return _charge(
        told["reference"], yuan(told["amount"]), yuan(told["refunded"]), told["state"], told["reason"]
    )


def _of(row: SandboxCharge) -> Charge:
    return _charge(row.reference, row.amount, row.refunded, row.state, row.reason, row.made_at)


def _charge(
    reference: str,
    amount: Decimal,
    refunded: Decimal,
    state: str,
    reason: str,
    made_at: datetime | None = None,
) -> Charge:
    told = reason if state == ChargeState.DECLINED else ""
    return Charge(reference, yuan(amount), ChargeState(state), yuan(refunded), told, made_at)
