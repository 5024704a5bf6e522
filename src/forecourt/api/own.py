"""Routes of the API itself: the tokens of the caller."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field
from ninja import Router
from ninja import Schema
from ninja import Status

from forecourt.api import tokens
from forecourt.platform.models import ApiToken
from forecourt.platform.models import User
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden

router = Router(tags=["tokens"])


class TokenOut(Schema):
    """A token as a list shows it: never its secret."""

    id: int
    name: str
    made_at: datetime
    expires_at: datetime | None


class TokenIn(Schema):
    name: str = Field(min_length=1, max_length=80)
    expires_at: datetime | None = None


class SecretOut(Schema):
    """The secret is told this once."""

    token: int
    secret: str


class RevokedOut(Schema):
    token: int


@router.get("/tokens", response=list[TokenOut], summary="Your tokens, newest first")
def mine(request: HttpRequest) -> list[ApiToken]:
    return list(tokens.tokens_of(_user(request)))


@router.post("/tokens", response={201: SecretOut}, summary="Make a token for yourself")
def make(request: Any, payload: TokenIn) -> Status[dict[str, Any]]:
    """For engineers. No idempotency key: an answer under a key is kept, a secret is not."""
    secret = tokens.new_secret()
    facts = {"user": _user(request).username, "digest": tokens.digest_of(secret), **payload.dict()}
    made = tokens.make_token(by=request.actor, at=request.at, **facts)
    return Status(201, made | {"secret": secret})


@router.post("/tokens/{int:token}/revoke", response=RevokedOut, summary="Revoke one of your tokens")
def revoke(request: Any, token: int) -> dict[str, Any]:
    return tokens.revoke_token(by=request.actor, at=request.at, key=request.key, token=token)


def _user(request: Any) -> User:
    """The account behind the caller, by session or by token. A customer has none."""
    user: User | None = request.account
    if user is None:
        raise Forbidden(Blocked("api.no_account", _("A customer's link has no tokens.")))
    return user
