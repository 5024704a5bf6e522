"""`forecourt network load`: the methodology's network, prices and playbooks into an empty installation."""

import os

import click

from forecourt.cli import installation
from forecourt.cli.refusing import refusals


@click.group("network")
def command() -> None:
    """Load the network of the methodology."""


@command.command("load")
@click.option("--stores", default=60, show_default=True, help="Stores in the network.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same network.")
@click.option(
    "--personas/--no-personas",
    default=lambda: os.environ.get("FORECOURT_DEMO") == "1",
    show_default="only with FORECOURT_DEMO=1",
    help="Make the demo's users, who have no password.",
)
@click.option(
    "--test-cars/--no-test-cars", default=True, show_default=True, help="Give each store its test cars."
)
def load(stores: int, seed: int, personas: bool, test_cars: bool) -> None:
    """Load brands, models, stores and staff, then prices, then playbooks, from FORECOURT_METHODOLOGY.

    Brands, models and prices are public facts; stores and staff are invented for the number and the seed. Only into an
    installation without a network.
    """
    with installation.ready(lambda line: click.echo(line, err=True)), refusals():
        from forecourt.demo.opening import add_test_cars
        from forecourt.demo.opening import load_methodology
        from forecourt.platform import clock
        from forecourt.platform.actor import Actor

        by, at = Actor.system("cli.network"), clock.now()
        counts = load_methodology(by, at, stores=stores, seed=seed, personas=personas)
        counts["test_cars"] = add_test_cars(by, at) if test_cars else 0
    for name in ("stores", "staff", "models", "trims", "prices", "options", "playbooks", "test_cars"):
        click.echo(f"{name.replace('_', ' ')}\t{counts[name]}")
    click.echo(f"users\t{len(counts['users'])}")
