"""`forecourt playbook discover`: a draft playbook from what a log says is done today."""

from pathlib import Path
from typing import TYPE_CHECKING
from typing import NoReturn

import click

from forecourt.cli.output import FORCE
from forecourt.cli.output import put

if TYPE_CHECKING:
    from forecourt.playbook.discovery.drafting import Draft
    from forecourt.playbook.discovery.drafting import Wishes

REFUSED = 2


@click.command("discover")
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--map", "mapping", type=click.Path(path_type=Path), help="Mapping file for the log's columns.")
@click.option(
    "--noise",
    default=0.2,
    show_default=True,
    type=click.FloatRange(0, 1, max_open=True),
    help="What is rarer than this part of the usual is left out; 0 keeps all.",
)
@click.option("--name", default="draft", show_default=True, help="The playbook's name.")
@click.option("--about", default="opportunity", show_default=True, help="What a journey is about.")
@click.option(
    "--role", default="adviser", show_default=True, help="Who does a step where the log does not say."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file to write; standard output otherwise."
)
@FORCE
def command(
    log: Path,
    mapping: Path | None,
    noise: float,
    name: str,
    about: str,
    role: str,
    output: Path | None,
    force: bool,
) -> None:
    """Draft a playbook from LOG: block-structured, sound, within the published limits, readable.

    LOG is XES, CSV, Parquet or OCEL 2.0. Comments in the draft say how often and how fast each step was done. Hold the log against
    it with `forecourt conform`. Exits 2 when the log is refused.
    """
    from forecourt.playbook.discovery.drafting import Wishes

    try:
        wishes = Wishes(name=name, about=about, noise=noise, role=role, roles=_roles())
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    draft = _draft(log, mapping, wishes)
    put(draft.text.encode(), output, force=force)
    if output is not None:
        steps = len(draft.playbook.steps)
        click.echo(f"{output}: {steps} steps. Try: forecourt conform {log} --playbook {output}")


def _draft(log: Path, mapping: Path | None, wishes: "Wishes") -> "Draft":
    from forecourt.base.diagnostics import render_all
    from forecourt.exchange.logs.codes import LogRefused
    from forecourt.exchange.logs.mapreading import load_mapping
    from forecourt.exchange.logs.reading import read_log
    from forecourt.playbook.discovery.drafting import discover

    try:
        read = read_log(log, load_mapping(mapping) if mapping else None)
    except LogRefused as refused:
        _refuse(render_all(refused.diagnostics))
    if read.findings:
        click.echo(render_all(read.findings), err=True)
    try:
        return discover(read.log, wishes)
    except ValueError as error:
        _refuse(f"{log}: {error}")


def _refuse(said: str) -> NoReturn:
    click.echo(said, err=True)
    raise click.exceptions.Exit(REFUSED)


def _roles() -> frozenset[str]:
    from forecourt.platform.roles import ROLES

    return frozenset(ROLES)
