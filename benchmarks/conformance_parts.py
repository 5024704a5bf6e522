"""The parts of the conformance benchmark; each runs in a process of its own and answers with figures for JSON."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from datetime import time as clock
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import conformance_log as logs
import conformance_parquet as parquet

from forecourt.base.calendars import every_day
from forecourt.base.calendars import store_hours
from forecourt.playbook.petri import label
from forecourt.playbook.petri import net_of
from forecourt.playbook.petri import pnml
from forecourt.playbook.program import Program
from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.columns import Log
from forecourt.playbook.replay.columns import events_of
from forecourt.playbook.replay.counting import Tally
from forecourt.playbook.replay.counting import tally
from forecourt.playbook.replay.hours import Hours
from forecourt.playbook.replay.hours import hours_of
from forecourt.playbook.replay.replaying import replay
from forecourt.playbook.replay.reporting import report_of
from forecourt.playbook.replay.screening import screen

WORDS = ("case", "activity", "outcome", "store", "role")
FIRST, LAST = datetime(2025, 12, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


def write(program: Program, made: logs.Made, folder: Path) -> None:
    """Write the log twice: its columns in the order of time, and as Parquet, sorted by journey and time in buckets."""
    log = logs.log_of(program, made, np.argsort(made.at, kind="stable"))
    np.save(folder / "at.npy", log.at)
    for name in WORDS:
        np.save(folder / f"{name}.npy", getattr(log, name).numbers)
    words = {name: getattr(log, name).words for name in WORDS}
    (folder / "words.json").write_text(json.dumps(words), "utf-8")
    parquet.write(logs.log_of(program, made, None), made.offsets, folder)


def sample(program: Program, made: logs.Made, journeys: int, folder: Path) -> dict[str, Any]:
    """The first journeys as others read them: a file of columns, and the program as a net."""
    events = slice(0, int(made.offsets[journeys]))
    labels = [label(program, symbol) for symbol in range(program.width)]
    np.savez(
        folder / "sample.npz", case=np.repeat(np.arange(journeys), np.diff(made.offsets[: journeys + 1])),
        symbol=made.symbol[events], at=made.at[events],
    )  # fmt: skip
    return {"labels": labels, "pnml": pnml(net_of(program)), "folder": str(folder)}


def ordering(folder: Path, rounds: int) -> dict[str, Any]:
    """Events in the order of time, put into journeys: with what the replay must have, and with store and role as well."""
    program, log = logs.program_of_benchmark(), _log(folder)
    bare = Log(log.case, log.activity, log.at, log.outcome)
    events_of(_head(log), program)
    plain = _timed(lambda: events_of(bare, program), rounds)
    return _figures(plain, len(log)) | {
        "with_store_and_role_cpu_s": _timed(lambda: events_of(log, program), rounds)[0]
    }


def screening(folder: Path, rounds: int) -> dict[str, Any]:
    """Which journeys fit and were in time, deadlines on store hours included: exact."""
    program, events, hours = _ready(folder)
    found = screen(program, events, hours=hours)
    figures = _figures(_timed(lambda: screen(program, events, hours=hours), 3 * rounds), len(events))
    share = {"proved": found.proved, "fits": found.fits.sum(), "late": found.late.sum()}
    return (
        figures
        | {"target_events_per_cpu_s": 250_000_000}
        | {f"{name}_of_journeys": round(float(count) / events.journeys, 4) for name, count in share.items()}
    )


def full_replay(folder: Path, rounds: int) -> dict[str, Any]:
    """Every event with its state, deviations, wait and lateness."""
    program, events, hours = _ready(folder)
    found = replay(program, events, hours=hours)
    figures = _figures(_timed(lambda: replay(program, events, hours=hours), rounds), len(events))
    return figures | {"deviations": int(found.deviations.sum())}


def flow(folder: Path, rounds: int) -> dict[str, Any]:
    """The directly-follows graph with all times between steps, and the counts and waits of steps."""
    program, events, hours = _ready(folder)
    found = replay(program, events, hours=hours)
    counted = tally(program, events, found)
    figures = _figures(_timed(lambda: tally(program, events, found), rounds), len(events))
    return figures | {"edges": int((counted.edges.counts > 0).sum())}


def report(folder: Path, rounds: int) -> dict[str, Any]:
    """Sorted Parquet to the whole report on deviations, bucket by bucket."""
    program, hours = logs.program_of_benchmark(), _hours()
    _report(program, hours, folder, 1)
    warm, found = time.process_time(), []
    cpu, walls, least = _timed(lambda: found.append(_report(program, hours, folder, None)), rounds)
    told = found[-1]
    return {
        "cpu_s": cpu,
        "wall_s": walls,
        "least_cpu_s": least,
        "start_and_first_bucket_cpu_s": round(warm, 2),
        "peak_mb": _peak_mb(),
        "target": "5 CPU seconds and 3 GB for 25 million events",
        "parquet_mb": round(sum(file.stat().st_size for file in folder.glob("*.parquet")) / 1e6),
        "journeys": told.journeys,
        "fitting": told.fitting,
        "clean": told.clean,
        "deviations": told.deviations,
    }


def _report(program: Program, hours: Hours, folder: Path, buckets: int | None) -> Any:
    tallies = []
    for file in sorted(folder.glob("*.parquet"))[:buckets]:
        events = events_of(parquet.read(file), program)
        tallies.append(tally(program, events, replay(program, events, hours=hours)))
    return report_of(program, Tally.merged(tallies))


def alignments(folder: Path, rounds: int) -> dict[str, Any]:
    """The cheapest explanation of each distinct trace: `conformance_alignment.py`."""
    import conformance_alignment

    program, events, _ = _ready(folder)
    return conformance_alignment.alignments(program, events, rounds=min(rounds, 3))


PARTS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "ordering": ordering,
    "screening": screening,
    "full_replay": full_replay,
    "flow": flow,
    "report": report,
    "alignments": alignments,
}


def _log(folder: Path) -> Log:
    words = json.loads((folder / "words.json").read_text("utf-8"))
    columns = {name: Coded(np.load(folder / f"{name}.npy"), tuple(words[name])) for name in WORDS}
    return Log(at=np.load(folder / "at.npy"), **columns)


def _head(log: Log, events: int = 1000) -> Log:
    """A few events, for what is compiled to be compiled."""
    cut = {name: Coded(getattr(log, name).numbers[:events], getattr(log, name).words) for name in WORDS}
    return Log(at=log.at[:events], **cut)


def _hours() -> Hours:
    calendar = store_hours(every_day(clock(9), clock(21)))
    return hours_of(
        {(f"S{number:03}", "store hours"): calendar for number in range(logs.STORES)}, FIRST, LAST
    )


def _ready(folder: Path) -> tuple[Program, Events, Hours]:
    program = logs.program_of_benchmark()
    return program, events_of(_log(folder), program), _hours()


def _timed(do: Callable[[], Any], rounds: int) -> tuple[float, float, float]:
    """The medians of CPU and wall seconds, and the least CPU seconds: what the work takes when no other program disturbs it."""
    cpu, walls = [], []
    for _ in range(rounds):
        began, wall = time.process_time(), time.perf_counter()
        do()
        cpu.append(time.process_time() - began)
        walls.append(time.perf_counter() - wall)
    return round(median(cpu), 4), round(median(walls), 4), round(min(cpu), 4)


def _figures(timed: tuple[float, float, float], events: int) -> dict[str, Any]:
    cpu, wall, least = timed
    return {
        "cpu_s": cpu,
        "wall_s": wall,
        "least_cpu_s": least,
        "events_per_cpu_s": round(events / cpu),
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> int:
    """The most memory that this process has had, the log and the interpreter included."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024)
