"""The supervisor, with children that are real processes."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import pytest

from forecourt.cli import supervisor as module
from forecourt.cli.children import Process
from forecourt.cli.supervisor import Supervisor
from tests.platform.servers import alive
from tests.platform.servers import eventually

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
WITH_CHILD = [
    sys.executable,
    "-c",
    "import subprocess, time; subprocess.Popen(['sleep', '600']); time.sleep(600)",
]
ENDS = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.fixture
def said() -> list[str]:
    return []


def supervised(processes: list[Process], said: list[str], until: Callable[[], bool]) -> None:
    """Run a supervisor here, as it must run in the main thread, until something is true."""
    supervisor = Supervisor(processes, said.append)

    def interrupt() -> None:
        try:
            eventually(until)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=interrupt)
    supervisor.run(on_ready=watcher.start)
    watcher.join()


def test_a_killed_child_is_started_again_and_said(said: list[str]) -> None:
    child = Process("site", SLEEP, {})
    seen: list[int] = []

    def killed_and_back() -> bool:
        if child.pid and child.pid not in seen:
            seen.append(child.pid)
            if len(seen) == 1:
                os.kill(child.pid, signal.SIGKILL)
        return len(seen) == 2

    supervised([child], said, killed_and_back)
    assert said == ["site: killed by signal 9; starting it again in 0.5 s."]
    eventually(lambda: not alive(seen[1]))


def test_a_child_that_keeps_dying_waits_longer_each_time(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    child = Process("worker", ENDS, {})
    watch = module._Watch(child, pause=0.01)
    supervisor = Supervisor([child], said.append)
    supervisor._watches = [watch]
    supervisor._start(watch)
    until = time.monotonic() + 120
    while len(said) < 4 and time.monotonic() < until:
        supervisor.look()
        time.sleep(0.005)
    supervisor._stop_all()
    assert [line.rpartition(" in ")[2] for line in said[:4]] == ["0.01 s.", "0.02 s.", "0.04 s.", "0.08 s."]
    assert "ended with code 3" in said[0]


def test_all_is_stopped_with_what_it_started(said: list[str]) -> None:
    child = Process("site", WITH_CHILD, {})
    group: list[int] = []

    def child_has_child() -> bool:
        with open(f"/proc/{child.pid}/task/{child.pid}/children") as file:
            group[:] = [int(pid) for pid in file.read().split()]
        return bool(group)

    supervised([child], said, child_has_child)
    eventually(lambda: not any(alive(pid) for pid in group))
    assert said == []


def test_a_child_starts_without_the_remains_of_the_last() -> None:
    """A killed web server leaves workers that hold its port; they go before it is started again."""
    child = Process("site", WITH_CHILD, {})
    child.start()
    pid = child.pid
    remains: list[int] = []

    def has_child() -> bool:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            remains[:] = [int(one) for one in file.read().split()]
        return bool(remains)

    eventually(has_child)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: child.ended() is not None)
    assert alive(remains[0])
    child.start()
    eventually(lambda: not alive(remains[0]))
    child.stop()
