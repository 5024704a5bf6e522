"""`forecourt check`: what is wrong with this installation and what to do."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import click

from forecourt.cli import findings
from forecourt.cli import installation
from forecourt.cli.findings import Finding
from forecourt.platform.embedded import dsn
from forecourt.platform.embedded.errors import EmbeddedError

SIGNS = {findings.GOOD: "ok   ", findings.WARNING: "note ", findings.WRONG: "WRONG"}


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def command(as_json: bool) -> None:
    """Say what is wrong with this installation and what to do.

    Looks at PostgreSQL's programs, rights of folders, disk space, the database and its roles, tables, web assets,
    working calendars and work that waits. Changes nothing. Exits 1 when something is wrong.
    """
    found = []
    for finding in look():
        found.append(finding)
        if not as_json:
            click.echo(_line(finding))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1))
    if any(finding.level == findings.WRONG for finding in found):
        raise click.exceptions.Exit(1)


def look() -> Iterator[Finding]:
    """All findings, in the order in which a person would ask."""
    places = installation.places()
    yield from findings.of_machine(places)
    if dsn.given() is None and not (places.data / "PG_VERSION").exists():
        yield Finding(
            findings.WARNING, "database", "There are no data yet.", "Run `forecourt up` or `forecourt demo`"
        )
        return
    try:
        with installation.database() as made:
            yield from _inside(made)
    except EmbeddedError as error:
        yield Finding(findings.WRONG, "database", str(error))


def _inside(made: dsn.Dsns) -> Iterator[Finding]:
    of_database = list(findings.of_database(made))
    yield from of_database
    if all(finding.level != findings.WRONG for finding in of_database):
        installation.set_up_django()
        yield from findings.of_rooms()


def _line(finding: Finding) -> str:
    todo = f"\n        -> {finding.todo}" if finding.todo else ""
    return f"{SIGNS[finding.level]} {finding.subject:<11} {finding.text}{todo}"
