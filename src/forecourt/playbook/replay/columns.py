"""The columns that logs travel in: as read (`Log`), and as the kernel wants them (`Events`)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1


@dataclass(frozen=True)
class Coded:
    """A column of words as numbers: `numbers[i]` points into `words`, -1 where the value is empty."""

    numbers: NDArray[np.int32]
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True)
class Log:
    """Events as they were read, in any order; every column has one value for each event.

    `case` names the journey in its source, `activity` a step or what the source calls it, `at` is in microseconds since
    1970-01-01 UTC. `outcome` is what a deciding step recorded; `store` chooses the working calendar; `evidence` is 1 where
    complete, 0 where missing, -1 where not known. A column that the source does not have is None.
    """

    case: Coded
    activity: Coded
    at: NDArray[np.int64]
    outcome: Coded | None = None
    store: Coded | None = None
    actor: Coded | None = None
    role: Coded | None = None
    evidence: NDArray[np.int8] | None = None

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Events:
    """Whole journeys one after the other, each in order of time; events at the same moment keep the order of the log.

    `offsets` has a value for each journey and one more; journey j is events `offsets[j]` to `offsets[j + 1]`. `symbol` and `step`
    are numbers of the program, -1 where it knows none. `row` is the event's row in the log. `case` is the number of each
    journey's name in `cases`. `store`, `role` and `actor` point into `stores`, `roles` and `actors`, -1 where not known;
    `evidence` is as in `Log`.
    """

    offsets: NDArray[np.int64]
    symbol: NDArray[np.int16]
    step: NDArray[np.int16]
    at: NDArray[np.int64]
    row: NDArray[np.int64]
    case: NDArray[np.int32]
    cases: tuple[str, ...]
    store: NDArray[np.int32]
    stores: tuple[str, ...]
    role: NDArray[np.int32]
    roles: tuple[str, ...]
    actor: NDArray[np.int32]
    actors: tuple[str, ...]
    evidence: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.symbol)

    @property
    def journeys(self) -> int:
        """How many journeys there are."""
        return len(self.offsets) - 1
