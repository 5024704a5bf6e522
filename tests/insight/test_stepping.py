"""One journey replayed on a page, held against the replay of many: the same deviations, waits and deadlines."""

from collections import Counter
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.base.ids import new_id
from forecourt.insight import reading
from forecourt.insight import stepping
from forecourt.insight import telling
from forecourt.insight.departing import departures
from forecourt.insight.departing import of_each
from forecourt.insight.reading import Done
from forecourt.insight.reading import Reading
from forecourt.insight.reading import Run
from forecourt.journeys import programs
from forecourt.platform.scope import reading as scoped
from tests.web.conftest import NOW
from tests.web.town import SYSTEM
from tests.web.town import Town

BEGAN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
STEPS = {
    "respond": ["reached", "no_answer", "wrong_number"], "learn_needs": [None], "check_licence": [None], "book_test_drive": [None],
    "test_drive": [None], "quote": [None], "place_order": [None], "lose": [None], "close_withdrawn": [None], "wave": [None],
}  # fmt: skip
one_step = st.sampled_from([(step, outcome) for step, outcomes in STEPS.items() for outcome in outcomes])
ways = st.lists(
    st.tuples(one_step, st.integers(1, 60 * 60), st.sampled_from(["adviser", "store_manager", "system"])),
    max_size=12,
)


def story(town: Town, way: list) -> Reading:
    run = Run(
        new_id(BEGAN),
        "sample",
        "aito",
        "east",
        "op-001",
        town.store,
        "st-1",
        None,
        "running",
        "",
        BEGAN,
        None,
    )
    at, done = BEGAN, []
    for (step, outcome), minutes, role in way:
        at += timedelta(minutes=minutes)
        done.append(Done(run.id, step, at, "st-1", role, outcome, None, None))
    return Reading([run], done, [])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(way=ways)
def test_a_page_and_the_kernel_say_the_same(town: Town, way: list) -> None:
    read = story(town, way)
    until = (read.done[-1].at if read.done else BEGAN) + timedelta(days=3)
    with scoped(SYSTEM.scope):
        known = programs.of("retail", _version(town))
        walk = stepping.walk(known, read.runs[0], read.done)
        told = telling.tell(known.program, read, until).told
        waiting = walk.waiting(until)
    paged = Counter(
        f"{kind}:{line.step}"
        for line in walk.lines
        for kind in line.deviations
        if known.program.has_step(line.step)
    )
    assert set(paged) == {code for code in of_each(departures(told), 1)[0] if not code.startswith("overdue:")}
    steps = [line for line in walk.lines if not line.skipped]
    for number, line in enumerate(steps):
        wait = told.wait_s[number]
        assert (line.waited is None) == bool(wait != wait), line
        if line.waited is not None:
            assert max(0, line.waited.total_seconds()) == wait
    assert {name for name, one, late in waiting if late is not None} - {line.step for line in steps} == {
        known.program.steps[step].name for step in told.overdue.step
    }


def _version(town: Town) -> str:
    return programs.latest_version("retail", NOW)


def test_a_real_journey_step_by_step(town: Town) -> None:
    with scoped(SYSTEM.scope):
        found = reading.read_one(UUID(town.runs["owner"]), NOW)
        assert found is not None
        playbook, version, read = found
        walk = stepping.walk(programs.of(playbook, version), read.runs[0], read.done)
    assert [line.step for line in walk.lines] == [
        "respond",
        "learn_needs",
        "check_licence",
        "book_test_drive",
        "test_drive",
        "quote",
        "place_order",
    ]
    first = walk.lines[0]
    assert (
        first.fits
        and first.waited == timedelta(minutes=6)
        and first.due_at is not None
        and first.late_by is None
    )
    assert walk.open == {}


def test_what_is_overdue_says_by_how_much_working_time(town: Town) -> None:
    from uuid import UUID

    with scoped(SYSTEM.scope):
        found = reading.read_one(UUID(town.runs["late"]), NOW)
        assert found is not None
        walk = stepping.walk(programs.of(found[0], found[1]), found[2].runs[0], found[2].done)
        (name, one, late), *rest = walk.waiting(NOW)
    assert (name, rest) == ("respond", [])
    assert late is not None and one.due_at is not None and timedelta() < late < NOW - one.due_at, (
        "the night does not count"
    )
