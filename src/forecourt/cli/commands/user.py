"""`forecourt user`: accounts, the first one included. A password is asked for, read from standard input, or made and shown once."""

import secrets
import sys
from typing import TYPE_CHECKING

import click

from forecourt.cli import installation
from forecourt.cli.refusing import refusals

if TYPE_CHECKING:
    from forecourt.network.models import Staff

PART = "cli.user"
RANDOM_BYTES = 18


@click.group("user")
def command() -> None:
    """Make accounts, list them, give passwords."""


_generate = click.option("--generate", is_flag=True, help="Make a password and print it, this once.")


@command.command("make")
@click.argument("name")
@click.option("--role", required=True, help="adviser, store_manager, network_ops, engineer, …")
@click.option(
    "--level", default="", help="network, region, brand, operator or store; the role's own when left out."
)
@click.option("--ids", default="", help="Codes at that level, with commas: sh-001,sh-002.")
@click.option(
    "--staff", default="", help="For roles of a store: the code of the member of staff, such as st-00042."
)
@click.option("--full-name", default="", help="As pages shall show it; the staff member's when left out.")
@click.option("--language", default="zh-hans", show_default=True, type=click.Choice(["zh-hans", "en"]))
@_generate
def make(
    name: str, role: str, level: str, ids: str, staff: str, full_name: str, language: str, generate: bool
) -> None:
    """Make the account NAME.

    The password is asked for twice; without a terminal it is the first line of standard input. With --staff, --ids is their
    store when left out.
    """
    codes = tuple(code.strip() for code in ids.split(",") if code.strip())
    with installation.ready(lambda line: click.echo(line, err=True)), refusals():
        from forecourt.platform import clock
        from forecourt.platform.accounts import make_user
        from forecourt.platform.actor import Actor

        if staff:
            person = _staff(staff, role)
            codes, full_name = codes or (person.store,), full_name or person.name
        password = _password(generate)
        made = make_user(
            by=Actor.system(PART), at=clock.now(), name=name, role=role, password=password,
            level=level, ids=codes, staff=staff, full_name=full_name, language=language,
        )  # fmt: skip
        _warn_of_unknown(made["level"], codes)
    where = f"{made['level']} {', '.join(codes)}".strip()
    click.echo(f"{name} may sign in as {role}, sees: {where}.", err=True)
    _show(password, generate)


@command.command("list")
def list_users() -> None:
    """Print name, role, level, codes, staff and whether the account may sign in with a password."""
    with installation.ready(lambda line: click.echo(line, err=True)):
        from forecourt.platform.accounts import users

        for user in users():
            state = (
                "ended" if not user.is_active else "password" if user.has_usable_password() else "no password"
            )
            click.echo(
                "\t".join((user.username, user.role, user.level, ",".join(user.ids), user.staff, state))
            )


@command.command("password")
@click.argument("name")
@_generate
def password(name: str, generate: bool) -> None:
    """Give the account NAME another password; who is signed in with the old one is signed out."""
    with installation.ready(lambda line: click.echo(line, err=True)), refusals():
        from forecourt.platform import clock
        from forecourt.platform.accounts import set_password
        from forecourt.platform.actor import Actor

        chosen = _password(generate)
        set_password(by=Actor.system(PART), at=clock.now(), name=name, password=chosen)
    click.echo(f"{name} has a new password.", err=True)
    _show(chosen, generate)


def _password(generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(RANDOM_BYTES)
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise click.ClickException("No password on standard input. Pipe one in, or use --generate.")
    return given


def _show(password: str, generate: bool) -> None:
    if generate:
        click.echo(password)


def _staff(code: str, role: str) -> "Staff":
    """Somebody of a store, in that role."""
    from forecourt.network.queries import staff_of
    from forecourt.platform.actor import NETWORK_SCOPE
    from forecourt.platform.scope import reading

    with reading(NETWORK_SCOPE):
        person = staff_of(code)
    if person.role != role:
        raise click.ClickException(f"{code} works as {person.role}, not as {role}.")
    return person


def _warn_of_unknown(level: str, codes: tuple[str, ...]) -> None:
    """An account may be made before its store is opened, so an unknown code is said and not refused."""
    from forecourt.network import models
    from forecourt.platform.actor import NETWORK_SCOPE
    from forecourt.platform.scope import reading

    tables = {
        "store": models.Store,
        "operator": models.Operator,
        "brand": models.Brand,
        "region": models.Region,
    }
    if level not in tables:
        return
    with reading(NETWORK_SCOPE):
        known = set(tables[level].objects.filter(code__in=codes).values_list("code", flat=True))
    for code in sorted(set(codes) - known):
        click.echo(
            f"There is no {level} {code} yet; until there is, the account sees nothing of it.", err=True
        )
