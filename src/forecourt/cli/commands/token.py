"""`forecourt token`: secrets by which programs use the API. A secret is printed once and kept nowhere."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from forecourt.cli import installation

if TYPE_CHECKING:
    from forecourt.platform.refusals import ActionError


@click.group("token")
def command() -> None:
    """Make, list and revoke tokens of the API."""


@command.command("make")
@click.option("--user", required=True, help="Username of the account that the program acts as.")
@click.option("--name", required=True, help="What uses the token.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it expires; for ever when left out.")
def make(user: str, name: str, days: int | None) -> None:
    """Make a token and print its secret, this once."""
    with installation.database():
        installation.set_up_django()
        from forecourt.api import tokens
        from forecourt.platform import clock
        from forecourt.platform.actor import Actor
        from forecourt.platform.refusals import ActionError

        at, secret = clock.now(), tokens.new_secret()
        until = at + timedelta(days=days) if days else None
        try:
            tokens.make_token(
                by=Actor.system("cli.token"), at=at, user=user, name=name, digest=tokens.digest_of(secret), expires_at=until
            )  # fmt: skip
        except ActionError as refusal:
            raise _told(refusal) from refusal
    click.echo(secret)


@command.command("list")
@click.option("--user", required=True, help="Username of the account.")
def list_tokens(user: str) -> None:
    """Print number, name and expiry of an account's tokens."""
    with installation.database():
        installation.set_up_django()
        from forecourt.api.tokens import tokens_of
        from forecourt.platform.models import User

        owner = User.objects.filter(username=user).first()
        if owner is None:
            raise click.ClickException(f"There is no user {user!r}.")
        for row in tokens_of(owner):
            click.echo(f"{row.pk}\t{row.name}\t{row.expires_at.isoformat() if row.expires_at else 'no end'}")


@command.command("revoke")
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """End the token of that number at once."""
    with installation.database():
        installation.set_up_django()
        from forecourt.api.tokens import revoke_token
        from forecourt.platform import clock
        from forecourt.platform.actor import Actor
        from forecourt.platform.refusals import ActionError

        try:
            revoke_token(by=Actor.system("cli.token"), at=clock.now(), token=number)
        except ActionError as refusal:
            raise _told(refusal) from refusal
    click.echo(f"Token {number} is revoked.")


def _told(refusal: "ActionError") -> click.ClickException:
    return click.ClickException(str(refusal))
