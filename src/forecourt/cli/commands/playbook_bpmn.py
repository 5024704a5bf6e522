"""`forecourt playbook bpmn`: a playbook as a BPMN 2.0 diagram, and a diagram of another tool as the draft of a playbook."""

import json
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import click

from forecourt.cli.output import FORCE
from forecourt.cli.output import put

if TYPE_CHECKING:
    from forecourt.base.diagnostics import Diagnostic
    from forecourt.exchange.bpmn import Imported
    from forecourt.exchange.bpmn import Refusal

REFUSED = 2
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.group("bpmn")
def command() -> None:
    """Write playbooks as BPMN 2.0, and read BPMN files of other tools as drafts."""


@command.command("export")
@click.argument("file", type=_FILE)
@click.option("-o", "--output", type=_OUT, help="Write here instead of standard output.")
@click.option(
    "--language",
    type=click.Choice(("zh", "en")),
    default="en",
    show_default=True,
    help="Language of the names.",
)
@FORCE
def export(file: Path, output: Path | None, language: str, force: bool) -> None:
    """Write the playbook FILE as BPMN 2.0 with its diagram.

    What BPMN has no words for (conditions, effects, evidence, fields) stands in an extension, so that the file can be imported
    again. Exits 1 when the playbook cannot be read.
    """
    from forecourt.base.diagnostics import render_all
    from forecourt.cli import installation
    from forecourt.exchange.bpmn import export as write
    from forecourt.playbook import load

    loaded = load(file.read_bytes().decode("utf-8-sig", "replace"), str(file))
    if loaded.playbook is None or not loaded.ok:
        click.echo(render_all(loaded.diagnostics), err=True)
        raise click.exceptions.Exit(1)
    installation.set_up_django()
    from forecourt.journeys.vocabulary import role_titles

    put(write(loaded.playbook, language, role_titles(language)), output, force=force)


@command.command("import")
@click.argument("file", type=_FILE)
@click.option("-o", "--output", type=_OUT, help="Write the draft here instead of standard output.")
@click.option(
    "--process", default="", metavar="ID", help="Which process of the file; the largest when left out."
)
@click.option("--all", "everything", is_flag=True, help="Also list what was carried over without a change.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print report and diagnostics (and the draft, without -o) as JSON.",
)
@FORCE
def import_(
    file: Path, output: Path | None, process: str, everything: bool, as_json: bool, force: bool
) -> None:
    """Make the draft of a playbook from the BPMN 2.0 FILE, and say what became of each of its elements.

    The draft goes to standard output or OUTPUT, the report and what `forecourt playbook check` says of the draft to standard error.
    Exits 2 when no draft can be made.
    """
    from forecourt.exchange.bpmn import Refusal
    from forecourt.exchange.bpmn import import_bpmn
    from forecourt.exchange.bpmn.words import MAX_BYTES

    with file.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    try:
        draft = import_bpmn(data, process, file.name)
    except Refusal as refusal:
        _refuse(file, refusal, as_json)
        raise click.exceptions.Exit(REFUSED) from None
    found = _checked(draft, output or file.with_suffix(".yaml"))
    if output is not None or not as_json:
        put(draft.text.encode(), output, force=force)
    _tell_json(draft, found, output) if as_json else _tell(file, draft, found, everything)


def _checked(draft: "Imported", file: Path) -> "list[Diagnostic]":
    """What is still wrong with a draft, with the words of this installation."""
    from forecourt.cli import installation
    from forecourt.playbook import check
    from forecourt.playbook import load

    installation.set_up_django()
    from forecourt.journeys.vocabulary import declared

    loaded = load(draft.text, str(file))
    found = list(loaded.diagnostics)
    return [*found, *check(loaded.playbook, declared())] if loaded.playbook is not None else found


def _refuse(file: Path, refusal: "Refusal", as_json: bool) -> None:
    from forecourt.base.diagnostics import ERROR
    from forecourt.base.diagnostics import Diagnostic
    from forecourt.base.diagnostics import render
    from forecourt.base.diagnostics import to_json

    found = Diagnostic(refusal.code, ERROR, refusal.message, refusal.hint, str(file), max(refusal.line, 1))
    click.echo(to_json([found]) if as_json else render(found), err=not as_json)


def _tell(file: Path, draft: "Imported", found: "list[Diagnostic]", everything: bool) -> None:
    from forecourt.base.diagnostics import render_all

    for note in draft.report.in_order():
        if everything or note.fate != "carried":
            click.echo(f"{file}:{note}", err=True)
    counts = [f"{draft.report.count('carried')} carried over", f"{draft.report.count('changed')} changed"]
    click.echo(f"Process {draft.process}: {', '.join(counts)}, {draft.report.count('lost')} lost.", err=True)
    if draft.others:
        click.echo(f"Other processes of the file: {', '.join(draft.others)} (--process ID).", err=True)
    click.echo("\nThe draft, as `forecourt playbook check` sees it:", err=True)
    click.echo(render_all(found), err=True)


def _tell_json(draft: "Imported", found: "list[Diagnostic]", output: Path | None) -> None:
    from forecourt.base.diagnostics import to_json

    said: dict[str, Any] = {
        "process": draft.process,
        "other_processes": list(draft.others),
        **draft.report.plain(),
    }
    said["diagnostics"] = json.loads(to_json(found))
    if output is None:
        said["draft"] = draft.text
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))
