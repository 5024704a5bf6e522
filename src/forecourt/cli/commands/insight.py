"""`forecourt insight`: make the figures of the pages under Measures, and hold a draft of a playbook against the past."""

import json
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from forecourt.cli import installation
from forecourt.cli.refusing import refusals

QUARTER = timedelta(weeks=13)
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("insight")
def command() -> None:
    """Measure journeys against playbooks; try a draft on the past."""


@command.command("refresh")
@click.option(
    "--all", "everything", is_flag=True, help="Also playbook versions in which nothing happened since."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print a JSON array with a line for each playbook version."
)
def refresh(everything: bool, as_json: bool) -> None:
    """Make the figures of each playbook version in which something happened since they were made.

    The worker does the same every ten minutes, and all of them each night.
    """
    with installation.ready(lambda line: click.echo(line, err=True)):
        from forecourt.insight.jobs import COPY
        from forecourt.insight.refreshing import refresh as make
        from forecourt.platform import clock

        made = make(
            clock.now(), everything=everything, folder=installation.places().home / COPY, say=_progress
        )
    if as_json:
        click.echo(json.dumps(made, indent=1))
    elif not made:
        click.echo("The figures are as new as the journal.")
    for one in made if not as_json else ():
        click.echo(
            f"{one['playbook']} {one['version']}: {one['journeys']:,} journeys, {one['reports']:,} reports, {one['milliseconds']:,} ms"
        )


@command.command("what-if")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--since", type=DAY, help="First day on which journeys began; 13 weeks before the last when left out."
)
@click.option("--until", type=DAY, help="Last day on which journeys began; today when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with all figures.")
def what_if(file: Path, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Say what the draft of a playbook in FILE would have said about journeys of the past, beside the published version.

    Changes nothing. The draft is checked as publishing checks it.
    """
    with installation.ready(lambda line: click.echo(line, err=True)), refusals():
        from forecourt.base.calendars import SHANGHAI
        from forecourt.insight.drafts import checked
        from forecourt.insight.trials import WORKER
        from forecourt.insight.trials import held
        from forecourt.platform import clock
        from forecourt.platform.scope import reading

        at = clock.now()
        last = until.date() if until else at.astimezone(SHANGHAI).date()
        first = since.date() if since else last - QUARTER
        _in_order(first, last)
        with reading(WORKER.scope):
            draft = checked(file.read_bytes().decode("utf-8-sig"), file.name)
        figures = held(draft, first, last, at, _progress).figures
    figures = {"since": first.isoformat(), "until": last.isoformat(), **figures}
    click.echo(
        json.dumps(figures, ensure_ascii=False, indent=1) if as_json else "\n".join(_sentences(figures))
    )


def _in_order(first: date, last: date) -> None:
    if first > last:
        raise click.ClickException(f"--since {first} is after --until {last}; swap them.")


def _progress(done: float, text: str) -> None:
    click.echo(f"{done:4.0%} {text}", err=True)


def _sentences(said: dict[str, Any]) -> list[str]:
    before, after, many = said["before"], said["after"], said["journeys"]
    lines = [
        f"{many:,} journeys began from {said['since']} to {said['until']}.",
        f"They fit {said['against']}: {_share(before['fitting'], many)}; the draft {said['version']}: {_share(after['fitting'], many)}.",
    ]
    for name in {**before["standards"], **after["standards"]}:
        lines.append(
            f"  {name}: {_figure(before['standards'].get(name))} -> {_figure(after['standards'].get(name))}"
        )
    lines += [
        f"  {kind} {step}: {old:,} -> {new:,} journeys" for kind, step, old, new in said["deviations"][:20]
    ]
    lines.append(f"{said['changed']:,} journeys are judged in another way.")
    return lines


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.1%})" if whole else "none"


def _figure(one: dict[str, Any] | None) -> str:
    if one is None:
        return "not measured"
    if one["value"] is None:
        return "no case"
    interval = f" [{one['low']:g}, {one['high']:g}]" if one["low"] is not None else ""
    return f"{one['value']:g}{interval} of {one['cases']:,}"
