"""The log that the conformance benchmark measures: journeys of a made-up dealership, made with a seed.

Journeys walk the program by chance, all at once, one step at a time. A share of them is then disturbed: a step
left out, done twice, swapped with the next, or replaced by any other. Times keep to the deadlines, but for a
share that waits too long once.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from forecourt.playbook import Program
from forecourt.playbook import compile_playbook
from forecourt.playbook import load
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log

STEPS = {  # within, role; by default no deadline and an adviser
    "enquire": ("", "adviser"), "respond": ("15 min of store hours", "adviser"), "qualify": ("4 h of store hours", "adviser"),
    "learn_needs": ("2 d", "adviser"), "check_licence": ("3 d", "adviser"), "explain_finance": ("3 d", "adviser"),
    "show_car": ("2 d", "adviser"), "book_drive": ("1 d", "adviser"), "test_drive": ("7 d", "adviser"),
    "quote": ("24 h of store hours", "adviser"), "negotiate": ("3 d", "adviser"), "approve_price": ("1 d", "manager"),
    "order": ("7 d", "adviser"), "confirm": ("2 d", "office"), "lock": ("3 d", "office"), "finance_contract": ("5 d", "office"),
    "trade_in": ("5 d", "office"), "build": ("28 d", "plant"), "ship": ("7 d", "plant"), "arrive": ("7 d", "delivery"),
    "inspect": ("2 d", "delivery"), "plates": ("5 d", "office"), "insure": ("5 d", "office"), "charger": ("10 d", "office"),
    "appoint": ("2 d", "delivery"), "prepare": ("2 d", "delivery"), "hand_over": ("10 d", "delivery"),
    "day_1_call": ("2 d", "delivery"), "day_7_call": ("8 d", "adviser"), "survey": ("10 d", "adviser"), "close": ("5 d", "office"),
    "withdraw": ("", "adviser"),
}  # fmt: skip
OUTCOMES = {"qualify": ["hot", "warm"], "negotiate": ["agreed", "again"], "day_7_call": ["reached", "missed"]}
FLOW = """
- enquire
- respond
- qualify
- one: {hot: [{any_order: [learn_needs, check_licence, explain_finance, {maybe: show_car}]}], otherwise: [learn_needs, show_car, {maybe: check_licence}]}
- maybe: {repeat: [book_drive, test_drive], at_most: 2}
- quote
- negotiate
- one: {agreed: [], otherwise: [approve_price]}
- order
- any_order: [[confirm, lock], finance_contract, {maybe: trade_in}]
- build
- ship
- maybe: arrive
- any_order: [[inspect, prepare], plates, insure, {maybe: charger}]
- appoint
- hand_over
- day_1_call
- day_7_call
- one: {missed: [{retry: {step: day_7_call, every: 1 d, at_most: 2}}], reached: []}
- maybe: survey
- close
"""
DAY = 86_400_000_000
FIRST = 1_767_225_600_000_000  # 2026-01-01 UTC
STORES = 60
MOST_STEPS = 60
DISTURBED, TARDY = 0.05, 0.01  # shares of the journeys


def playbook_text() -> str:
    """The playbook as its author would write it."""
    lines = [
        "playbook: dealership",
        'version: "1"',
        "about: opportunity",
        "title: {en: Dealership, zh: 经销}",
        "steps:",
    ]
    for name, (within, role) in STEPS.items():
        due = f", within: {within}" if within else ""
        record = f", record: {{outcome: [{', '.join(OUTCOMES[name])}]}}" if name in OUTCOMES else ""
        lines.append(f"  {name}: {{title: {{en: {name}, zh: {name}}}, by: {role}{due}{record}}}")
    flow = ["flow:", *("  " + line for line in FLOW.strip().splitlines())]
    return "\n".join([*lines, *flow, "anytime:", "  withdraw: {ends: withdrawn}", ""])


def program_of_benchmark() -> Program:
    """The compiled playbook."""
    loaded = load(playbook_text(), "benchmark.yaml")
    if loaded.playbook is None or not loaded.ok:
        raise SystemExit("\n".join(str(item) for item in loaded.diagnostics))
    return compile_playbook(loaded.playbook)


@dataclass(frozen=True)
class Made:
    """Journeys one after the other: symbols and moments in order."""

    offsets: NDArray[np.int64]
    symbol: NDArray[np.int16]
    at: NDArray[np.int64]


def made(
    program: Program, journeys: int, seed: int, deviating: float = DISTURBED, late: float = TARDY
) -> Made:
    """Walk the program by chance and disturb a share of the journeys."""
    rng = np.random.default_rng(seed)
    traces, lengths = _walked(program, journeys, rng)
    _disturb(traces, lengths, rng.permutation(journeys)[: round(deviating * journeys)], program.width, rng)
    inside = np.arange(traces.shape[1]) < lengths[:, None]
    symbol = traces[inside]
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    return Made(offsets, symbol, _times(program, symbol, offsets, late, rng))


def _walked(program: Program, journeys: int, rng: Any) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    table = np.array(program.table).reshape(program.states, program.width)
    chances = np.cumsum(_chances(program), axis=1)
    traces, lengths = np.full((journeys, MOST_STEPS), -1, np.int16), np.zeros(journeys, np.int64)
    live, state = np.arange(journeys), np.zeros(journeys, np.int64)
    for place in range(MOST_STEPS - 1):
        drawn = rng.random(len(live))[:, None]
        symbol = (chances[state] < drawn).sum(axis=1)
        traces[live, place] = symbol
        lengths[live] += 1
        state = table[state, symbol]
        going = np.array(program.closes)[state] == 0
        live, state = live[going], state[going]
        if not len(live):
            break
    return traces, lengths


def _chances(program: Program) -> NDArray[np.float64]:
    """States by symbols: what is next, the earlier in the text the likelier; what may be left out less, giving up far
    less.
    """
    can = np.array(program.table).reshape(program.states, program.width) >= 0
    chances = can * 0.34 ** np.maximum(np.cumsum(can, axis=1) - 1, 0)
    for state, required in enumerate(program.required_masks):
        optional = [symbol for symbol in range(program.width) if not required >> symbol & 1]
        chances[state, optional] *= 0.07
    chances[:, program.symbols.of_step["withdraw"][0]] *= 0.05
    sums = chances.sum(axis=1, keepdims=True)
    return chances / np.where(sums > 0, sums, 1)


def _disturb(traces: Any, lengths: Any, chosen: Any, width: int, rng: Any) -> None:
    for kind, some in enumerate(np.array_split(chosen, 4)):
        place = (rng.random(len(some)) * (lengths[some] - 1)).astype(np.int64)
        if kind == 0:  # left out, but for the only step of a journey
            some, place = some[lengths[some] > 1], place[lengths[some] > 1]
            for journey, where in zip(some, place, strict=True):
                traces[journey, where:-1] = traces[journey, where + 1 :]
            lengths[some] -= 1
        elif kind == 1:  # done twice
            for journey, where in zip(some, place, strict=True):
                traces[journey, where + 1 :] = traces[journey, where:-1]
            lengths[some] += 1
        elif kind == 2:  # before its time
            other = np.minimum(place + 1, lengths[some] - 1)
            traces[some, place], traces[some, other] = traces[some, other], traces[some, place]
        else:  # another step instead
            traces[some, place] = rng.integers(0, width, len(some))
    lengths[:] = np.minimum(lengths, MOST_STEPS)


def _times(program: Program, symbol: Any, offsets: Any, late: float, rng: Any) -> NDArray[np.int64]:
    limits = [program.step(step).within for step, _ in program.symbols.pairs]
    usual = np.array([(one.minutes if one else 1440) * 60_000_000 for one in limits], np.float64)
    gaps = (usual[symbol] * (0.005 + 0.075 * rng.random(len(symbol)))).astype(np.int64)
    journeys = len(offsets) - 1
    tardy = rng.permutation(journeys)[: round(late * journeys)]
    where = offsets[tardy] + (rng.random(len(tardy)) * np.diff(offsets)[tardy]).astype(np.int64)
    gaps[where] *= 60
    gaps[offsets[:-1]] = 0
    begins = FIRST + rng.integers(0, 300 * DAY, journeys)
    passed = np.cumsum(gaps)
    since = np.repeat(begins - passed[offsets[:-1]], np.diff(offsets))
    return since + passed


def log_of(program: Program, made: Made, order: NDArray[np.int64] | None) -> Log:
    """The log as a source would give it: names for journeys and steps; in the given order, or journey by journey."""
    journeys = len(made.offsets) - 1
    steps = tuple(dict.fromkeys(step for step, _ in program.symbols.pairs))
    words = tuple(dict.fromkeys(outcome for _, outcome in program.symbols.pairs if outcome))
    step_of = np.array([steps.index(step) for step, _ in program.symbols.pairs], np.int32)
    said = np.array([words.index(out) if out else -1 for _, out in program.symbols.pairs], np.int32)
    roles = tuple(dict.fromkeys(role for _, role in STEPS.values()))
    plays = np.array([roles.index(STEPS[step][1]) for step, _ in program.symbols.pairs], np.int32)
    case = np.repeat(np.arange(journeys, dtype=np.int32), np.diff(made.offsets))
    columns = [case, step_of[made.symbol], made.at, said[made.symbol], case % STORES, plays[made.symbol]]
    if order is not None:
        columns = [column[order] for column in columns]
    case, activity, at, outcome, store, role = columns
    return Log(
        case=Coded(case, tuple(f"J{number:07}" for number in range(journeys))),
        activity=Coded(activity, steps),
        at=at,
        outcome=Coded(outcome, words),
        store=Coded(store, tuple(f"S{number:03}" for number in range(STORES))),
        role=Coded(role, roles),
    )
