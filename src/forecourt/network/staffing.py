"""Invents the people of a sample network: names by Faker zh_CN, roles by store format, certificates with dates.

The first two of a role in a store hold everything their role needs; of the others a few have a certificate that ran out
or was never taken, as in life.
"""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import timedelta
from random import Random
from typing import Any

from faker import Faker

from forecourt.network.sampling import MadeStore

CERTAIN = 2
RUN_OUT, NEVER_TAKEN = 0.03, 0.04


@dataclass(frozen=True, slots=True)
class MadeHolding:
    """A certificate as invented."""

    certificate: str
    for_brand: str
    valid_from: date
    valid_to: date


@dataclass(slots=True)
class MadeStaff:
    """A member of staff as invented."""

    code: str
    name: str
    role: str
    store: MadeStore
    joined_on: date
    holdings: list[MadeHolding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Training:
    """What staff need: certificates by code as the methodology writes them, and the brands since when."""

    certificates: Mapping[str, Mapping[str, Any]]
    as_of: date

    def of_role(self, role: str) -> list[str]:
        return [code for code, one in self.certificates.items() if role in one["held_by"]]


def make_staff(
    stores: Sequence[MadeStore], staffing: Mapping[str, Mapping[str, int]], training: Training, seed: int
) -> list[MadeStaff]:
    """The staff of all stores, in the order of their codes; the same for the same seed."""
    fake, random = Faker("zh_CN"), Random(f"staff-{seed}")
    fake.seed_instance(seed)
    made: list[MadeStaff] = []
    for store in stores:
        for role, count in staffing[store.kind.format].items():
            for number in range(count):
                joined_on = store.opened_on + timedelta(days=random.randrange(-30, 1))
                person = MadeStaff(f"st-{len(made) + 1:05d}", fake.name(), role, store, joined_on)
                person.holdings = list(_holdings(person, number, training, random))
                made.append(person)
    return made


def _holdings(person: MadeStaff, number: int, training: Training, random: Random) -> Iterator[MadeHolding]:
    for code in training.of_role(person.role):
        certificate = training.certificates[code]
        for brand in _brands(person.store) if certificate.get("by_brand") else [""]:
            luck = 1.0 if number < CERTAIN else random.random()
            if luck >= NEVER_TAKEN:
                yield _holding(
                    code,
                    brand,
                    int(certificate["months"]),
                    luck < NEVER_TAKEN + RUN_OUT,
                    training.as_of,
                    random,
                )


def _brands(store: MadeStore) -> list[str]:
    return list(dict.fromkeys(brand for brand, work, _ in store.franchises if work == "sales"))


def _holding(code: str, brand: str, months: int, run_out: bool, as_of: date, random: Random) -> MadeHolding:
    """Valid for at least two more months, or run out within the last three."""
    days = months * 365 // 12
    ends = as_of + timedelta(
        days=-random.randrange(1, 90) if run_out else random.randrange(60, max(61, days))
    )
    return MadeHolding(code, brand, ends - timedelta(days=days), ends)
