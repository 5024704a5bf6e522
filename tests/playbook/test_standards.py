"""Standards computed: which journeys are cases, what each says, what all of them say; journeys written out by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from typing import Any

import numpy as np
import pytest

from forecourt.base.diagnostics import Spot
from forecourt.playbook.compiling import compile_playbook
from forecourt.playbook.measures import parse_standard
from forecourt.playbook.parser import load
from forecourt.playbook.records import Standard
from forecourt.playbook.standards import EARLY
from forecourt.playbook.standards import LATE
from forecourt.playbook.standards import NEVER
from forecourt.playbook.standards import REPEATED
from forecourt.playbook.standards import Pairs
from forecourt.playbook.standards import Recorded
from forecourt.playbook.standards import Told
from forecourt.playbook.standards import figure
from forecourt.playbook.standards import fitting
from forecourt.playbook.standards import values_of

MINUTE = 60_000_000
PROGRAM = compile_playbook(
    load(
        """
playbook: small
version: "1"
about: case
title: {en: Small, zh: 小}
steps:
  ask: {title: {en: Ask, zh: 问}, by: adviser, within: 1 h, record: {outcome: [yes, no], score: number?}}
  show: {title: {en: Show, zh: 看}, by: adviser, within: 1 d, evidence: [photo]}
  sell: {title: {en: Sell, zh: 卖}, by: adviser}
flow: [ask, show, sell, ends: sold]
anytime:
  goes: {then: [leave_it], ends: gone}
""".replace("  sell: {", "  leave_it: {title: {en: Leave, zh: 走}, by: adviser}\n  sell: {"),
        "small.yaml",
    ).playbook  # type: ignore[arg-type]
)
STEPS = {step.name: number for number, step in enumerate(PROGRAM.steps)}
ENDS = ("sold", "gone")


@dataclass
class One:
    """A journey: (minute, step, flags, wait in minutes, record, evidence); how it ended and when; what was never done."""

    steps: Sequence[tuple[Any, ...]] = ()
    end: str = ""
    ended: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    overdue: dict[str, int] = field(default_factory=dict)


def done(
    minute: int, step: str, flags: int = 0, wait: float | None = 0, proof: int = -1, **record: Any
) -> tuple[Any, ...]:
    return minute, step, flags, wait, proof, record


def told(*journeys: One) -> Told:
    events = [(number, *one) for number, journey in enumerate(journeys) for one in journey.steps]
    counts = [len(journey.steps) for journey in journeys]
    columns: dict[tuple[str, str], list[tuple[int, Any]]] = {}
    for number, (_journey, _minute, step, _flags, _wait, _proof, record) in enumerate(events):
        for name in ("outcome", "score"):
            columns.setdefault((step, name), []).append((number, record.get(name)))
    return Told(
        program=PROGRAM, offsets=np.cumsum([0, *counts]), step=np.array([STEPS.get(one[2], -1) for one in events], np.int64),
        at=np.array([one[1] * MINUTE for one in events], np.int64), flags=np.array([one[3] for one in events], np.int64),
        wait_s=np.array([np.nan if one[4] is None else one[4] * 60 for one in events], float),
        evidence=np.array([one[5] for one in events], np.int64), started_at=np.zeros(len(journeys), np.int64),
        ended_at=np.array([one.ended * MINUTE if one.end else NEVER for one in journeys], np.int64),
        end=np.array([ENDS.index(one.end) if one.end else -1 for one in journeys], np.int64), ends=ENDS,
        skipped=_pairs([one.skipped for one in journeys]), overdue=_pairs([one.overdue for one in journeys]),
        fields={key: _recorded(rows) for key, rows in columns.items()},
    )  # fmt: skip


def _pairs(each: list[dict[str, int]]) -> Pairs:
    rows = [
        (number, STEPS[step], minute * MINUTE)
        for number, said in enumerate(each)
        for step, minute in said.items()
    ]
    found = np.array(rows, np.int64).reshape(-1, 3)
    return Pairs(found[:, 0], found[:, 1], found[:, 2])


def _recorded(rows: list[tuple[int, Any]]) -> Recorded:
    values = np.empty(len(rows), object)
    values[:] = [value for _number, value in rows]
    return Recorded(np.array([number for number, _value in rows], np.int64), values)


def standard(text: str) -> Standard:
    return parse_standard("one", text, None, Spot())


def values(text: str, *journeys: One) -> list[float | None]:
    """The value of each journey; None: no case."""
    return [
        None if np.isnan(value) else float(value)
        for value in values_of(standard(text), told(*journeys)).value
    ]


def weeks(text: str, *journeys: One) -> list[int | None]:
    """The minute in which each value was certain."""
    return [
        None if at == NEVER else int(at) // MINUTE for at in values_of(standard(text), told(*journeys)).at
    ]


RUNNING = One([done(5, "ask")])
EMPTY = One()
SOLD = One([done(5, "ask"), done(9, "show"), done(12, "sell")], "sold", 12)
GONE = One([done(5, "ask"), done(20, "leave_it")], "gone", 20)


@pytest.mark.parametrize(
    ("text", "journeys", "wanted"),
    [
        ("share(show.done) >= 1 %", (SOLD, GONE, RUNNING, EMPTY), [1, 0, None, None]),
        ("share(journey.ended = sold) >= 1 %", (SOLD, GONE, RUNNING), [1, 0, None]),
        ("share(journey.ended = gone) >= 1 %", (SOLD, GONE, RUNNING), [0, 1, None]),
        ("median(journey.duration) <= 10 min", (SOLD, GONE, RUNNING), [12, 20, None]),
        ("share(ask.on_time) >= 1 %", (SOLD, One([done(90, "ask", LATE)]), EMPTY, One(overdue={"ask": 60})), [1, 0, None, 0]),
        ("share(ask.late) <= 1 %", (SOLD, One([done(90, "ask", LATE)]), EMPTY, One(overdue={"ask": 60})), [0, 1, None, 1]),
        ("share(show.skipped) <= 1 %", (SOLD, GONE, One([done(5, "ask"), done(9, "sell", EARLY)], skipped={"show": 9})), [0, None, 1]),
        ("share(sell.early) <= 1 %", (SOLD, One([done(9, "sell", EARLY)])), [0, 1]),
        ("share(ask.in_order) >= 1 %", (SOLD, One([done(5, "ask", REPEATED)]), One([done(5, "ask", LATE)])), [1, 0, 1]),
        ("share(journey.in_order) >= 1 %", (SOLD, One([done(9, "sell", EARLY)], "sold", 9, skipped={"ask": 9}), RUNNING), [1, 0, None]),
        ("share(show.evidence) >= 1 %", (One([done(9, "show", proof=1)]), One([done(9, "show", proof=0)]), SOLD), [1, 0, None]),
    ],
)  # fmt: skip
def test_true_or_not(text: str, journeys: tuple[One, ...], wanted: list[float | None]) -> None:
    assert values(text, *journeys) == wanted


def test_repeated_is_done_more_than_once_whether_the_playbook_allows_it_or_not() -> None:
    twice = One([done(5, "ask"), done(9, "show"), done(11, "show")], "gone", 20)
    caught_up = One([done(5, "sell"), done(9, "show", REPEATED)], "sold", 9)
    still = One([done(5, "show"), done(9, "show")])
    assert values("share(show.repeated) <= 8 %", twice, caught_up, still, GONE) == [1, 0, None, None]


def test_lengths_of_time_are_of_the_first_time() -> None:
    one = One([done(30, "ask", wait=30), done(50, "show", wait=20), done(90, "show", wait=40)], "gone", 90)
    assert values("median(show.wait) <= 10 min", one) == [20]
    assert values("median(show.wait) <= 10 h", one) == [pytest.approx(1 / 3)]
    assert values("median(show.work) <= 10 min", one) == [20]
    assert values("median(show.duration) <= 10 min", one) == [60]
    assert values("median(ask.work) <= 10 min", One([done(30, "ask", wait=None)])) == [30]
    assert values("median(ask.wait) <= 10 min", One([done(30, "ask", wait=None)])) == [None]


def test_work_does_not_count_what_came_before_the_last_thing_recorded() -> None:
    one = One([done(30, "ask", wait=30), done(50, "show", wait=50)])
    assert values("median(show.work) <= 10 min", one) == [20]


def test_a_field_is_what_was_recorded_last() -> None:
    twice = One([done(5, "ask", outcome="no", score=3), done(9, "ask", outcome="yes", score=7.5)])
    once = One([done(5, "ask", outcome="no", score=None)])
    assert values("share(ask.outcome = yes) >= 1 %", twice, once, EMPTY) == [1, 0, None]
    assert values("mean(ask.score) >= 5 points", twice, once, EMPTY) == [7.5, None, None]
    assert values(
        "mean(ask.score) >= 5 points", One([done(5, "ask", score="9.25")]), One([done(5, "ask", score="x")])
    ) == [9.25, None]


def test_a_value_is_certain_when_nothing_can_change_it() -> None:
    late = One([done(90, "ask", LATE)], "gone", 200)
    assert weeks("share(ask.on_time) >= 1 %", SOLD, late, One(overdue={"ask": 60})) == [5, 90, 60]
    assert weeks("share(show.done) >= 1 %", SOLD, late, RUNNING) == [12, 200, None]
    assert weeks(
        "share(ask.outcome = yes) >= 1 %", One([done(5, "ask", outcome="no"), done(9, "ask", outcome="yes")])
    ) == [9]


def test_an_overdue_step_that_was_done_after_all_counts_once() -> None:
    assert values("share(ask.on_time) >= 1 %", One([done(90, "ask", LATE)], overdue={"ask": 60})) == [0]


def test_a_step_that_the_program_has_not_is_no_case() -> None:
    assert values("share(wave.done) >= 1 %", SOLD) == [None]


def test_fitting_looks_at_order_only() -> None:
    found = fitting(
        told(SOLD, One([done(90, "ask", LATE)]), One([done(9, "sell", EARLY)]), One(skipped={"ask": 1}))
    )
    assert found.tolist() == [True, True, False, False]


def test_figures_have_their_interval() -> None:
    share = figure(standard("share(ask.on_time) >= 95 %"), np.array([1.0] * 9 + [0.0, np.nan]))
    assert (share.cases, share.value) == (10, 90.0)
    assert share.low == pytest.approx(59.58, abs=0.01) and share.high == pytest.approx(
        98.21, abs=0.01
    )  # Wilson 1927
    many = figure(standard("median(ask.wait) <= 10 min"), np.arange(101.0))
    assert many.value == 50 and many.low is not None and many.high is not None and many.low < 50 < many.high
    mean = figure(standard("mean(ask.score) >= 5 points"), np.array([4.0, 6.0, 8.0]))
    assert mean.value == 6 and mean.low is not None and mean.low < 6 < (mean.high or 0)
    assert figure(standard("count(ask.late) <= 3"), np.array([1.0, 0.0, 1.0])).value == 2
    assert figure(standard("max(ask.score) <= 3 points"), np.array([1.0, 7.0])).value == 7


def test_no_case_has_no_figure() -> None:
    none = figure(standard("share(ask.on_time) >= 95 %"), np.array([np.nan]))
    assert (none.cases, none.value, none.met(standard("share(ask.on_time) >= 95 %"))) == (0, None, None)
    assert figure(standard("count(ask.late) <= 3"), np.array([np.nan])).value == 0
    assert figure(standard("median(ask.wait) <= 10 min"), np.array([3.0])).low is None


@pytest.mark.parametrize(
    ("true", "of", "met", "sure"),
    [(99, 100, True, False), (1000, 1000, True, True), (50, 100, False, True), (94, 100, False, False)],
)
def test_a_standard_is_surely_met_where_its_whole_interval_is(
    true: int, of: int, met: bool, sure: bool
) -> None:
    asked = standard("share(ask.on_time) >= 95 %")
    found = figure(asked, np.array([1.0] * true + [0.0] * (of - true)))
    assert (found.met(asked), found.sure(asked)) == (met, sure)
