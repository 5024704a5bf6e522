"""The engine that needs nothing: threads of this process, or processes of this machine.

Threads suffice for the works here: Parquet, Arrow and the replay kernel let go of Python's lock while they work, and threads start at
once. Processes are for works that are Python through and through.
"""

import os
from collections import deque
from collections.abc import Iterator
from collections.abc import Sequence
from concurrent.futures import Executor
from concurrent.futures import Future
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from forecourt.insight.engines.port import BucketResult
from forecourt.insight.engines.port import EngineError
from forecourt.insight.engines.port import Work
from forecourt.insight.engines.port import packed
from forecourt.insight.engines.port import unpacked

AHEAD = 2  # buckets in flight for each worker


class InProcess:
    """Works on up to `workers` buckets at once; with one worker nothing else is started."""

    name = "in-process"

    def __init__(self, workers: int | None = None, *, processes: bool = False) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self.processes = processes

    def run(self, work: Work, buckets: Sequence[int]) -> Iterator[BucketResult]:
        """Yield the results in the order of `buckets`; see `Engine`."""
        if self.workers == 1 and not self.processes:
            yield from (unpacked(packed(work, bucket)) for bucket in buckets)
            return
        executor = self._executor()
        try:
            yield from self._ahead(executor, work, buckets)
        except BrokenProcessPool as error:
            raise EngineError(
                "A worker process died (killed, or out of memory?). Use fewer workers, or a copy with more buckets."
            ) from error
        finally:
            executor.shutdown(wait=True, cancel_futures=True)

    def _executor(self) -> Executor:
        if self.processes:
            return ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"))
        return ThreadPoolExecutor(self.workers, thread_name_prefix="bucket")

    def _ahead(self, executor: Executor, work: Work, buckets: Sequence[int]) -> Iterator[BucketResult]:
        waiting: deque[Future[bytes]] = deque()
        for bucket in buckets:
            waiting.append(executor.submit(packed, work, bucket))
            if len(waiting) >= AHEAD * self.workers:
                yield unpacked(waiting.popleft().result())
        while waiting:
            yield unpacked(waiting.popleft().result())
