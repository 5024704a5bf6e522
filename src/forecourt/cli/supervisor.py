"""Keeps children running: starts them in order, starts again what dies, stops them in reverse order."""

import signal
import time
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType

from forecourt.cli.children import Child
from forecourt.platform.embedded.errors import DidNotStart

FIRST_PAUSE = 0.5  # seconds before the first new start; doubled each time it dies again soon
LONGEST_PAUSE = 30.0
STEADY = 60.0  # seconds of life after which a child counts as well again
LOOK_EVERY = 0.2


@dataclass
class _Watch:
    """How a child has been doing."""

    child: Child
    started: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float | None = None


class Supervisor:
    """Runs children until it is told to stop. `say` gets a line for each thing worth knowing."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], object]) -> None:
        self._watches = [_Watch(child) for child in children]
        self._say = say
        self._stopping = False

    def run(self, *, on_ready: Callable[[], object] = lambda: None) -> None:
        """Start all, call `on_ready`, look after them; returns after SIGINT or SIGTERM, with all of them stopped."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for watch in self._watches:
                self._start(watch)
            on_ready()
            while not self._stopping:
                self.look()
                time.sleep(LOOK_EVERY)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def look(self) -> None:
        """One round: notice who died, start again whose pause is over."""
        for watch in self._watches:
            if watch.again_at is not None:
                if time.monotonic() >= watch.again_at:
                    self._start(watch)
            elif how := watch.child.ended():
                self._rest(watch, how)

    @property
    def stopping(self) -> bool:
        return self._stopping

    def _start(self, watch: _Watch) -> None:
        watch.started, watch.again_at = time.monotonic(), None
        try:
            watch.child.start()
        except DidNotStart as error:
            self._rest(watch, str(error))

    def _rest(self, watch: _Watch, how: str) -> None:
        now = time.monotonic()
        watch.pause = FIRST_PAUSE if now - watch.started > STEADY else watch.pause
        watch.again_at = now + watch.pause
        self._say(f"{watch.child.name}: {how}; starting it again in {watch.pause:g} s.")
        watch.pause = min(watch.pause * 2, LONGEST_PAUSE)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _stop_all(self) -> None:
        for watch in reversed(self._watches):
            watch.child.stop()
