"""Every address has a door: a view says who is admitted (`platform.access`), or stands here with a reason."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver

from forecourt.platform.roles import ROLES

# By the start of the address: views that are not ours.
NOT_OURS = {
    "accounts/": "sign-in, second factor and identity provider of django-allauth, which checks by itself",
    "i18n/setlang/": "Django's choice of language: sets a cookie, shows nothing",
}
ANYONE = {
    "", "sign-in/", "sign-in/<slug:persona>/", "sign-out/", "accounts/login/",
}  # fmt: skip


def doors(patterns: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from doors(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern), one.callback


DOORS = [(address, view) for address, view in doors(get_resolver().url_patterns)]
OURS = [(address, view) for address, view in DOORS if not address.startswith(tuple(NOT_OURS))]


@pytest.mark.parametrize(("address", "view"), OURS, ids=[address or "/" for address, _ in OURS])
def test_a_view_says_whom_it_admits(address: str, view: Any) -> None:
    admitted = getattr(view, "access", None)
    assert admitted, "decorate it with page(roles=...), customer_page or open_to_all of platform.access"
    if address.startswith("api/v1/"):
        assert admitted == {"token or session"}, "every address of the API stands behind its edge"
    elif admitted == {"anyone"}:
        assert address in ANYONE, "open to all: add it to ANYONE if that is meant"
    else:
        assert admitted <= set(ROLES)


def test_every_exemption_is_still_needed() -> None:
    for start in NOT_OURS:
        assert any(address.startswith(start) for address, _ in DOORS), start
    assert {address for address, _ in DOORS} >= ANYONE


def test_a_customers_page_is_reached_by_a_signed_token_only() -> None:
    for address, view in OURS:
        if getattr(view, "access", None) == {"customer"}:
            assert "<str:token>" in address or "<token>" in address, address
