"""The demo: a sample network and weeks of simulated trade, played through the same actions as live work."""

from collections.abc import Callable
from typing import Any

Progress = Callable[[float, str], None]


def run(*, days: int, stores: int, seed: int, progress: Progress, volume: float = 0.1) -> dict[str, Any]:
    """Play the demo into an empty database; what it came to. The same seed gives the same result."""
    from forecourt.demo.play import play  # Django must be set up before the rooms are imported

    return play(days=days, stores=stores, seed=seed, progress=progress, volume=volume)
