"""The kernel and a walk in plain Python agree on every journey: order, deadlines, roles, proof, and what is open
and late.
"""

import json
import shutil
import subprocess
import sys
from datetime import UTC
from datetime import datetime
from datetime import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.base.calendars import every_day
from forecourt.base.calendars import store_hours
from forecourt.playbook import TooLarge
from forecourt.playbook import compile_playbook
from forecourt.playbook import load
from forecourt.playbook.program import Program
from forecourt.playbook.replay import kernel
from forecourt.playbook.replay.columns import NOT_KNOWN
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log
from forecourt.playbook.replay.columns import events_of
from forecourt.playbook.replay.hours import hours_of
from forecourt.playbook.replay.hours import micros
from forecourt.playbook.replay.replaying import KINDS
from forecourt.playbook.replay.replaying import Replayed
from forecourt.playbook.replay.replaying import replay
from tests.playbook.building import DECIDING
from tests.playbook.building import OUTCOMES
from tests.playbook.building import PLAIN
from tests.playbook.building import anytimes
from tests.playbook.building import flows
from tests.playbook.building import playbook
from tests.playbook.building import text
from tests.playbook.building import traces
from tests.playbook.replay.walking import Done
from tests.playbook.replay.walking import Walk
from tests.playbook.replay.walking import walk
from tests.playbook.test_agreement import compiled

BEGIN = datetime(2026, 3, 2, 1, tzinfo=UTC)
STORES = ("", "s-1", "s-2")
ROLES = ("", "adviser", "manager", "system")
CALENDARS = {
    ("s-1", "store hours"): store_hours(every_day(time(10), time(21))),
    ("s-2", "store hours"): store_hours(
        {0: ((time(9), time(12)), (time(13), time(18))), 5: ((time(20), time(2)),)}
    ),
    ("", "store hours"): store_hours(every_day(time(9), time(18))),
}
WITHIN = (
    "15 min",
    "2 h",
    "1 d",
    "15 min of store hours",
    "4 h of store hours",
    "1 d of store hours",
    "3 d of store hours",
)

MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def steps() -> st.SearchStrategy[dict[str, Any]]:
    """The steps of the generated playbooks, some with a deadline, a role, proof."""
    one = st.fixed_dictionaries(
        {"by": st.sampled_from(("adviser", "manager"))},
        optional={"within": st.sampled_from(WITHIN), "evidence": st.just(["photo"])},
    )
    return st.fixed_dictionaries(dict.fromkeys((*PLAIN, *DECIDING), one)).map(_complete)


def _complete(given: dict[str, Any]) -> dict[str, Any]:
    given = deepcopy_of(given)
    for name, step in given.items():
        step["title"] = {"en": name, "zh": name}
        if name in DECIDING:
            step["record"] = {"outcome": list(OUTCOMES)}
    return given


def deepcopy_of(value: Any) -> Any:
    """Return a copy that shares nothing, for YAML would write what is shared as an alias."""
    return json.loads(json.dumps(value))


@st.composite
def journeys(draw: st.DrawFn) -> list[list[Done]]:
    """Several journeys with times (some at the same moment), stores, roles and proof."""
    found = []
    for trace in draw(st.lists(traces(), min_size=1, max_size=4)):
        at, store, done = BEGIN, draw(st.sampled_from(STORES)), []
        for step, outcome in trace:
            at += timedelta(minutes=draw(st.sampled_from((0, 5, 14, 15, 16, 200, 700, 1500, 5000))))
            role, evidence = draw(st.sampled_from(ROLES)), draw(st.integers(-1, 1))
            done.append(Done(step, outcome, at, role, store, evidence))
        found.append(done)
    return found


def log_of(all_done: list[list[Done]], order: list[int], started: datetime | None) -> Log:
    """The journeys as a log in another order."""
    rows = [(number, done) for number, journey in enumerate(all_done) for done in journey]
    rows = [rows[place] for place in order]
    return Log(
        case=coded([f"j{number}" for number, _ in rows]),
        activity=coded([done.step for _, done in rows]),
        at=np.array([micros(done.at) for _, done in rows], np.int64),
        outcome=coded([done.outcome or "" for _, done in rows]),
        store=coded([done.store for _, done in rows]),
        role=coded([done.role for _, done in rows]),
        evidence=np.array([done.evidence for _, done in rows], np.int8),
        started_at=np.full(len(rows), NOT_KNOWN if started is None else micros(started), np.int64),
    )


def coded(words: list[str]) -> Coded:
    known = tuple(dict.fromkeys(word for word in words if word))
    return Coded(np.array([known.index(word) if word else -1 for word in words], np.int32), known)


def found_of(program: Program, replayed: Replayed, first: int, last: int, journey: int) -> Walk:
    """What the kernel found for one journey, as the walk says it."""
    names = [step.name for step in program.steps]
    found = Walk(fits=bool(replayed.fits[journey]))
    for event in range(first, last):
        skipped = [("skipped", names[step]) for at, step in replayed.skipped if at == event]
        kinds = [kind for kind, bit in KINDS.items() if replayed.flags[event] & bit and kind != "skipped"]
        assert bool(skipped) == bool(replayed.flags[event] & KINDS["skipped"])
        found.deviations.append([(kind, "") for kind in kinds] + skipped)
        found.states.append(int(replayed.state_after[event]))
        found.waits.append(None if replayed.wait_s[event] < 0 else int(replayed.wait_s[event]))
        found.lates.append(None if replayed.late_s[event] < 0 else int(replayed.late_s[event]))
    late = replayed.open_late
    mine = np.flatnonzero(late.journey == journey)
    found.open_late = [(names[late.step[row]], int(late.late_s[row])) for row in mine]
    return found


def assert_same(
    program: Program, log: Log, all_done: list[list[Done]], started: datetime | None, hours: bool
) -> None:
    until = BEGIN + timedelta(days=9)
    events = events_of(log, program)
    given = hours_of(CALENDARS, BEGIN - timedelta(days=3), BEGIN + timedelta(days=80)) if hours else None
    replayed = replay(program, events, hours=given, until=until)
    for journey in range(events.journeys):
        number = int(events.cases[events.case[journey]][1:])
        first, last = events.offsets[journey], events.offsets[journey + 1]
        expected = walk(program, all_done[number], CALENDARS if hours else {}, started, until)
        found = found_of(program, replayed, first, last, journey)
        assert found.states == expected.states
        assert found.waits == expected.waits
        assert found.lates == expected.lates
        assert found.fits == expected.fits
        assert sorted(found.open_late) == sorted(expected.open_late)
        for got, wanted, done in zip(found.deviations, expected.deviations, all_done[number], strict=True):
            assert sorted((kind, step or done.step) for kind, step in got) == wanted
        assert replayed.deviations[journey] == sum(map(len, expected.deviations))
        assert replayed.final_state[journey] == expected.states[-1]
        ended = program.outcome(expected.states[-1])
        end = replayed.end[journey]
        assert (program.ends[end] if end >= 0 else None) == ended


@MANY
@given(
    flow=flows(), anytime=anytimes(), steps=steps(), all_done=journeys(), random=st.randoms(use_true_random=False),
    started=st.sampled_from((None, BEGIN, BEGIN - timedelta(hours=5))), hours=st.booleans(),
)  # fmt: skip
def test_kernel_and_walk_agree_on_any_journey(
    flow: Any, anytime: Any, steps: Any, all_done: Any, random: Any, started: Any, hours: bool
) -> None:
    loaded = load(text(flow, anytime=anytime, steps=steps), "test.yaml")
    assert loaded.playbook is not None
    assert loaded.ok, [str(item) for item in loaded.diagnostics]
    program = compiled(loaded.playbook)
    order = list(range(sum(map(len, all_done))))
    random.shuffle(order)
    log = log_of(all_done, ties_in_order(order, all_done), started)
    assert_same(program, log, all_done, started, hours)


def ties_in_order(order: list[int], all_done: list[list[Done]]) -> list[int]:
    """Events of one journey at the same moment stay in their order: the log is all that says it."""
    owner = [(number, done.at) for number, journey in enumerate(all_done) for done in journey]
    places: dict[Any, list[int]] = {}
    for place in sorted(order):
        places.setdefault(owner[place], []).append(place)
    return [places[owner[place]].pop(0) for place in order]


def test_the_largest_programs_are_replayed_and_larger_ones_refused_with_the_block() -> None:
    """4,096 states: any order of twelve steps, each of which begins or jumps; a thirteenth is refused while it is
    compiled.
    """
    names = [f"s{number}" for number in range(13)]
    steps = {name: {"title": {"en": name, "zh": name}, "by": "adviser", "within": "1 h"} for name in names}
    program = compile_playbook(playbook([{"any_order": names[:12]}, names[12]], steps=steps))
    assert program.states > 4096
    rng = np.random.default_rng(1)
    done = [
        [
            Done(names[step], None, BEGIN + timedelta(minutes=int(at)), "adviser")
            for at, step in enumerate(rng.permutation(13))
        ]
        for _ in range(40)
    ]
    assert_same(program, log_of(done, list(range(13 * 40)), BEGIN), done, BEGIN, False)
    with pytest.raises(TooLarge) as refused:
        compile_playbook(playbook(["s0", {"any_order": names}], steps=steps))
    assert refused.value.diagnostic.code == "PB051"
    assert "any_order" in str(refused.value)


TOLD = """
import sys
import forecourt.playbook
import forecourt.playbook.replay.columns, forecourt.playbook.replay.reporting, forecourt.playbook.replay.screening
print("numba" in sys.modules)
"""


def test_numba_is_loaded_by_the_first_replay_not_with_the_modules() -> None:
    told = subprocess.run([sys.executable, "-c", TOLD], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


UNWRITABLE = """
import numpy as np
from forecourt.playbook.replay import kernel
from forecourt.playbook.replay.ordering import kernel as ordering
counts, ordered = ordering.count(np.array([0, 1, 0], np.int32), np.array([1, 2, 3]), 2)
print(counts.tolist(), ordered, kernel.__file__)
"""


def test_where_nothing_can_be_kept_it_is_compiled_in_memory(tmp_path: Path) -> None:
    """Neither the folder of the modules nor the user's own can be written: a read-only image, a service without a
    home.
    """
    source = Path(kernel.__file__).parents[2]
    copy = tmp_path / "lib" / "forecourt"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "locale"))
    package = copy / "playbook" / "replay"
    for folder in (package, package / "ordering"):
        (folder / "__pycache__").write_text("in the way")
    env = {
        "PYTHONPATH": str(tmp_path / "lib"),
        "HOME": "/dev/null",
        "XDG_CACHE_HOME": "/dev/null",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    told = subprocess.run(
        [sys.executable, "-c", UNWRITABLE], capture_output=True, text=True, check=False, env=env
    )
    assert told.stdout.startswith("[2, 1] False " + str(copy)), told.stderr
