"""Logs for tests, written as lists of traces."""

from collections.abc import Sequence

import numpy as np

from forecourt.playbook.replay.columns import Coded
from forecourt.playbook.replay.columns import Log

HOUR = 3_600_000_000


def log_of(traces: Sequence[Sequence[str]], roles: dict[str, str] | None = None) -> Log:
    """One journey a trace, its events an hour apart; `roles` says who does an activity."""
    events = [(case, name, place) for case, trace in enumerate(traces) for place, name in enumerate(trace)]
    names = tuple(dict.fromkeys(name for _, name, _ in events))
    activity = np.array([names.index(name) for _, name, _ in events], np.int32)
    words = tuple(dict.fromkeys((roles or {}).values()))
    role = np.array(
        [words.index(roles[name]) if roles and name in roles else -1 for _, name, _ in events], np.int32
    )
    return Log(
        Coded(
            np.array([case for case, _, _ in events], np.int32),
            tuple(f"case {n}" for n in range(len(traces))),
        ),
        Coded(activity, names),
        np.array([place * HOUR for _, _, place in events], np.int64),
        role=Coded(role, words) if roles else None,
    )
