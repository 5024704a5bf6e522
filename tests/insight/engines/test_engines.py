"""The port: the same results from every way of running, in order, bounded; errors that say which bucket and what to do."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from forecourt.insight.engines import BucketFailed
from forecourt.insight.engines import EngineError
from forecourt.insight.engines import EngineMissing
from forecourt.insight.engines import Work
from forecourt.insight.engines import engine
from forecourt.insight.engines.__main__ import main
from forecourt.insight.engines.in_process import InProcess
from forecourt.insight.engines.works import Counted
from forecourt.insight.engines.works import counting
from forecourt.insight.engines.works import measuring
from forecourt.playbook.replay.counting import Tally
from tests.insight.engines.copies import TEA
from tests.insight.engines.copies import make_copy
from tests.insight.engines.same import differences

ONE = InProcess(1)
OTHERS = {
    "threads": InProcess(3),
    "processes": InProcess(2, processes=True),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_copy(tmp_path_factory.mktemp("copy"))


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("work", ["counting", "measuring"])
def test_all_ways_of_running_give_the_same(copy: Path, name: str, work: str) -> None:
    asked = counting(copy) if work == "counting" else measuring(copy, TEA)
    expected, found = list(ONE.run(asked, range(8))), list(OTHERS[name].run(asked, range(8)))
    assert [result.bucket for result in found] == list(range(8))
    assert differences(found, expected) == []


def test_what_is_counted_and_measured_is_what_was_written(copy: Path) -> None:
    counted = [result.value for result in ONE.run(counting(copy), range(8))]
    measured = [result.value for result in ONE.run(measuring(copy, TEA), range(8))]
    assert sum(one.journeys for one in counted) == 180  # every tenth of 200 is no journey
    assert len({journey for one in measured for journey in one.journeys}) == 180
    total = Tally.merged(one.tally for one in measured)
    assert (total.journeys, total.fitting) == (180, sum(int(one.fits.sum()) for one in measured))
    assert 0 < total.fitting < 180


def test_the_measure_of_a_bucket_does_not_depend_on_how_many_buckets_there_are(
    copy: Path, tmp_path: Path
) -> None:
    other = make_copy(tmp_path / "other", buckets=3, parts=1)
    assert _by_journey(copy, 8) == _by_journey(other, 3)


def _by_journey(folder: Path, buckets: int) -> dict[str, Any]:
    found = {}
    for result in ONE.run(measuring(folder, TEA), range(buckets)):
        columns = (result.value.fits, result.value.deviations, result.value.kinds, result.value.end)
        rows = np.column_stack(columns).tolist()
        found.update(zip(result.value.journeys, rows, strict=True))
    return found


@pytest.mark.parametrize("runner", [ONE, *OTHERS.values()], ids=["one", *OTHERS])
def test_an_error_in_the_work_names_the_bucket(runner: InProcess, tmp_path: Path) -> None:
    with pytest.raises(BucketFailed, match="bucket 0: CopyError: There is no copy") as raised:
        list(runner.run(counting(tmp_path / "nothing"), range(5)))
    assert raised.value.bucket == 0


def test_only_a_bounded_number_of_buckets_is_in_flight() -> None:
    begun = list[int]()
    work = Work.of(_note, begun=begun)
    results = InProcess(2).run(work, range(1000))
    for _ in range(3):
        next(results)
    results.close()  # type: ignore[attr-defined]
    assert len(begun) <= 3 + 2 * 2
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("bucket")]


def _note(bucket: int, begun: list[int]) -> int:
    begun.append(bucket)
    return bucket


def test_a_worker_process_that_dies_is_an_error_and_no_wait_for_ever() -> None:
    with pytest.raises(EngineError, match="worker process died"):
        list(InProcess(1, processes=True).run(Work("os:_exit"), [3]))


def test_work_must_be_found_by_its_name() -> None:
    with pytest.raises(ValueError, match="put the function into a module"):
        Work.of(lambda bucket: bucket)
    assert Work.of(_note, begun=[]).function == f"{__name__}:_note"


def test_an_unknown_engine_is_refused_with_the_near_miss() -> None:
    with pytest.raises(EngineError, match="did you mean spark"):
        engine("sparc")
    with pytest.raises(EngineError, match="0 workers cannot work"):
        engine(workers=0)
    with pytest.raises(EngineError, match="has no address"):
        engine("in-process", address="auto")


@pytest.mark.parametrize(("name", "package"), [("ray", "ray"), ("spark", "pyspark")])
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, name: str, package: str) -> None:
    from forecourt.insight.engines import choosing

    monkeypatch.setattr(choosing, "find_spec", lambda asked: None if asked == package else object())
    with pytest.raises(EngineMissing, match=rf"pip install 'forecourt\[{name}\]'"):
        engine(name)


def test_a_text_that_is_no_playbook_is_refused_before_anything_runs(copy: Path) -> None:
    with pytest.raises(ValueError, match="no playbook that can be replayed"):
        measuring(copy, "playbook: tea\nversion: 1\nsteps: []\n")


def test_differences_are_found() -> None:
    one, other = [Counted(1, 2), np.zeros(2)], [Counted(1, 3), np.zeros(2, np.int8)]
    assert len(differences(one, other)) == 2 and differences([1], [1, 2]) and differences(1, 1.0)
    assert differences(one, [Counted(1, 2), np.zeros(2)]) == []


def test_counted_is_plain(copy: Path) -> None:
    (result,) = ONE.run(counting(copy), [0])
    assert isinstance(result.value, Counted) and result.value.entries > result.value.journeys > 0


HEAVY = {"ray", "pyspark", "polars", "duckdb", "pyarrow", "numba", "pandas", "django"}


def _loaded(script: str) -> set[str]:
    script += "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    return set(
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def test_the_port_loads_without_engines() -> None:
    assert _loaded("import forecourt.insight.engines, forecourt.insight.engines.on_ray") & HEAVY == set()
    assert _loaded("from forecourt.insight.engines import engine; engine('in-process')") & HEAVY == set()


def test_a_worker_of_a_cluster_needs_no_django(copy: Path) -> None:
    script = f"from forecourt.insight.engines.works import *; count(0, {str(copy)!r}); measure(0, {str(copy)!r}, {TEA!r}, None, None, None)"
    assert _loaded(script) & {"django", "psycopg", "polars", "duckdb", "ray", "pyspark"} == set()


def test_the_program_for_clusters_prints_the_report(copy: Path, tmp_path: Path) -> None:
    import json

    file = tmp_path / "tea.yaml"
    file.write_text(TEA, "utf-8")
    command = [sys.executable, "-m", "forecourt.insight.engines", copy, "--playbook", file]
    said = subprocess.run(command, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["journeys"] == 180
    refused = subprocess.run([*command[:3], tmp_path / "none", *command[4:]], capture_output=True, text=True)
    assert refused.returncode == 1 and "There is no copy of the journal" in refused.stderr


def test_a_day_is_one_in_shanghai_wherever_it_is_asked(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twelfth ends at the same moment for a machine in Los Angeles, and not where its own midnight is."""
    file = tmp_path / "tea.yaml"
    file.write_text(TEA, "utf-8")
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    moments = (
        "2026-03-12",
        "2026-03-13T00:00:00+0800",
        "2026-03-12T00:00:00-0700",
        "2026-03-13T00:00:00-0700",
    )
    try:
        said = [
            CliRunner().invoke(main, [str(copy), "--playbook", str(file), "--until", at]).output
            for at in moments
        ]
    finally:
        monkeypatch.undo()
        time.tzset()
    day, meant, *local = said
    assert '"journeys": 180' in day
    assert day == meant and day not in local
