"""`forecourt conform`: how anybody's log departs from a playbook. Needs no installation and no database."""

import sys
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from forecourt.exchange.logs.mapping import Mapping
    from forecourt.playbook import Program

REFUSED = 2
LONG = 20_000_000  # bytes from which on the stages are told on standard error
# What a playbook names outside itself matters to those who run it, not to a log: `forecourt playbook check` looks at it.
_OUTSIDE = ("PB03", "PB07", "PB08", "PB09")
_INSIDE = ("PB030",)


@click.command("conform")
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "--playbook", required=True, type=click.Path(path_type=Path), help="The playbook to judge it by."
)
@click.option(
    "--map", "mapping", type=click.Path(path_type=Path), help="Mapping file: columns, activities to steps."
)
@click.option("--suggest-map", is_flag=True, help="Print a mapping file for this log and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
def command(log: Path, playbook: Path, mapping: Path | None, suggest_map: bool, as_json: bool) -> None:
    """Judge LOG by a playbook: what fits, what departs, what is late, where journeys stop.

    LOG is XES (also .gz), CSV (also .gz), Parquet, or OCEL 2.0 as JSON, XML or SQLite; its content decides.
    Exits 0 when the log could be judged, however badly it fits, and 2 when the log, the mapping or the playbook is refused.
    """
    from forecourt.exchange.logs.mapping import Mapping
    from forecourt.exchange.logs.mapreading import load_mapping

    with _refusals(as_json):
        program = _program(playbook)
        given = load_mapping(mapping) if mapping is not None else Mapping()
        if suggest_map:
            from forecourt.exchange.logs.suggesting import suggest

            click.echo(suggest(log, program, given), nl=False)
            return
        click.echo(_judged(log, program, given, as_json), nl=False)


def _judged(log: Path, program: "Program", given: "Mapping", as_json: bool) -> str:
    import json

    from forecourt.exchange.logs.judging import judge
    from forecourt.exchange.logs.reading import read_log
    from forecourt.exchange.logs.telling import tell

    say = _progress(log)
    say(f"Reading {log}")
    judged = judge(log, read_log(log, given), program, given, say)
    if as_json:
        return json.dumps(judged.as_json(), ensure_ascii=False, indent=2) + "\n"
    return tell(judged, program)


def _progress(log: Path) -> Callable[[str], object]:
    """Say on standard error what is under way, where it may take long or somebody is watching."""
    if sys.stderr.isatty() or (log.is_file() and log.stat().st_size > LONG):
        return lambda line: click.echo(f"{line} …", err=True)
    return lambda line: None


def _program(file: Path) -> "Program":
    """The program of a playbook; one that does not hold in itself is refused with all its mistakes."""
    from forecourt.exchange.logs.codes import LogRefused
    from forecourt.playbook import TooLarge
    from forecourt.playbook import Vocabulary
    from forecourt.playbook import check
    from forecourt.playbook import compile_playbook
    from forecourt.playbook import load_paths

    loaded = load_paths([file])
    if len(loaded) != 1:
        raise click.UsageError(f"{file} must be one playbook, not a folder of {len(loaded)}.")
    found = [*loaded[0].diagnostics, *check(loaded[0].playbook, Vocabulary())]
    errors = [
        one for one in found if one.is_error and (not one.code.startswith(_OUTSIDE) or one.code in _INSIDE)
    ]
    if errors or loaded[0].playbook is None:
        raise LogRefused(errors)
    try:
        return compile_playbook(loaded[0].playbook)
    except TooLarge as error:
        raise LogRefused([error.diagnostic]) from error


@contextmanager
def _refusals(as_json: bool) -> Iterator[None]:
    """Print what is wrong, with its place, and leave with 2."""
    from dataclasses import asdict
    from json import dumps

    from forecourt.base.diagnostics import render_all
    from forecourt.exchange.logs.codes import LogRefused

    try:
        yield
    except LogRefused as refused:
        if as_json:
            found = [asdict(one) for one in refused.diagnostics]
            click.echo(dumps({"refused": found}, ensure_ascii=False, indent=2))
        else:
            click.echo(render_all(refused.diagnostics), err=True)
        raise click.exceptions.Exit(REFUSED) from None
