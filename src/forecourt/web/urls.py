"""The site's addresses: the shell's own pages, then each room's `pages.py`, sign-in and the API, as far as they exist."""

from importlib.util import find_spec
from typing import Any

from django.urls import include
from django.urls import path

from forecourt.web import errors
from forecourt.web import pages
from forecourt.web import views
from forecourt.web.pages import customers

ROOMS = (
    "journeys", "people", "network", "demand", "sales", "supply", "delivery", "care", "settlement", "voice",
    "insight",
)  # fmt: skip

shell = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/<slug:persona>/", views.sign_in_as, name="sign-in-as"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("style/", views.style_guide, name="style"),
    *pages.addresses(),
]
# Rooms below know a customer's page by this name; who is a person is theirs, how a person is shown is the roof's.
people = [path("customers/<uuid:person>/", customers.customer, name="customer")]


def pages_of(room: str) -> list[Any]:
    """The addresses of a room's pages; none while it has no `pages.py`."""
    module = f"forecourt.{room}.pages"
    return [path("", include(module))] if find_spec(module) else []


def api() -> list[Any]:
    """The API under /api/v1/, from `forecourt.api.urls` when it exists."""
    return [path("api/v1/", include("forecourt.api.urls"))] if find_spec("forecourt.api.urls") else []


urlpatterns = [
    path("", include((shell, "web"))),
    path("", include((people, "people"))),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/login/", views.staff_sign_in, name="account_login"),
    path("accounts/", include("allauth.urls")),
    *api(),
    *(pattern for room in ROOMS for pattern in pages_of(room)),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.missing
handler500 = errors.broken
