"""`forecourt journal export FILE`: the journal for tools of process mining, as OCEL 2.0 or XES."""

import json
from dataclasses import asdict
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import click

from forecourt.cli import installation

if TYPE_CHECKING:
    from forecourt.insight.exporting.exporting import Exported

ACTOR = "cli.journal_export"
FORMS = ("ocel-json", "ocel-xml", "ocel-sqlite", "xes")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMS), required=True, help="The form of the file.")
@click.option("--playbook", default="", help="Only journeys of this playbook.")
@click.option("--since", type=_DAY, help="Only what happened on this day or later (2026-03-01).")
@click.option("--until", type=_DAY, help="Only what happened on this day or earlier.")
@click.option(
    "--steps",
    is_flag=True,
    help="Only steps that were done and not taken back, of whole journeys: those that began on these days.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def export(
    file: Path, form: str, playbook: str, since: datetime | None, until: datetime | None, steps: bool, force: bool, as_json: bool
) -> None:  # fmt: skip
    """Write the journal to FILE as OCEL 2.0 (JSON, XML or SQLite) or XES.

    --since and --until choose entries by when they happened; with --steps they choose journeys by when they began, and each of them
    is exported whole, so that none seems to lack what it did before or after.

    The file holds ids of persons, staff codes and VINs, no names, numbers or words that somebody typed. That it was written is
    recorded in the journal. The file is there whole or not at all.
    """
    if since and until and since > until:
        raise click.BadParameter(f"--since {since:%Y-%m-%d} is after --until {until:%Y-%m-%d}.")
    if not file.parent.is_dir():
        raise click.BadParameter(f"There is no folder {file.parent} to write {file.name} into.")
    chosen = {"playbook": playbook, "since": _begin(since), "until": _begin(until, 1), "steps": steps}
    with installation.database():
        installation.set_up_django()
        done = _run(file, form, chosen, force)
    click.echo(json.dumps(asdict(done)) if as_json else _sentence(file, done))


def _run(file: Path, form: str, chosen: dict[str, Any], force: bool) -> "Exported":
    from forecourt.insight.exporting.exporting import NothingToExport
    from forecourt.insight.exporting.exporting import export as run
    from forecourt.insight.exporting.lines import Choice
    from forecourt.platform import clock
    from forecourt.platform.actor import Actor

    try:
        return run(
            file, form, Choice(**chosen), by=Actor.system(ACTOR), at=clock.now(), force=force, say=_say
        )
    except (OSError, NothingToExport) as error:
        raise click.ClickException(str(error)) from error


def _begin(day: datetime | None, later: int = 0) -> datetime | None:
    """When a day begins where the network works, or some days later."""
    from forecourt.base.calendars import SHANGHAI

    return (day + timedelta(days=later)).replace(tzinfo=SHANGHAI) if day else None


def _say(line: str) -> None:
    click.echo(line, err=True)


def _sentence(file: Path, done: "Exported") -> str:
    told = f"{file}: {done.events:,} events of {done.journeys:,} journeys"
    if done.objects:
        told += (
            f", {done.objects:,} objects, {done.relations:,} relations of events to objects and "
            f"{done.object_relations:,} between objects"
        )
    stayed = ", ".join(f"{name} ({count:,})" for name, count in sorted(done.unknown.items()))
    return told + (f".\nStayed in the house, for nobody has decided about them: {stayed}." if stayed else ".")
