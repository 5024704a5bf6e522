"""Standards: a small grammar of its own, `measure(subject) comparison value unit`.

share(respond.on_time) >= 95 %          median(respond.wait) <= 10 min
share(respond.outcome = reached) >= 70 %    count(hand_over.late) <= 3
share(journey.ended = ordered) >= 12 %  mean(survey.score) >= 9 points
"""

import re

from forecourt.base.diagnostics import Spot
from forecourt.playbook.records import Standard
from forecourt.playbook.records import Title

MEASURES = ("share", "count", "sum", "mean", "median", "p80", "p90", "p95", "min", "max")
FLAGS = ("done", "on_time", "late", "skipped", "early", "repeated", "in_order", "evidence")
TIMES = ("wait", "work", "duration")
UNITS = ("%", "min", "h", "d", "points", "yuan", "")
JOURNEY = "journey"
JOURNEY_ASPECTS = ("ended", "duration", "in_order")

_STANDARD = re.compile(
    r"(?P<measure>[a-z]\w*)\(\s*(?P<subject>[a-z]\w*)\.(?P<aspect>[a-z]\w*)\s*(?:=\s*(?P<equals>\w+)\s*)?\)"
    r"\s*(?P<comparison>>=|<=|>|<|=)\s*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>%|[a-z]*)"
)


def parse_standard(name: str, text: str, title: Title | None, spot: Spot) -> Standard:
    """Read one standard. Raises ValueError that names the text and shows how to write it.

    Whether the step and what is measured exist is a check; the measure and unit must be known words here.
    """
    match = _STANDARD.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a standard; write it like share(respond.on_time) >= 95 %")
    if match["measure"] not in MEASURES or match["unit"] not in UNITS:
        known = f"measures are {', '.join(MEASURES)}; units are {', '.join(UNITS[:-1])} or none"
        raise ValueError(f"{text!r} has an unknown measure or unit; {known}")
    step = None if match["subject"] == JOURNEY else match["subject"]
    return Standard(
        name, match["measure"], step, match["aspect"], match["equals"], match["comparison"],
        float(match["value"]), match["unit"], title, spot,
    )  # fmt: skip


def satisfied(standard: Standard, measured: float) -> bool:
    """Say whether a measured value, in the standard's unit, meets the standard."""
    limit = standard.value
    return {
        ">=": measured >= limit,
        "<=": measured <= limit,
        ">": measured > limit,
        "<": measured < limit,
        "=": measured == limit,
    }[standard.comparison]
