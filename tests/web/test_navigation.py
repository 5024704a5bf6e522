"""Who is shown what at the top of the page."""

import pytest
from django.urls import NoReverseMatch

from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.roles import EMPLOYED
from forecourt.platform.roles import ROLES
from forecourt.web import navigation as nav


def resolve(name: str) -> str:
    if name.startswith("nowhere"):
        raise NoReverseMatch
    return f"/{name.replace(':', '/')}/"


@pytest.mark.parametrize("role", EMPLOYED)
def test_everybody_employed_has_somewhere_to_go(role: str) -> None:
    assert [entry for entry in nav.ENTRIES if role in entry.roles]


def test_entries_name_known_roles_only() -> None:
    assert {role for entry in nav.ENTRIES for role in entry.roles} <= set(ROLES)


def test_the_first_page_that_exists_is_taken() -> None:
    assert nav.url_of(nav.Entry("x", ("nowhere:a", "somewhere:b"), ()), resolve) == "/somewhere/b/"
    assert nav.url_of(nav.Entry("x", ("nowhere:a",), ()), resolve) == ""


def test_nobody_is_shown_nothing() -> None:
    assert nav.navigation(None) == []


def test_the_page_below_is_marked_as_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "url_of", lambda entry: resolve(entry.names[0]))
    links = nav.navigation(Actor("st-1", "adviser", Scope("store", ("sh-1",))), "/sales/orders/17/")
    assert [link.url for link in links if link.current] == ["/sales/orders/"]


def test_the_style_guide_is_for_headquarters() -> None:
    urls = {
        role: [link.url for link in nav.navigation(Actor("x", role, Scope("network")))] for role in EMPLOYED
    }
    assert {role for role, found in urls.items() if "/style/" in found} == {"network_ops", "engineer"}
