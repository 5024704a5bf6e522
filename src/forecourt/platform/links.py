"""Signed links: how a customer comes in without an account, and sees only what is their own."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import render

from forecourt.platform.access import View
from forecourt.platform.access import show
from forecourt.platform.actor import Actor

SALT = "forecourt.customer"


def sign(person_id: UUID) -> str:
    """The token of a person's link; valid for the installation's link lifetime."""
    return signing.dumps(str(person_id), salt=SALT)


def person_behind(token: str) -> UUID | None:
    """Whose link it is, or None when it was altered or is too old."""
    try:
        return UUID(signing.loads(token, salt=SALT, max_age=settings.FORECOURT_LINK_LIFETIME))
    except (signing.BadSignature, ValueError):
        return None


def customer_page(view: View) -> Callable[..., HttpResponse]:
    """A page behind a signed link: the view gets the token and runs as its customer."""

    @wraps(view)
    def admit(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        person = person_behind(token)
        if person is None:
            return render(request, "web/link_expired.html", status=410)
        return show(request, Actor.customer(person), view, token, *args, **kwargs)

    admit.access = frozenset({"customer"})  # type: ignore[attr-defined]
    return admit
