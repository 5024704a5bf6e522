"""One installation through its life: checked, migrated, served, killed, reset."""

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from forecourt.platform.embedded import dsn
from forecourt.platform.embedded.server import Server
from tests.cli.homes import FORECOURT
from tests.cli.homes import environment
from tests.cli.homes import free_port
from tests.cli.homes import new_home
from tests.cli.homes import run
from tests.platform.servers import alive
from tests.platform.servers import eventually


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home with migrated, empty tables; nothing runs in it."""
    with new_home() as made:
        done = run(made, "migrate")
        assert done.returncode == 0, done.stderr
        yield made


@contextmanager
def up(home: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """`forecourt up` on a free port, ready to answer."""
    port = free_port()
    command = [*FORECOURT, "up", "--port", str(port), "--workers", "1"]
    running = subprocess.Popen(
        command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        eventually(lambda: answers(port), 180)
        yield running, port
    finally:
        running.send_signal(signal.SIGINT)
        assert running.stdout is not None
        said = running.stdout.read()
        assert running.wait(180) == 0, said
        running.stdout.close()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def processes(of: int) -> dict[str, int]:
    """The supervisor's children by what they are."""
    found = {}
    for pid in Path(f"/proc/{of}/task/{of}/children").read_text().split():
        try:
            line = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:  # it died between the two looks
            continue
        if not line:  # it is dead and not yet waited for
            continue
        kind = "site" if "granian" in line else "worker" if " worker" in line else "database"
        found[kind] = int(pid)
    return found


def test_check_of_nothing_says_how_to_begin() -> None:
    with new_home() as empty:
        said = run(empty, "check")
        assert said.returncode == 0, said.stdout
        assert "There are no data yet" in said.stdout
        assert not (empty / "data").exists()


def test_check_of_a_sound_installation(home: Path) -> None:
    said = run(home, "check", "--json")
    found = json.loads(said.stdout)
    assert said.returncode == 0, said.stdout
    assert [item for item in found if item["level"] == "wrong"] == []
    assert {"python", "postgresql", "disk", "database", "security", "tables", "calendars", "outbox"} <= {
        i["subject"] for i in found
    }


def test_check_finds_open_secrets(home: Path) -> None:
    (home / "secrets.json").chmod(0o644)
    try:
        said = run(home, "check")
        assert said.returncode == 1
        assert f"chmod go-rwx {home / 'secrets.json'}" in said.stdout
    finally:
        (home / "secrets.json").chmod(0o600)


def test_check_finds_a_superuser_as_web_role(home: Path) -> None:
    with Server(home) as server:
        admin = server.dsn("postgres", "forecourt")
        made = dsn.running(home)
        assert made is not None
        said = run(
            home, "check", DATABASE_URL=admin, DATABASE_OWNER_URL=made.owner, DATABASE_READER_URL=made.reader
        )
    assert said.returncode == 1
    assert "is a superuser: row-level security does not bind it" in said.stdout


def test_check_finds_a_database_away(home: Path) -> None:
    said = run(home, "check", DATABASE_URL="postgresql://web@127.0.0.1:1/forecourt")
    assert said.returncode == 1
    assert "cannot connect to 127.0.0.1" in said.stdout


def test_migrate_again_has_nothing_to_do(home: Path) -> None:
    assert run(home, "migrate").stdout == ""
    assert run(home, "migrate", "--check").returncode == 0


def test_an_empty_journal_verifies(home: Path) -> None:
    said = run(home, "journal", "verify", "--json")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["faults"] == []


def test_up_serves_survives_kills_and_stops(home: Path) -> None:
    with up(home) as (supervisor, port):
        for kind in ("worker", "site", "database"):
            first = processes(supervisor.pid)[kind]
            os.kill(first, signal.SIGKILL)
            eventually(
                lambda first=first, kind=kind: processes(supervisor.pid).get(kind, first) != first, 180
            )
            eventually(lambda: answers(port), 180)
        again = run(home, "up", "--port", str(free_port()))
        assert again.returncode == 1 and f"already run by process {supervisor.pid}" in again.stderr
        taken = run(home, "up", "--port", str(port))
        assert taken.returncode == 1 and "Choose another with --port" in taken.stderr
        assert run(home, "journal", "verify").returncode == 0
        left = processes(supervisor.pid)
    eventually(lambda: not any(alive(pid) for pid in left.values()))
    assert not (home / "server.json").exists()


def test_kill_of_the_supervisor_leaves_nothing_running(home: Path) -> None:
    port = free_port()
    command = [*FORECOURT, "up", "--port", str(port), "--workers", "1"]
    supervisor = subprocess.Popen(
        command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    eventually(lambda: answers(port), 180)
    left = processes(supervisor.pid)
    supervisor.kill()
    supervisor.wait()
    assert set(left) == {"site", "worker", "database"}
    eventually(lambda: not any(alive(pid) for pid in left.values()))
    eventually(lambda: not answers(port))


def test_a_database_of_your_own(home: Path) -> None:
    """Prepared by an administrator, migrated and checked through DATABASE_URL alone."""
    with new_home() as given, new_home() as ours, Server(given, durable=False) as server:
        made = run(ours, "database", "prepare", server.dsn("postgres", "postgres"))
        assert made.returncode == 0, made.stderr
        variables = dict(line.removeprefix("export ").split("=", 1) for line in made.stdout.splitlines())
        urls = {name: value.strip("'") for name, value in variables.items()}
        assert run(ours, "migrate", **urls).returncode == 0
        said = run(ours, "check", **urls)
        assert said.returncode == 0, said.stdout
        assert not (ours / "data").exists()


def test_reset_asks_and_then_deletes(home: Path) -> None:
    with new_home() as other:
        assert run(other, "migrate").returncode == 0
        asked = subprocess.run(
            [*FORECOURT, "reset"], env=environment(other), input="n\n", capture_output=True, text=True
        )
        assert asked.returncode == 1 and (other / "data").exists()
        assert "It cannot be undone" in asked.stdout
        with Server(other):
            refused = run(other, "reset", "--yes")
            assert refused.returncode == 1 and "already run by process" in refused.stderr
        assert run(other, "reset", "--yes").returncode == 0
        assert not (other / "data").exists()


def test_urls_open_the_running_database(home: Path) -> None:
    assert run(home, "database", "urls").returncode == 1
    with Server(home):
        said = run(home, "database", "urls").stdout
        url = said.splitlines()[0].partition("=")[2].strip("'")
        psycopg.connect(url).close()
