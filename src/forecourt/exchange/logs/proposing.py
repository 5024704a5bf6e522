"""Which column of a stranger's log may be what, and how its times are written: by names, then by values."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from forecourt.exchange.logs.columns import LIKELY
from forecourt.exchange.logs.columns import known
from forecourt.exchange.logs.columns import well_known
from forecourt.exchange.logs.mapping import MEANINGS
from forecourt.exchange.logs.mapping import Mapping
from forecourt.exchange.logs.times import UNREADABLE
from forecourt.exchange.logs.times import of_texts

GUESS = "a guess, look at it?"
FORMS = (
    *("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"),
    *("%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%d/%m/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p"),
    *("%d-%b-%Y %H:%M:%S", "%d %b %Y %H:%M", "%b %d, %Y %H:%M", "%d.%m.%y %H:%M", "%Y%m%d %H%M%S", "%Y%m%d"),
)


@dataclass(frozen=True)
class Column:
    """A proposed column; `why` is empty where its name is well known."""

    name: str
    why: str = ""


def propose_columns(
    columns: Table[str, Sequence[str]], given: Table[str, str] | None = None
) -> dict[str, Column]:
    """Return a column for each meaning: those given, by well-known names, by names often used, by values.

    `columns` are those of the log, each with some values.
    """
    free = [name for name in columns if name not in (given or {}).values()]
    chosen = {meaning: Column(name) for meaning, name in {**well_known(free), **(given or {})}.items()}
    left = [name for name in columns if name not in {column.name for column in chosen.values()}]
    for find in (_by_name, _by_values):
        for meaning in MEANINGS:
            found = find(meaning, left, columns) if meaning not in chosen else None
            if found is not None:
                chosen[meaning] = found
                left.remove(found.name)
    return {meaning: chosen[meaning] for meaning in MEANINGS if meaning in chosen}


def _by_name(meaning: str, left: list[str], columns: Table[str, Sequence[str]]) -> Column | None:
    found = known(meaning, left, LIKELY)
    if found is None or (meaning == "time" and not _time_share(columns[found])):
        return None
    return Column(found, f"by its name; {GUESS}")


def _by_values(meaning: str, left: list[str], columns: Table[str, Sequence[str]]) -> Column | None:
    """Only what a log cannot do without is looked for among values."""
    if meaning == "time":
        timed = [name for name in left if _time_share(columns[name]) > 0.9]
        return Column(timed[0], f"its values are times; {GUESS}") if timed else None
    texts = [name for name in left if columns[name] and not _time_share(columns[name])]
    if meaning == "case":
        repeated = [name for name in texts if _looks_like_case(columns[name])]
        return (
            Column(repeated[0], f"values that come several times, with digits; {GUESS}") if repeated else None
        )
    if meaning == "activity":
        few = [name for name in texts if _looks_like_activity(columns[name])]
        return Column(few[0], f"few different values in words; {GUESS}") if few else None
    return None


def _looks_like_case(values: Sequence[str]) -> bool:
    different = len(set(values))
    return 1 < different < len(values) and sum(
        any(sign.isdigit() for sign in value) for value in values
    ) * 2 > len(values)


def _looks_like_activity(values: Sequence[str]) -> bool:
    different = set(values)
    worded = [value for value in different if any(sign.isalpha() for sign in value)]
    return 1 < len(different) <= max(len(values) // 2, 2) and len(worded) * 2 > len(different)


def _time_share(values: Sequence[str]) -> float:
    """What part of some values are times, in one way or another."""
    texts = [value[:100] for value in values if value.strip()]
    if not texts:
        return 0.0
    plainly = _plainly(texts)
    if plainly > 0.5:
        return plainly
    return max(sum(_reads(text, form) for text in texts) / len(texts) for form in FORMS)


def _plainly(texts: Sequence[str]) -> float:
    """What part is read without a format."""
    at = of_texts(pa.array(texts, pa.string()), Mapping().time_zone).at
    return float((at > UNREADABLE).mean())


def _reads(text: str, form: str) -> bool:
    try:
        datetime.strptime(text.strip(), form)  # noqa: DTZ007 - only tried
    except ValueError:
        return False
    return True


def propose_format(values: Sequence[str]) -> tuple[str, str]:
    """Return the format of times that are not read without one (empty: none needed, or none found), and what is unsure about it."""
    texts = [value[:100] for value in values if value.strip()]
    if not texts or _plainly(texts) > 0.5:
        return "", ""
    fitting = [form for form in FORMS if all(_reads(text, form) for text in texts)]
    if not fitting:
        return "", ""
    return fitting[0], f"{' or '.join(fitting[1:])} reads them too; which is meant?" if fitting[1:] else ""
