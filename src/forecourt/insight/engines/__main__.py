"""Replays a copy against a playbook, on any engine: what is handed to a cluster.

    python -m forecourt.insight.engines COPY --playbook FILE [--version V] [--engine ray --address auto]

Prints the report as JSON. Needs no database and no Django. Deadlines on store hours are not judged, for the calendars of stores are
in the database; those counted round the clock are.
"""

import json
import sys
from datetime import datetime
from datetime import timedelta
from pathlib import Path

import click

from forecourt.base.calendars import SHANGHAI
from forecourt.insight.copy.reading import CopyError
from forecourt.insight.copy.reading import open_copy
from forecourt.insight.engines import EngineError
from forecourt.insight.engines import engine
from forecourt.insight.engines.choosing import ENGINES
from forecourt.insight.engines.works import measuring
from forecourt.insight.engines.works import program_of
from forecourt.playbook.replay.counting import Tally
from forecourt.playbook.replay.reporting import report_of


@click.command("python -m forecourt.insight.engines")
@click.argument("copy", type=click.Path(path_type=Path))
@click.option("--playbook", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--version", help="Only journeys of this version; all that ran the playbook when left out.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d"]),
    help="Up to when open steps may have become late: a moment with its offset, or a day in Shanghai, which counts to its end.",
)
@click.option("--engine", "name", type=click.Choice(list(ENGINES)), default="in-process", show_default=True)
@click.option("--address", help="Of the cluster: auto or HOST:PORT for Ray, a master for Spark.")
@click.option("--workers", type=click.IntRange(min=1), help="Buckets worked on at once.")
def main(
    copy: Path, playbook: Path, version: str | None, until: datetime | None, name: str, address: str | None, workers: int | None
) -> None:  # fmt: skip
    """Replay the journeys in COPY (a folder made by `forecourt journal copy`) against a playbook; print the report as JSON."""
    try:
        found = replayed(copy, playbook.read_text("utf-8-sig"), version, until, name, address, workers)
    except (CopyError, EngineError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def replayed(
    copy: Path, text: str, version: str | None, until: datetime | None, name: str, address: str | None, workers: int | None
) -> dict[str, object]:  # fmt: skip
    """Return the report on all buckets of a copy."""
    if until is not None and until.tzinfo is None:  # a day, as elsewhere where the network works
        until = (until + timedelta(days=1)).replace(tzinfo=SHANGHAI)
    work = measuring(copy.resolve(), text, version=version, until=until)
    runner = engine(name, address=address, workers=workers)
    results = list(runner.run(work, open_copy(copy).buckets))
    return report_of(program_of(text), Tally.merged(result.value.tally for result in results)).as_json()


if __name__ == "__main__":
    main()
