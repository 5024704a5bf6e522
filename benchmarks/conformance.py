"""How fast logs are held against a playbook: a million journeys of about 25 steps, 5 % of them disturbed, 76 states.

    python benchmarks/conformance.py                           # everything; some minutes
    python benchmarks/conformance.py --journeys 50000 --only screening --only report

Makes the log with a seed, then measures each part in a process of its own, so that peak memory is that part's,
and prints one JSON object. Figures are CPU seconds of the whole process, threads included, medians of
`--rounds`; what is compiled is compiled before. pm4py and r4pm do the same work on a sample, in `.venv-oracles`
(`make oracles`).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import conformance_log as logs  # noqa: E402
import conformance_parts as parts  # noqa: E402
import meter  # noqa: E402

SAMPLE = 20_000
ORACLES = HERE.parent / ".venv-oracles" / "bin" / "python"


def main() -> None:
    args = _arguments()
    if args.part:
        print(json.dumps(parts.PARTS[args.part](args.folder, args.rounds)))
        return
    with tempfile.TemporaryDirectory(prefix="forecourt-conformance-") as folder:
        result = _measured(args, Path(folder))
    print(json.dumps(result, indent=1, ensure_ascii=False))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure replay, alignments and reports.")
    parser.add_argument("--journeys", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rounds", type=int, default=7, help="how often each part is measured; medians are reported"
    )
    parser.add_argument(
        "--only", action="append", choices=[*parts.PARTS, "others"], help="a part; may be given several times"
    )
    parser.add_argument("--sample", type=int, default=SAMPLE, help="journeys for pm4py and r4pm")
    parser.add_argument("--part", choices=list(parts.PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    began = time.process_time()
    program = logs.program_of_benchmark()
    made = logs.made(program, args.journeys, args.seed)
    parts.write(program, made, folder)
    log = {
        "journeys": args.journeys,
        "events": len(made.symbol),
        "events_a_journey": round(len(made.symbol) / args.journeys, 1),
        "states": program.states,
        "symbols": program.width,
        "steps_with_deadline": sum(step.within is not None for step in program.steps),
        "disturbed": logs.DISTURBED,
        "too_late_once": logs.TARDY,
        "seed": args.seed,
        "made_in_cpu_s": round(time.process_time() - began, 1),
    }
    wanted = args.only or [*parts.PARTS, "others"]
    found = {name: _part(name, folder, args.rounds) for name in parts.PARTS if name in wanted}
    others = _others(program, made, folder, min(args.sample, args.journeys)) if "others" in wanted else {}
    return {
        "taken_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": meter.machine(),
        "versions": {"python": python_version()}
        | {name: version(name) for name in ("numpy", "numba", "pyarrow")},
        "log": log,
        **found,
        **({"others": others} if others else {}),
    }


def _part(name: str, folder: Path, rounds: int) -> dict[str, Any]:
    """One part in a process of its own."""
    command = [sys.executable, __file__, "--part", name, "--folder", str(folder), "--rounds", str(rounds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def _others(program: Any, made: logs.Made, folder: Path, journeys: int) -> dict[str, Any]:
    """What pm4py and r4pm take for a sample of whole journeys."""
    if not ORACLES.exists():
        return {"not_measured": "run make oracles"}
    question = parts.sample(program, made, journeys, folder)
    script = HERE / "conformance_oracles.py"
    done = subprocess.run(
        [ORACLES, script], input=json.dumps(question), stdout=subprocess.PIPE, text=True, check=True
    )
    events = int(made.offsets[journeys])
    derived = len(made.symbol) / events
    found: dict[str, Any] = json.loads(done.stdout)
    for one in found.values():
        one["events_per_cpu_s"] = round(events / one["cpu_s"]) if one["cpu_s"] else None
        one["whole_log_cpu_s_derived"] = round(one["cpu_s"] * derived, 1)
    return {"sample_journeys": journeys, "sample_events": events, **found}


if __name__ == "__main__":
    main()
