"""Handover slots, pure: the hours of a day cut into slots, and which bay and specialist are free in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment that stands: a bay and a specialist, taken from `starts_at` to before `ends_at`."""

    starts_at: datetime
    ends_at: datetime
    bay: int
    specialist: str

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of time in which a handover fits, with the bays and specialists that are free all through it."""

    starts_at: datetime
    ends_at: datetime
    bays: tuple[int, ...]
    specialists: tuple[str, ...]

    @property
    def free(self) -> int:
        """How many handovers can begin then."""
        return min(len(self.bays), len(self.specialists))


def slots(
    times: Sequence[tuple[datetime, datetime]],
    bays: int,
    specialists: Sequence[str],
    booked: Sequence[Booked],
    after: datetime,
) -> list[Slot]:
    """Every slot that begins after `after` with what is free in it; specialists with the fewest handovers come first."""
    load = {code: sum(one.specialist == code for one in booked) for code in specialists}
    ranked = sorted(specialists, key=lambda code: (load[code], code))
    return [_slot(start, end, bays, ranked, booked) for start, end in times if start > after]


def _slot(start: datetime, end: datetime, bays: int, ranked: Sequence[str], booked: Sequence[Booked]) -> Slot:
    busy = [one for one in booked if one.overlaps(start, end)]
    taken_bays, taken_people = {one.bay for one in busy}, {one.specialist for one in busy}
    return Slot(
        start, end, tuple(bay for bay in range(1, bays + 1) if bay not in taken_bays),
        tuple(code for code in ranked if code not in taken_people),
    )  # fmt: skip
