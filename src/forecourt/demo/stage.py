"""The stage: simulated time, what is to happen when, and the work that live installations leave to their worker.

Events run in the order of their time; equal times in the order they were planned. Everything random comes from one generator, so
the same seed gives the same play.
"""

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from random import Random
from typing import Any

from forecourt import journal
from forecourt.demo.period import ZONE
from forecourt.platform import ticks
from forecourt.platform.refusals import ActionError

Event = Callable[..., object]
DRAIN_EVERY = timedelta(minutes=20)
TICK_EVERY = timedelta(hours=1)
BY_DAY = range(8, 23)


class Stage:
    """Runs events in simulated time; between them it drains the outbox and lets time pass for the rooms."""

    def __init__(self, rng: Random, starts_at: datetime) -> None:
        self.rng = rng
        self.now = starts_at
        self.refused: Counter[str] = Counter()
        self._events: list[tuple[datetime, int, Event, tuple[Any, ...]]] = []
        self._planned = 0
        self._drained_at = self._ticked_at = starts_at
        self._busy = False

    def plan(self, at: datetime, event: Event, *facts: Any) -> None:
        """Let `event(at, *facts)` happen at a time; not before now."""
        self._planned += 1
        heapq.heappush(self._events, (max(at, self.now), self._planned, event, facts))

    def play(self, until: datetime, progress: Callable[[datetime], None]) -> None:
        """Let everything planned up to `until` happen."""
        while self._events and self._events[0][0] <= until:
            at, _number, event, facts = heapq.heappop(self._events)
            self._pass_time(at)
            self._happen(event, at, facts)
            progress(at)
        self._pass_time(until)
        journal.drain(until)

    def _happen(self, event: Event, at: datetime, facts: tuple[Any, ...]) -> None:
        """A refusal is a part of life: it is counted and the play goes on."""
        try:
            event(at, *facts)
        except ActionError as refusal:
            self.refused[refusal.code] += 1
        self._busy = True

    def _pass_time(self, at: datetime) -> None:
        while min(self._drained_at + DRAIN_EVERY, self._ticked_at + TICK_EVERY) <= at:
            if self._ticked_at + TICK_EVERY <= self._drained_at + DRAIN_EVERY:
                self._ticked_at += TICK_EVERY
                self._tick()
            else:
                self._drained_at += DRAIN_EVERY
                self._drain()
        self.now = max(self.now, at)

    def _tick(self) -> None:
        """Let time pass for the rooms: every hour by day, every fourth by night, when next to nothing falls due."""
        hour = self._ticked_at.astimezone(ZONE).hour
        if hour in BY_DAY or hour % 4 == 0:
            ticks.run(self._ticked_at)
            self._busy = True

    def _drain(self) -> None:
        if self._busy:
            journal.drain(self._drained_at)
            self._busy = False

    def soon(self, at: datetime, minutes: float, spread: float = 0.5) -> datetime:
        """About so many minutes later, give or take a share."""
        return at + timedelta(minutes=minutes * self.rng.uniform(1 - spread, 1 + spread))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share
