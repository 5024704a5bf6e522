"""What a reader found before anything is left out: the columns that mean something, and where each event stands."""

from dataclasses import dataclass
from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from forecourt.base.diagnostics import Diagnostic
from forecourt.playbook.replay.columns import Coded

LINE, ROW, EVENT = "line", "row", "event"


@dataclass
class Raw:
    """Events as a file holds them.

    `columns` maps a meaning (`case`, `activity`, `outcome`, `store`, `actor`, `role`, `evidence`, `lifecycle`, `started`) to its values; `at` is in
    microseconds, or `times.EMPTY` or `times.UNREADABLE`. `place` says where each event stands, as a line of the text or a row of
    the table (`places`); None: in row 1, 2, 3 and so on. `left_out` counts what could not become an event at all. `read_as` says which column of the file gave what.
    """

    file: str
    format: str
    columns: dict[str, Coded]
    at: NDArray[np.int64]
    place: NDArray[np.int64] | None = None
    places: str = ROW
    assumed: int = 0
    days: int = 0
    left_out: int = 0
    read_as: dict[str, str] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.at)

    def place_of(self, event: int) -> int:
        """Return the line or row of an event, counted from 1."""
        return event + 1 if self.place is None else int(self.place[event])
