"""Tokens by which a program acts as a user. The secret is made outside the action, shown once and kept nowhere; the row
holds its SHA-256 digest. Revoking deletes the row; the journal keeps that it was there.
"""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID
from uuid import uuid5

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import ApiToken
from forecourt.platform.models import Place
from forecourt.platform.models import User
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import ENGINEER

PREFIX = "fct_"  # lets a scanner of secrets know one of ours
STREAMS = UUID("5b0c6f0e-7d0f-5a37-9a0b-6a1c0f2d9e11")


def new_secret() -> str:
    """A token of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


@action("api.make_token", roles=(ENGINEER,))
def make_token(do: Doing, *, user: str, name: str, digest: str, expires_at: datetime | None = None) -> Result:
    """Let whoever holds the secret behind `digest` act as `user`. An engineer makes them for themselves only."""
    owner = _user(do, user)
    if not name.strip() or len(name) > 80:
        text = _("A token has a name of 1 to 80 characters, which says what uses it.")
        raise Invalid(Blocked("api.token_name", text, "name"))
    if expires_at is not None and expires_at <= do.at:
        text = _("The token would expire at {at}, which is past.").format(at=expires_at.isoformat())
        raise Invalid(Blocked("api.token_expiry", text, "expires_at"))
    row = ApiToken.objects.create(
        user=owner, name=name.strip(), digest=digest, made_at=do.at, expires_at=expires_at
    )
    _note(do, "api.token_made", row)
    return {"token": row.pk}


@action("api.revoke_token", roles=(ENGINEER,))
def revoke_token(do: Doing, *, token: int) -> Result:
    """End a token at once."""
    row = ApiToken.objects.select_related("user").filter(pk=token).first()
    if row is None or not _may(do, row.user):
        text = _("There is no token {token} that you may revoke.").format(token=token)
        raise Missing(Blocked("api.token_unknown", text, "token"))
    _note(do, "api.token_revoked", row)
    row.delete()
    return {"token": token}


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The tokens of a user, newest first; expired ones included."""
    return ApiToken.objects.filter(user=user).order_by("-made_at", "-pk")


def _user(do: Doing, username: str) -> User:
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        text = _("There is no active user {user}.").format(user=username)
        raise Missing(Blocked("api.user_unknown", text, "user"))
    if not _may(do, found):
        text = _("A token for {user} is made by {user}, or by whoever runs the installation.")
        raise Forbidden(Blocked("api.token_of_another", text.format(user=username), "user"))
    return found


def _may(do: Doing, owner: User) -> bool:
    return do.by.is_system or owner.actor().code == do.by.code


def _note(do: Doing, kind: str, row: ApiToken) -> None:
    data = {"token": row.pk, "user": row.user.actor().code, "role": row.user.role}
    until = row.expires_at.isoformat() if row.expires_at else None
    journal.write(
        do, kind, stream=uuid5(STREAMS, str(row.pk)), place=Place(), data=data | {"expires_at": until}
    )
