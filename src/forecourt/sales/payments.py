"""The port to a payment provider: what Forecourt asks of one, and which one this installation uses.

A provider adapter implements `Provider`, passes the contract tests in `tests/sales/provider_contract.py` and is named by
its dotted path in the setting FORECOURT_PAYMENTS (or the environment variable of that name). The sandbox is the default.

    PaymentError
    ├── ProviderUnavailable   the provider does not answer; nothing was charged
    ├── ChargeUnknown         the provider knows no charge of that reference
    ├── RefundImpossible      more would be given back than was taken
    └── WebhookRejected       a message that the provider did not sign, or signed too long ago
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

SANDBOX = "forecourt.sales.sandbox.Sandbox"


class ChargeState(StrEnum):
    """Where a charge stands at the provider."""

    CREATED = "created"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish to take `amount` yuan. The same `key` again gives the same charge, however often it is sent.

    `method` is the customer's way to pay as the provider names it; empty for its usual one.
    """

    key: str
    amount: Decimal
    at: datetime
    method: str = ""

    def __post_init__(self) -> None:
        if not self.key or self.amount <= 0 or self.at.tzinfo is None:
            raise ValueError(f"An intent needs a key, an amount above 0 and an aware time, not {self!r}.")


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge as the provider tells of it. `made_at` is the `at` of the intent that opened it, however often that is sent:
    it tells a decline of before from one of now. A message may leave it out.
    """

    reference: str
    amount: Decimal
    state: ChargeState
    refunded: Decimal = Decimal("0.00")
    reason: str = ""
    made_at: datetime | None = field(default=None, compare=False)


class PaymentError(Exception):
    """Root of what can go wrong with a provider."""


class ProviderUnavailable(PaymentError):
    """The provider does not answer. Ask again later with the same key."""


class ChargeUnknown(PaymentError):
    """The provider knows no charge of that reference."""


class RefundImpossible(PaymentError):
    """The charge was not taken, or less of it is left than is to be given back."""


class WebhookRejected(PaymentError):
    """A message that the provider did not sign, or signed too long ago. `code` is stable."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Provider(Protocol):
    """What a payment provider must do. Every method may raise ProviderUnavailable."""

    name: str
    is_sandbox: bool

    def create(self, intent: Intent) -> Charge:
        """Open a charge; nothing is taken yet unless the method takes at once."""

    def confirm(self, reference: str, at: datetime) -> Charge:
        """Take the money: succeeded, declined, or pending until a webhook tells. Repeatable. May raise ChargeUnknown."""

    def refund(self, reference: str, amount: Decimal, key: str, at: datetime) -> Charge:
        """Give back `amount`, once for each `key`. May raise ChargeUnknown or RefundImpossible."""

    def look_up(self, reference: str) -> Charge:
        """Where a charge stands now. May raise ChargeUnknown."""

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, at: datetime) -> Charge:
        """The charge that a message tells of. Raises WebhookRejected unless the provider signed it lately."""


def provider() -> Provider:
    """The provider of this installation."""
    return _made(
        getattr(settings, "FORECOURT_PAYMENTS", "") or os.environ.get("FORECOURT_PAYMENTS", "") or SANDBOX
    )


@lru_cache(maxsize=8)
def _made(path: str) -> Provider:
    return import_string(path)()
