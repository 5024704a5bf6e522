"""From an object-centric log to journeys: one object type is the case, and each event stands once in each of its objects.

Van der Aalst and Berti (Discovering Object-centric Petri Nets, 2020) call this flattening, and name its price: an event
about three objects is three events now (convergence), and events of different objects of one case get an order (divergence).
"""

from array import array
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from forecourt.exchange.logs.ocel.records import Event
from forecourt.exchange.logs.ocel.records import Ocel
from forecourt.exchange.logs.ocel.records import Value
from forecourt.exchange.logs.ocel.values import as_text
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log

# Column of a log -> attribute of an event that fills it.
COLUMNS = {"outcome": "outcome", "store": "store", "actor": "actor", "role": "role"}


class _Words:
    """Numbers words in the order in which they come."""

    def __init__(self) -> None:
        self.numbers = array("i")
        self._known: dict[str, int] = {}

    def add(self, word: str | None) -> None:
        self.numbers.append(-1 if not word else self._known.setdefault(word, len(self._known)))

    def coded(self) -> Coded:
        return Coded(np.array(self.numbers, dtype=np.int32), tuple(self._known))

    def coded_if_any(self) -> Coded | None:
        return self.coded() if self._known else None


def flatten(ocel: Ocel, object_type: str, columns: Mapping[str, str] = COLUMNS) -> Log:
    """Return each event once for each related object of the type, in the order of the log.

    `columns` names the attributes of events that give outcome, store, actor and role; a column without any value is None.
    """
    case, activity, at, filled = flat_columns(ocel, object_type, columns)
    return Log(
        case, activity, at,
        filled.get("outcome"), filled.get("store"), filled.get("actor"), filled.get("role"),
    )  # fmt: skip


def flat_columns(
    ocel: Ocel, object_type: str, columns: Mapping[str, str]
) -> tuple[Coded, Coded, NDArray[np.int64], dict[str, Coded]]:
    """Return cases, activities, times and the columns named, as `flatten` does; a column without any value is left out."""
    cases = {one.id for one in ocel.objects if one.type == object_type}
    case, activity, at = _Words(), _Words(), array("q")
    others = {column: _Words() for column in columns}
    for event in ocel.events:
        own = dict.fromkeys(relation.object_id for relation in event.relations if relation.object_id in cases)
        values = _values(event, columns) if own else {}
        for object_id in own:
            case.add(object_id)
            activity.add(event.type)
            at.append(event.at)
            for column, words in others.items():
                words.add(values[column])
    coded = {column: words.coded_if_any() for column, words in others.items()}
    filled = {column: words for column, words in coded.items() if words is not None}
    return case.coded(), activity.coded(), np.array(at, dtype=np.int64), filled


def _values(event: Event, columns: Mapping[str, str]) -> dict[str, str | None]:
    found: dict[str, Value] = dict(event.attributes)
    return {column: _text(found.get(attribute)) for column, attribute in columns.items()}


def _text(value: Value | None) -> str | None:
    return None if value is None else as_text(value)
