"""Alignments of a whole log: distinct traces, CPU seconds with all moves, memory; pm4py and r4pm on a sample of the same traces.

`conformance.py` calls `alignments(program, events)`; its answer can be printed as JSON. The first call of a kernel compiles it or
loads what was compiled before; that is done on a few journeys beforehand and given as `warm_up_s`.
"""

import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from forecourt.playbook import Program  # noqa: E402
from forecourt.playbook.alignment import Aligned  # noqa: E402
from forecourt.playbook.alignment import Variants  # noqa: E402
from forecourt.playbook.alignment import align  # noqa: E402
from forecourt.playbook.alignment import variants_of  # noqa: E402
from forecourt.playbook.petri import label  # noqa: E402
from forecourt.playbook.petri import net_of  # noqa: E402
from forecourt.playbook.petri import pnml  # noqa: E402
from forecourt.playbook.replay.columns import Events  # noqa: E402

ORACLES = ROOT / ".venv-oracles" / "bin" / "python"
SCRIPT = ROOT / "tests" / "oracles" / "alignments.py"
SAMPLES = {
    "r4pm_log": 20_000,
    "pm4py": 300,
}  # distinct traces asked; a full run takes minutes and many gigabytes
WARM_UP = 50


def alignments(
    program: Program, events: Events, *, samples: dict[str, int] = SAMPLES, rounds: int = 3
) -> dict[str, Any]:
    """Measure ours on the whole log (the median of some rounds) and the others on a sample of its distinct traces."""
    _, warm = _timed(lambda: align(program, variants_of(_first(events, WARM_UP))))
    measured = [_measure(program, events) for _ in range(rounds)]
    variants, aligned = measured[-1][0]
    return {
        "states": program.states,
        "journeys": events.journeys,
        "events": len(events),
        "distinct_traces": len(variants),
        "deviating_journeys": events.journeys - aligned.fitting,
        "deviating_traces": int((~aligned.fits).sum()),
        "moves": len(aligned.kind),
        "log_fitness": aligned.log_fitness,
        "warm_up_s": round(warm, 3),
        "distinct_cpu_s": round(float(np.median([seconds for _, seconds, _ in measured])), 3),
        "align_cpu_s": round(float(np.median([seconds for _, _, seconds in measured])), 3),
        "peak_mb_beside_events": round(_peak(program, events), 1),
        "others": _others(program, variants, aligned, samples),
    }


def _measure(program: Program, events: Events) -> tuple[tuple[Variants, Aligned], float, float]:
    variants, distinct = _timed(lambda: variants_of(events))
    aligned, seconds = _timed(lambda: align(program, variants))
    return (variants, aligned), distinct, seconds


def _timed(do: Callable[[], Any]) -> tuple[Any, float]:
    before = time.thread_time()
    done = do()
    return done, time.thread_time() - before


def _first(events: Events, journeys: int) -> Events:
    return replace(events, offsets=events.offsets[: journeys + 1])


def _peak(program: Program, events: Events) -> float:
    """The most memory in use at once for distinct traces, search and moves, in MB; the events themselves not counted."""
    tracemalloc.start()
    try:
        align(program, variants_of(events))
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def _others(
    program: Program, variants: Variants, aligned: Aligned, samples: dict[str, int]
) -> dict[str, Any]:
    if not ORACLES.exists():
        return {"not_measured": "run make oracles"}
    return {name: _other(name, program, variants, aligned, size) for name, size in samples.items()}


def _other(name: str, program: Program, variants: Variants, aligned: Aligned, size: int) -> dict[str, Any]:
    """Ask for traces spread evenly over all distinct ones, and say what all of them would take at that rate."""
    chosen = np.linspace(0, len(variants) - 1, min(size, len(variants))).astype(np.int64)
    traces = [_labels(program, variants, number) for number in chosen.tolist()]
    job = [{"pnml": pnml(net_of(program)), "traces": traces, "ask": [name]}]
    done = subprocess.run(
        [ORACLES, SCRIPT], input=json.dumps(job), capture_output=True, text=True, check=True, cwd=ROOT
    )
    answer = json.loads(done.stdout)[0][name]
    return {
        "sample_traces": len(chosen),
        "cpu_s": round(answer["seconds"], 2),
        "same_costs": answer["cost"] == aligned.cost[chosen].tolist(),
        "all_distinct_traces_cpu_s_derived": round(answer["seconds"] / len(chosen) * len(variants), 1),
    }


def _labels(program: Program, variants: Variants, number: int) -> list[str]:
    symbols = variants.symbol[variants.offsets[number] : variants.offsets[number + 1]].tolist()
    return [label(program, symbol) if symbol >= 0 else "?" for symbol in symbols]
