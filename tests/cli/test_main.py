"""The command line as a whole: quick to help, kind to a slip of the finger."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from forecourt.cli.main import COMMANDS
from forecourt.cli.main import main


def test_help_names_every_command() -> None:
    said = CliRunner().invoke(main, ["--help"])
    assert said.exit_code == 0
    assert all(f"  {name}" in said.output for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    said = CliRunner().invoke(main, [name, "--help"])
    assert said.exit_code == 0, said.output
    assert said.output.startswith(f"Usage: main {name}") or said.output.startswith(f"Usage: forecourt {name}")


def test_help_loads_neither_django_nor_the_rooms() -> None:
    script = (
        "import sys\nfrom forecourt.cli.main import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print('LOADED', *{name.split('.')[0] for name in sys.modules}, *sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    loaded = set(said.rpartition("LOADED")[2].split())
    assert not loaded & {"django", "psycopg", "forecourt.playbook", "forecourt.journal"}


def test_an_unknown_command_gets_the_near_one() -> None:
    said = CliRunner().invoke(main, ["chekc"])
    assert said.exit_code == 2
    assert "Did you mean 'check'?" in said.output
