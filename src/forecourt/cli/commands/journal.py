"""`forecourt journal verify`: prove that the journal is what was written; and `copy`, in a module of its own."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from forecourt.cli import installation
from forecourt.cli.commands.journal_copy import copy
from forecourt.cli.commands.journal_export import export

if TYPE_CHECKING:
    from forecourt.journal.verify import Verdict


@click.group("journal")
def command() -> None:
    """Verify the journal, copy it to Parquet."""


command.add_command(copy)
command.add_command(export)


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(as_json: bool) -> None:
    """Recompute the hash chain of every journey; name each altered, removed or inserted entry.

    Exits 0 when the journal is whole, 1 when it is not.
    """
    with installation.database():
        installation.set_up_django()
        from forecourt.journal.verify import verify as recompute

        verdict = recompute()
    click.echo(json.dumps(asdict(verdict), default=str) if as_json else _sentence(verdict))
    if verdict.faults:
        raise click.exceptions.Exit(1)


def _sentence(verdict: "Verdict") -> str:
    lines = [f"{fault.code}: {fault.text}" for fault in verdict.faults]
    counted = f"{verdict.entries:,} entries in {verdict.streams:,} chains"
    end = f"{len(lines)} faults in {counted}." if lines else f"The journal is whole: {counted}."
    return "\n".join([*lines, end])
