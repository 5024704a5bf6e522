"""`forecourt token` on a database of its own."""

import pytest
from click.testing import CliRunner
from django.test import Client

from forecourt.cli.main import main


@pytest.fixture
def run(busy_network):
    def command(*words: str):
        return CliRunner().invoke(main, ["token", *words])

    return command


def test_made_listed_and_revoked(run) -> None:
    made = run("make", "--user", "engineer", "--name", "export", "--days", "30")
    assert made.exit_code == 0, made.output
    client = Client(headers={"authorization": f"Bearer {made.output.strip()}"})
    assert client.get("/api/v1/stores").status_code == 200
    listed = run("list", "--user", "engineer").output
    number, name, _until = listed.strip().split("\t")
    assert name == "export"
    assert run("revoke", number).exit_code == 0
    assert client.get("/api/v1/stores").status_code == 401


def test_what_cannot_be_done_is_said(run) -> None:
    nobody = run("make", "--user", "nobody", "--name", "x")
    assert (nobody.exit_code, "There is no active user nobody." in nobody.output) == (1, True)
    assert run("revoke", "77").exit_code == 1
    assert run("list", "--user", "nobody").exit_code == 1
