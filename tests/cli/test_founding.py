"""A real installation from nothing: network, accounts, prices, playbooks, without any demo."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from forecourt.platform.embedded import dsn
from forecourt.platform.embedded.server import Server
from tests.cli.homes import FORECOURT
from tests.cli.homes import environment
from tests.cli.homes import new_home
from tests.cli.homes import run

ROOT = Path(__file__).resolve().parents[2]
METHODOLOGY = ROOT / "methodology"
SECRET = "seven blue herons"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Nine stores, loaded for real work; the database runs, so that each command is quick."""
    with new_home() as made:
        done = run(made, "network", "load", "--stores", "9")
        assert done.returncode == 0, done.stderr
        counts = dict(line.split("\t") for line in done.stdout.splitlines())
        assert (counts["stores"], counts["users"]) == ("9", "0")
        assert min(int(counts[name]) for name in ("staff", "trims", "prices", "playbooks", "test cars")) > 0
        with Server(made):
            yield made


def piped(home: Path, text: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*FORECOURT, *arguments], env=environment(home), input=text, capture_output=True, text=True
    )


def accounts(home: Path) -> dict[str, list[str]]:
    lines = run(home, "user", "list").stdout.splitlines()
    return {line.split("\t")[0]: line.split("\t")[1:] for line in lines}


def test_a_network_is_loaded_once(home: Path) -> None:
    again = run(home, "network", "load", "--stores", "9")
    assert again.returncode == 1 and "There is a network already" in again.stderr


def test_the_first_account_gets_a_password_shown_once_and_a_token(home: Path) -> None:
    made = run(home, "user", "make", "boss", "--role", "network_ops", "--generate")
    assert made.returncode == 0, made.stderr
    assert len(made.stdout.strip()) >= 20 and made.stdout.strip() not in made.stderr
    assert accounts(home)["boss"] == ["network_ops", "network", "", "", "password"]
    other = run(home, "user", "password", "boss", "--generate")
    assert other.stdout.strip() not in ("", made.stdout.strip())
    assert run(home, "token", "make", "--user", "boss", "--name", "first").stdout.startswith("fct_")


def test_an_account_of_a_store_takes_name_and_store_from_staff(home: Path) -> None:
    found = dsn.running(home)
    assert found is not None
    with psycopg.connect(found.web) as db:
        db.execute("SELECT set_config('forecourt.level', 'network', true)")
        row = db.execute(
            "SELECT code, store FROM network_staff WHERE role = 'adviser' ORDER BY code LIMIT 1"
        ).fetchone()
    assert row is not None
    made = piped(home, f"{SECRET}\n", "user", "make", "wang", "--role", "adviser", "--staff", row[0])
    assert made.returncode == 0, made.stderr
    assert accounts(home)["wang"] == ["adviser", "store", row[1], row[0], "password"]
    wrong = piped(home, f"{SECRET}\n", "user", "make", "li", "--role", "technician", "--staff", row[0])
    assert wrong.returncode == 1 and f"{row[0]} works as adviser, not as technician" in wrong.stderr


def test_a_short_password_and_none_are_refused(home: Path) -> None:
    short = piped(home, "short\n", "user", "make", "zhou", "--role", "engineer")
    assert short.returncode == 1 and "at least 12 characters" in short.stderr
    none = piped(home, "", "user", "make", "zhou", "--role", "engineer")
    assert none.returncode == 1 and "--generate" in none.stderr
    assert "zhou" not in accounts(home)


def test_prices_are_loaded_from_a_folder_and_a_slip_is_named_with_its_line(
    home: Path, tmp_path: Path
) -> None:
    same = run(home, "prices", "load")
    assert same.returncode == 0 and same.stdout.startswith("0 prices and 0 options"), same.stderr
    folder = tmp_path / "prices"
    folder.mkdir()
    for name in ("trims.csv", "models.csv"):
        (tmp_path / name).write_bytes((METHODOLOGY / name).read_bytes())
    for file in (METHODOLOGY / "prices").glob("*.csv"):
        (folder / file.name).write_bytes(file.read_bytes())
    aito = folder / "aito.csv"
    lines = aito.read_text("utf-8").splitlines()
    dearer = lines[1].split(",")
    dearer[2] = f"{float(dearer[2]) + 1000:.2f}"
    aito.write_text("\n".join([lines[0], ",".join(dearer), *lines[2:]]) + "\n", "utf-8")
    changed = run(home, "prices", "load", str(folder))
    assert changed.stdout.startswith("1 prices and 0 options"), changed.stderr
    aito.write_text("\n".join([lines[0], lines[1].replace("list", "lst", 1)]) + "\n", "utf-8")
    slip = run(home, "prices", "load", str(folder))
    assert slip.returncode == 1 and "aito.csv:2" in slip.stderr
    (tmp_path / "trims.csv").unlink()
    missing = run(home, "prices", "load", str(folder))
    assert missing.returncode == 1 and "trims.csv is missing" in missing.stderr


def test_playbooks_are_published_once_and_none_when_one_has_an_error(home: Path, tmp_path: Path) -> None:
    sample = METHODOLOGY / "playbooks" / "repair.yaml"
    again = run(home, "playbook", "publish", str(sample))
    assert again.returncode == 0 and "published before with this text" in again.stdout, again.stderr
    text = sample.read_text("utf-8")
    version = next(line for line in text.splitlines() if line.startswith("version:"))
    newer = tmp_path / "a-repair.yaml"
    newer.write_text(text.replace(version, 'version: "2027.1"', 1), "utf-8")
    slip = tmp_path / "b-repair.yaml"
    slip.write_text(text.replace("role: service_adviser", "role: nobody", 1), "utf-8")
    both = run(home, "playbook", "publish", str(tmp_path))
    assert both.returncode == 1 and f"{slip}:" in both.stderr and both.stdout == ""
    slip.unlink()
    assert run(home, "playbook", "publish", str(tmp_path)).stdout == "repair 2027.1: published\n"
    newer.write_text(newer.read_text("utf-8") + "\n# changed\n", "utf-8")
    taken = run(home, "playbook", "publish", str(tmp_path))
    assert taken.returncode == 1 and "never changes" in taken.stderr


def test_its_journal_verifies_and_knows_the_accounts(home: Path) -> None:
    verdict = json.loads(run(home, "journal", "verify", "--json").stdout)
    assert verdict["faults"] == [] and verdict["entries"] > 0
