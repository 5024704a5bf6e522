"""`forecourt playbook check`: what is wrong with playbooks, with file and line."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from forecourt.cli import installation

if TYPE_CHECKING:
    from forecourt.playbook import Vocabulary


@click.group("playbook")
def command() -> None:
    """Check playbooks."""


@command.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the diagnostics as a JSON array.")
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check the playbooks in PATHS (files or folders) and print all diagnostics at once.

    Exits 0 when they may be published, 1 when an error forbids it. Needs no database.
    """
    from forecourt.base.diagnostics import render_all
    from forecourt.base.diagnostics import to_json
    from forecourt.playbook import check_paths

    found = check_paths(paths, _vocabulary())
    click.echo(to_json(found) if as_json else render_all(found))
    if any(diagnostic.is_error for diagnostic in found):
        raise click.exceptions.Exit(1)


def _vocabulary() -> "Vocabulary":
    """The words of this installation: roles, certificates, effects that its rooms register."""
    installation.set_up_django()
    from forecourt.journeys.vocabulary import declared

    return declared()
