"""The engine on a Ray cluster (extra `ray`): a task for each bucket, a bounded number of them at once."""

import os
import socket
from collections import deque
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any

from forecourt.insight.engines.port import BucketFailed
from forecourt.insight.engines.port import BucketResult
from forecourt.insight.engines.port import EngineError
from forecourt.insight.engines.port import Work
from forecourt.insight.engines.port import packed
from forecourt.insight.engines.port import unpacked

AHEAD = 2  # buckets in flight for each processor of the cluster
WAIT = 10  # seconds for the cluster's door to open
STORE = 256 << 20  # bytes of the object store of a cluster that we start; results are small
# Ray asks these of the environment before it starts: no figures sent home, no meddling with accelerators we do not use.
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


class OnRay:
    """Connects to the cluster at `address` while it runs; without one, to `RAY_ADDRESS` or a new one of this machine alone.

    Every node needs this installation and the folder of the copy under the same path. A task whose worker dies is tried again.
    """

    name = "ray"

    def __init__(self, address: str | None = None, workers: int | None = None) -> None:
        self.address = address
        self.workers = workers

    def run(self, work: Work, buckets: Sequence[int]) -> Iterator[BucketResult]:
        """Yield the results in the order of `buckets`; see `Engine`."""
        with self._connected() as ray:
            task = ray.remote(num_cpus=1)(packed)
            shared = ray.put(work)
            most = self.workers or AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
            waiting: deque[Any] = deque()
            for bucket in buckets:
                waiting.append(task.remote(shared, bucket))
                if len(waiting) >= most:
                    yield self._next(ray, waiting)
            while waiting:
                yield self._next(ray, waiting)

    @staticmethod
    def _next(ray: Any, waiting: "deque[Any]") -> BucketResult:
        try:
            return unpacked(ray.get(waiting.popleft()))
        except ray.exceptions.RayError as error:
            raise EngineError(f"Ray could not do the work: {error}") from error
        except BucketFailed:
            for other in waiting:
                ray.cancel(other)
            raise

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
        import ray

        ours = not ray.is_initialized()
        if ours:
            self._connect(ray)
        try:
            yield ray
        finally:
            if ours:
                ray.shutdown()

    def _connect(self, ray: Any) -> None:
        address = self.address or os.environ.get("RAY_ADDRESS")
        if address is None:
            self._start(ray)
            return
        try:
            _knock(address)
            ray.init(address=address, log_to_driver=False)
        except (OSError, ValueError) as error:
            raise EngineError(
                f"There is no Ray cluster at {address!r} ({error}). Start one with `ray start --head`."
            ) from error

    def _start(self, ray: Any) -> None:
        """A cluster of this machine alone, that nobody else reaches."""
        try:
            ray.init(
                address="local", num_cpus=self.workers, include_dashboard=False, log_to_driver=False, object_store_memory=STORE,
                _node_ip_address="127.0.0.1",
            )  # fmt: skip
        except (
            Exception
        ) as error:  # Ray raises Exception itself when its processes are not up within half a minute
            ray.shutdown()
            raise EngineError(
                f"Ray did not start on this machine ({error}). If the machine is busy, try again."
            ) from error


def _knock(address: str) -> None:
    """See at once whether anybody listens: Ray itself would try for minutes. OSError when nobody does."""
    host, colon, port = address.rpartition("//")[2].rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host, int(port)), timeout=WAIT).close()
