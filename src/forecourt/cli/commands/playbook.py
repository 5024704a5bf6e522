"""`forecourt playbook`: what is wrong with playbooks, with file and line; and publishing them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from forecourt.cli import installation
from forecourt.cli.commands.playbook_bpmn import command as bpmn
from forecourt.cli.commands.playbook_discover import command as discover
from forecourt.cli.refusing import refusals

if TYPE_CHECKING:
    from forecourt.playbook import Vocabulary


@click.group("playbook")
def command() -> None:
    """Check and publish playbooks; draft one from a log."""


command.add_command(discover)
command.add_command(bpmn)


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


@command.command("publish")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def publish(paths: tuple[Path, ...]) -> None:
    """Publish the playbooks in PATHS (files or folders); what is published with the same text is left as it is.

    All are checked first: when one has an error, none is published.
    """
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise click.ClickException("There is no playbook (.yaml, .yml) in these folders.")
    with installation.ready(lambda line: click.echo(line, err=True)), refusals():
        _refuse_errors(files)
        for file in files:
            _publish(file)


def _publish(file: Path) -> None:
    from forecourt.journeys.actions import publish
    from forecourt.platform import clock
    from forecourt.platform.actor import Actor

    text = file.read_bytes().decode("utf-8-sig")
    made = publish(by=Actor.system("cli.playbook"), at=clock.now(), text=text, file=file.name)
    said = "published" if made["published"] else "was published before with this text"
    click.echo(f"{made['playbook']} {made['version']}: {said}")


def _refuse_errors(files: list[Path]) -> None:
    from forecourt.base.diagnostics import render_all
    from forecourt.playbook import check_paths

    errors = [diagnostic for diagnostic in check_paths(files, _vocabulary()) if diagnostic.is_error]
    if errors:
        click.echo(render_all(errors), err=True)
        raise click.exceptions.Exit(1)


def _files(path: Path) -> list[Path]:
    """The file, or the playbooks of a folder by name."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix in (".yaml", ".yml"))


def _vocabulary() -> "Vocabulary":
    """The words of this installation: roles, certificates, effects that its rooms register."""
    installation.set_up_django()
    from forecourt.journeys.vocabulary import declared

    return declared()
