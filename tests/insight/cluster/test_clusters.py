"""Real clusters on this machine: Ray's raylet and workers, Spark's master with executors of their own. `make cluster-test` runs these.

Both do the same works as the engine in process, and the results must be the same bucket by bucket.
"""

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from forecourt.insight.engines import BucketFailed
from forecourt.insight.engines import Engine
from forecourt.insight.engines import EngineError
from forecourt.insight.engines import engine
from forecourt.insight.engines.works import counting
from forecourt.insight.engines.works import measuring
from tests.insight.engines.copies import TEA
from tests.insight.engines.copies import make_copy
from tests.insight.engines.same import differences

BUCKETS = 13
ROOT = Path(__file__).resolve().parents[3]
WANTED = os.environ.get("FORECOURT_CLUSTER") == "1"
if not WANTED:
    pytest.skip(
        "RAY AND SPARK ARE NOT TESTED: FORECOURT_CLUSTER is not set. `make cluster-test` installs both and sets it.",
        allow_module_level=True,
    )

pytestmark = pytest.mark.filterwarnings(
    "default"
)  # Ray and Spark warn of themselves; that is not ours to fix


def java_version() -> int | None:
    """The major version of the java that Spark would start; None where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    version = said.partition('"')[2].partition('"')[0]
    return int(version.split(".")[0]) if version.split(".")[0].isdigit() else None


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_copy(tmp_path_factory.mktemp("copy"), journeys=400, buckets=BUCKETS)


@pytest.fixture(scope="module")
def environment() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def ray() -> Iterator[Engine]:
    """A Ray of this machine with two processors, open for all tests."""
    if find_spec("ray") is None:
        pytest.fail("FORECOURT_CLUSTER is set, but ray is not installed: run `make cluster-test`.")
    made = engine("ray", workers=2)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        import ray as package

        _patiently(lambda: made._connect(package))  # type: ignore[attr-defined]
    yield made
    package.shutdown()


def _patiently(start: Callable[[], None]) -> None:
    """Ray gives its own processes 30 seconds to come up, which a machine busy with other things may exceed."""
    for tries_left in (2, 1, 0):
        try:
            return start()
        except EngineError:
            if not tries_left:
                raise
    return None


@pytest.fixture(scope="module")
def spark(environment: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A Spark master with two executors in processes of their own, open for all tests."""
    version = java_version()
    if version is None or version < 17:
        pytest.skip(
            f"SPARK IS NOT TESTED: it needs a JDK 17 or newer, and java here is {version or 'missing'}."
        )
    if find_spec("pyspark") is None:
        pytest.fail("FORECOURT_CLUSTER is set, but pyspark is not installed: run `make cluster-test`.")
    from pyspark.sql import SparkSession

    environment.setenv("PYTHONPATH", str(ROOT))  # executors must find the tests' own work
    made = engine("spark", address="local-cluster[2,1,1800]")
    session = made._open(SparkSession.builder)  # type: ignore[attr-defined]
    yield made
    session.stop()


@pytest.fixture(params=["ray", "spark"])
def cluster(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("work", ["counting", "measuring"])
def test_a_cluster_gives_what_one_process_gives_bucket_by_bucket(
    cluster: Engine, copy: Path, work: str
) -> None:
    asked = counting(copy) if work == "counting" else measuring(copy, TEA)
    expected = list(engine("in-process", workers=1).run(asked, range(BUCKETS)))
    found = list(cluster.run(asked, range(BUCKETS)))
    assert [result.bucket for result in found] == list(range(BUCKETS))
    assert differences(found, expected) == []


def test_some_buckets_in_another_order(cluster: Engine, copy: Path) -> None:
    asked = counting(copy)
    found = list(cluster.run(asked, [7, 2, 11]))
    assert differences(found, list(engine("in-process", workers=1).run(asked, [7, 2, 11]))) == []


def test_an_error_on_the_cluster_names_the_bucket(cluster: Engine, tmp_path: Path) -> None:
    with pytest.raises(BucketFailed, match="bucket 3: CopyError: There is no copy of the journal"):
        list(cluster.run(counting(tmp_path / "nothing"), [3, 4]))


def test_the_work_is_done_by_other_processes(cluster: Engine) -> None:
    from forecourt.insight.engines import Work

    pids = {result.value for result in cluster.run(Work.of(process), range(8))}
    assert pids and os.getpid() not in pids


def process(bucket: int) -> int:
    return os.getpid()


def test_a_cluster_that_is_not_there_is_an_error_with_a_way_out(copy: Path, tmp_path: Path) -> None:
    file = tmp_path / "tea.yaml"
    file.write_text(TEA, "utf-8")
    command = [sys.executable, "-m", "forecourt.insight.engines", copy, "--playbook", file]
    said = subprocess.run(
        [*command, "--engine", "ray", "--address", "127.0.0.1:1"], capture_output=True, text=True
    )
    assert said.returncode == 1
    assert "There is no Ray cluster at '127.0.0.1:1'" in said.stderr
