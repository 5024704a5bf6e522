"""`forecourt prices load`: make the price list that of the files."""

from pathlib import Path

import click

from forecourt.cli import installation
from forecourt.cli.refusing import refusals


@click.group("prices")
def command() -> None:
    """Load price lists."""


@command.command("load")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def load(folder: Path | None) -> None:
    """Load the price list in FOLDER, by default the methodology's `prices`. A mistake is named with file and line.

    Beside FOLDER lie `trims.csv` and `models.csv`, in it `options.csv`. Loading the same files again changes nothing.
    """
    with installation.ready(lambda line: click.echo(line, err=True)), refusals():
        from forecourt.platform import clock
        from forecourt.platform.actor import Actor
        from forecourt.sales.loading import load_prices

        where = str(folder.resolve()) if folder else ""
        try:
            changed = load_prices(by=Actor.system("cli.prices"), at=clock.now(), folder=where)
        except FileNotFoundError as error:
            raise click.ClickException(f"{error.filename} is missing. A price list needs it.") from error
    click.echo(f"{changed['prices']} prices and {changed['options']} options are new or changed.")
