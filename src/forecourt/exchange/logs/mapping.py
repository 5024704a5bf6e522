"""What a mapping file says: which column is what, which activity is which step. How it is written: `mapreading.py`."""

from collections.abc import Mapping as Table
from dataclasses import dataclass
from dataclasses import field
from datetime import time
from zoneinfo import ZoneInfo

from forecourt.base.calendars import SHANGHAI
from forecourt.base.diagnostics import Spot

NEEDED = ("case", "activity", "time")
MEANINGS = (*NEEDED, "outcome", "store", "actor", "role", "evidence", "lifecycle", "started")
COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Opening:
    """When a calendar is open: on these days of the week (1 is Monday), from and to these times, local."""

    days: tuple[int, ...]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Target:
    """What an activity is joined to: a step, and the outcome where the activity says it."""

    step: str
    outcome: str | None = None

    def __str__(self) -> str:
        return f"{self.step}={self.outcome}" if self.outcome else self.step


@dataclass(frozen=True)
class Mapping:
    """How a log is to be read. What is not said is found by well-known names or left at its default.

    `columns` maps a meaning to a column (`case:` before it: an attribute of the trace). `object_type` chooses the objects of an
    OCEL 2.0 log that are the journeys. `time_format` is one of `datetime.strptime` or `epoch s` (ms, us, ns); `time_zone` is for
    times without one. `lifecycle` are the stages that count; None: all. `names` joins activities to steps, `outcomes`
    what the log calls outcomes, `roles` what it calls roles, to those of the playbook; `ignore` leaves activities out. `hours` opens calendars; one without hours is not judged. `encoding` and `delimiter` are for CSV.
    `spots` are the places of keys in the file: dotted path to place.
    """

    file: str = ""
    columns: Table[str, str] = field(default_factory=dict)
    object_type: str = ""
    time_format: str = ""
    time_zone: ZoneInfo = SHANGHAI
    lifecycle: tuple[str, ...] | None = (COMPLETE,)
    names: Table[str, Target] = field(default_factory=dict)
    outcomes: Table[str, str] = field(default_factory=dict)
    roles: Table[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    hours: Table[str, Opening] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    spots: Table[str, Spot] = field(default_factory=dict)

    def spot(self, *path: str) -> Spot:
        """Return where a key is written, or the beginning of the file."""
        return self.spots.get(_dotted(path), Spot(self.file))


def _dotted(path: tuple[str, ...]) -> str:
    return "\x1f".join(path)  # an activity's name may hold a full stop
