"""The money and time promised to customers that concern orders, read from `promises.yaml` of the methodology."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings

from forecourt.base.money import ZERO
from forecourt.base.money import yuan


@dataclass(frozen=True, slots=True)
class Terms:
    """Deposits in yuan, the window between firm order and lock, the length of a test drive.

    The reservation counts towards the firm deposit: who has paid 1,000 pays 4,000 more to make the order firm.
    """

    reservation: Decimal
    firm_deposit: Decimal
    lock_window: timedelta
    test_drive: timedelta
    quote_valid: timedelta = timedelta(days=7)

    def __post_init__(self) -> None:
        if not ZERO < self.reservation <= self.firm_deposit:
            raise ValueError(
                f"The reservation {self.reservation} must lie above 0 and not above the firm deposit {self.firm_deposit}."
            )
        if min(self.lock_window, self.test_drive, self.quote_valid) <= timedelta():
            raise ValueError(
                "The lock window, the test drive and the validity of a quote must be longer than nothing."
            )

    @classmethod
    def of(cls, promises: Mapping[str, Any]) -> "Terms":
        """The terms in a parsed `promises.yaml`. Raises KeyError for a missing and ValueError for an impossible value."""
        return cls(
            reservation=yuan(promises["deposits"]["reserved"]["amount"]),
            firm_deposit=yuan(promises["deposits"]["firm"]["amount"]),
            lock_window=timedelta(hours=promises["lock_window_hours"]),
            test_drive=timedelta(minutes=promises["appointments"]["test_drive_minutes"]),
        )


@lru_cache(maxsize=1)
def terms() -> Terms:
    """The terms of this installation, read once a process."""
    return Terms.of(yaml.safe_load((settings.FORECOURT_METHODOLOGY / "promises.yaml").read_text()))
