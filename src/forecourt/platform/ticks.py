"""What must be looked at as time passes: deadlines, offers that expire, surveys that fall due, months that end.

Rooms register in `ready()`; the worker runs all of it every minute, the demo every simulated hour. A tick finds what is due by
its own query and may run twice at once: its actions are safe to repeat.
"""

import logging
from collections.abc import Callable
from datetime import datetime

logger = logging.getLogger(__name__)

Tick = Callable[[datetime], object]
_TICKS: dict[str, Tick] = {}


def register(name: str, tick: Tick) -> None:
    """Let `tick(at)` run whenever time passes."""
    _TICKS[name] = tick


def names() -> tuple[str, ...]:
    return tuple(_TICKS)


def run(at: datetime) -> dict[str, object]:
    """Run every tick at a time; what each says. One that fails is logged and does not stop the others."""
    return {name: _run(name, tick, at) for name, tick in _TICKS.items()}


def _run(name: str, tick: Tick, at: datetime) -> object:
    try:
        return tick(at)
    except Exception as error:
        logger.exception("Tick %s failed.", name)
        return f"{type(error).__name__}: {error}"
