"""The engine on Spark (extra `spark`, and a JDK 17 or newer): a partition for each bucket, wave after wave.

Rows never pass through Java one by one, nor through pandas: Spark hands out the numbers of the buckets and gathers one binary value for
each as Arrow. Waves of a few buckets for each core bound what the driver holds.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any

from forecourt.insight.engines.port import BucketResult
from forecourt.insight.engines.port import EngineError
from forecourt.insight.engines.port import EngineMissing
from forecourt.insight.engines.port import Work
from forecourt.insight.engines.port import packed
from forecourt.insight.engines.port import unpacked

AHEAD = 4  # buckets in a wave for each core
_SUBMITTED = "PYSPARK_GATEWAY_PORT"  # set where spark-submit has started this program
_HERE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


class OnSpark:
    """Opens a session at the master `address` while it runs, or uses the one that is open.

    Without an address: what spark-submit says, else the cores of this machine. Every executor needs this installation (its Python is
    `spark.pyspark.python`) and the folder of the copy under the same path.
    """

    name = "spark"

    def __init__(self, address: str | None = None, workers: int | None = None) -> None:
        self.address = address
        self.workers = workers

    def run(self, work: Work, buckets: Sequence[int]) -> Iterator[BucketResult]:
        """Yield the results in the order of `buckets`; see `Engine`."""
        with self._session() as spark:
            wave = self.workers or AHEAD * int(spark.sparkContext.defaultParallelism)
            for start in range(0, len(buckets), wave):
                yield from _wave(spark, work, list(buckets[start : start + wave]))

    @contextmanager
    def _session(self) -> Iterator[Any]:
        from pyspark.sql import SparkSession

        running = SparkSession.getActiveSession()
        session = running or self._open(SparkSession.builder)
        try:
            yield session
        finally:
            if running is None:
                session.stop()

    def _open(self, builder: Any) -> Any:
        _need_java()
        master = self.address or (None if _SUBMITTED in os.environ else f"local[{self.workers or '*'}]")
        if master is not None:
            builder = builder.master(master)
        if master is not None and master.startswith("local"):
            # Executors of this machine run our own Python, and nobody else is to reach them.
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            os.environ["PYSPARK_PYTHON"] = sys.executable
            for name, value in _HERE.items():
                builder = builder.config(name, value)
        try:
            return (
                builder.appName("forecourt")
                .config("spark.ui.enabled", "false")
                .config("spark.ui.showConsoleProgress", "false")
                .getOrCreate()
            )
        except Exception as error:
            raise EngineError(
                f"Spark did not start at {master or 'the submitted master'}: {_first_line(error)}"
            ) from error


def _wave(spark: Any, work: Work, buckets: list[int]) -> Iterator[BucketResult]:
    """The results of some buckets, all at once."""

    def each(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            for place in batch.column(0).to_pylist():
                done = packed(work, buckets[place])
                yield pa.RecordBatch.from_arrays(
                    [pa.array([place], pa.int64()), pa.array([done], pa.binary())], ["place", "value"]
                )

    numbers = spark.range(0, len(buckets), 1, len(buckets))
    try:
        found = numbers.mapInArrow(each, "place bigint, value binary").toArrow().sort_by("place")
    except Exception as error:
        raise EngineError(f"Spark could not do the work: {_first_line(error)}") from error
    for value in found.column("value"):
        yield unpacked(value.as_py())


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else ''}"


def _need_java() -> None:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if found is None:
        where = f"in JAVA_HOME ({home})" if home else "on the PATH"
        raise EngineMissing(
            f"Spark needs a JDK 17 or newer, and there is no java {where}. Install one (Debian: apt-get install openjdk-17-jdk-headless) "
            "or set JAVA_HOME."
        )
