"""What the running house can do: leads, worklists, steps and orders over HTTP, at 100,000 opportunities, 8 connections.

    make bench                                     # or: python benchmarks/live.py
    python benchmarks/live.py --only step --seconds 5 --home /tmp/bench    # keeps the filled database for the next run

Starts an embedded PostgreSQL in a temporary home (durable: every commit reaches the disk), fills it, starts the site as
`forecourt up` does (granian, two processes) and drives it from a process of its own. Prints one JSON object.

`measured_per_second` is what was reached while driver and other work shared the cores. `per_second_on_two_idle_cores` is
derived: two cores' 2,000 ms of CPU a second divided by the CPU that site and database spend on an operation.
"""

import argparse
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import meter  # noqa: E402
import town  # noqa: E402
import work  # noqa: E402

from forecourt.cli.serving import web_command  # noqa: E402
from forecourt.platform.embedded import bootstrap  # noqa: E402
from forecourt.platform.embedded.server import Server  # noqa: E402

DATABASE = "bench"
CONNECTIONS = 8
WORKERS = 2
WARM = 3.0
DOORS = 240
TARGETS = {"lead": 120, "worklist": 360, "today": 360, "step": 310, "order": 60}
# A generous upper end of what may be done in a second: so many requests are prepared.
MOST = {"lead": 600, "worklist": 2500, "today": 1500, "step": 1500, "order": 250}
CORES = 2


def main() -> None:
    args = _arguments()
    with tempfile.TemporaryDirectory(prefix="forecourt-bench-") as folder:
        home = args.home or Path(folder)
        with Server(home) as server:
            result = _measured(server, args)
    print(json.dumps(result, indent=1, ensure_ascii=False))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the running house.")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each scenario is counted")
    parser.add_argument("--opportunities", type=int, default=100_000)
    parser.add_argument("--stores", type=int, default=60)
    parser.add_argument(
        "--only", action="append", choices=list(TARGETS), help="a scenario; may be given several times"
    )
    parser.add_argument("--runs", type=int, default=1, help="how often; the medians are reported too")
    parser.add_argument(
        "--calmest", type=int, default=0, help="medians of so many runs, with least other work"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=0, help="of the site; a free one when left out")
    parser.add_argument("--home", type=Path, help="a folder that keeps the filled database between runs")
    args = parser.parse_args()
    args.port = args.port or _free_port()
    return args


def _free_port() -> int:
    """Granian shares a port with whoever else has it, so two benchmarks at once would answer for each other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _measured(server: Server, args: argparse.Namespace) -> dict[str, Any]:
    now = datetime.now(UTC)
    made = bootstrap.prepare(server, DATABASE)
    os.environ.update(made.environment() | {
        "DJANGO_SETTINGS_MODULE": "forecourt.platform.settings", "FORECOURT_SECRET_KEY": "benchmark-" * 4,
    })  # fmt: skip
    with psycopg.connect(server.dsn("postgres", DATABASE), autocommit=True) as db:
        filled = _filled(db, args, now)
        doors = work.open_doors(db, now, DOORS)
        pages = server.pid or 0
        with _site(args.port) as site:
            wanted = args.only or list(TARGETS)
            rounds = [
                {name: _scenario(name, db, doors, site, pages, args, turn) for name in wanted}
                for turn in range(args.runs)
            ]
    return {
        "taken_at": now.isoformat(timespec="minutes"),
        "machine": meter.machine(),
        "versions": _versions(made.owner),
        "connections": CONNECTIONS,
        "site": f"granian WSGI, {WORKERS} processes; no worker runs beside it",
        "database": "embedded PostgreSQL, synchronous_commit on, row-level security on",
        "filled": filled,
        "scenarios": rounds[-1] if args.runs == 1 else _medians(rounds, args.calmest),
        **({"runs": rounds} if args.runs > 1 else {}),
    }


def _filled(db: "psycopg.Connection[Any]", args: argparse.Namespace, now: datetime) -> dict[str, Any]:
    """The network and its opportunities: there from an earlier run, or made now."""
    import django
    from django.core.management import call_command

    django.setup()
    began = time.monotonic()
    call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    if db.execute("SELECT count(*) FROM demand_opportunity").fetchone() == (0,):
        town.open_network(args.stores, args.seed, now - timedelta(days=town.DAYS + 1))
        town.fill(db, args.opportunities, args.seed, now)
    return {
        **town.totals(db),
        "seconds": round(time.monotonic() - began, 1),
        "how": "in bulk by COPY as the superuser, with rows and hashes made by the rooms' own code; no leads, no orders",
    }


@contextmanager
def _site(port: int) -> Iterator[int]:
    """The web server as `forecourt up` starts it; its process id."""
    process = subprocess.Popen(
        web_command("127.0.0.1", port, WORKERS), stdin=subprocess.DEVNULL, stdout=sys.stderr
    )
    try:
        _await(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/sign-in/", timeout=20).read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The site did not start.")


def _scenario(
    name: str,
    db: "psycopg.Connection[Any]",
    doors: work.Doors,
    site: int,
    database: int,
    args: argparse.Namespace,
    turn: int,
) -> dict[str, Any]:
    chains = _chains(name, db, doors, int(MOST[name] * (args.seconds + WARM)), args.seed + turn)
    command = [
        sys.executable,
        str(HERE / "driver.py"),
        *map(str, (args.port, CONNECTIONS, WARM, args.seconds)),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdin and driver.stdout
        json.dump(chains, driver.stdin)
        driver.stdin.close()
        if driver.stdout.readline().strip() != "go":
            raise SystemExit(f"The driver of {name} failed.")
        before, all_before = [meter.tree(pid) for pid in (site, database, driver.pid)], meter.busy()
        told = json.loads(driver.stdout.readline() or "null")
        after, all_after = [meter.tree(pid) for pid in (site, database, driver.pid)], meter.busy()
    return _reported(name, told, before, after, all_after - all_before)


def _chains(
    name: str, db: "psycopg.Connection[Any]", doors: work.Doors, count: int, seed: int
) -> list[work.Chain]:
    if name == "lead":
        return work.leads(doors, count, seed + int(time.time()))
    if name == "worklist":
        return work.worklists(doors, count)
    if name == "today":
        return work.todays(doors, count)
    if name == "step":
        return work.steps(db, doors, count)
    return work.orders(db, doors, datetime.now(UTC), count)


def _reported(
    name: str, told: dict[str, Any], before: list[meter.Cost], after: list[meter.Cost], busy: float
) -> dict[str, Any]:
    ours = sum(b.cpu - a.cpu for a, b in zip(before, after, strict=True))
    done = max(told["operations"], 1)
    web, database, driver = ((b.cpu - a.cpu) * 1000 / done for a, b in zip(before, after, strict=True))
    derived = CORES * 1000 / (web + database) if web + database else 0.0
    return told | {
        "measured_per_second": round(told["operations"] / told["seconds"], 1),
        "cpu_ms_web": round(web, 2),
        "cpu_ms_database": round(database, 2),
        "cpu_ms_driver": round(driver, 2),
        "peak_mb_web": round(after[0].peak_mb),
        "peak_mb_database": round(after[1].peak_mb),
        "per_second_on_two_idle_cores": round(derived),
        "target": TARGETS[name],
        "cores_of_others": round(max(0.0, busy - ours) / told["seconds"], 2),
        "load_average": round(os.getloadavg()[0], 1),
    }


def _medians(rounds: list[dict[str, dict[str, Any]]], calmest: int) -> dict[str, dict[str, Any]]:
    """Of each figure the median over the runs, or over those during which other work took least of the cores."""
    found: dict[str, dict[str, Any]] = {}
    for name, first in rounds[0].items():
        runs = sorted((one[name] for one in rounds), key=lambda run: run["cores_of_others"])[
            : calmest or None
        ]
        numbers = [
            key
            for key, value in first.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        found[name] = {key: sorted(run[key] for run in runs)[len(runs) // 2] for key in numbers}
    return found


def _versions(owner: str) -> dict[str, str]:
    with psycopg.connect(owner) as db:
        row = db.execute("SHOW server_version").fetchone()
    packages = ("django", "django-ninja", "psycopg", "granian")
    return {"python": platform.python_version(), "postgresql": str(row[0] if row else "")} | {
        one: version(one) for one in packages
    }


if __name__ == "__main__":
    main()
