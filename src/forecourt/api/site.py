"""The API of the house: each room's routes, one way to sign in, one way to say no.

Reads run in a transaction in the caller's scope. Writes run in the action's own transaction, so that what is answered 200
is committed. Every refusal is an RFC 9457 problem.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja import Router

from forecourt.api import own
from forecourt.api import problems
from forecourt.api.auth import in_one_read
from forecourt.api.auth import signed_in
from forecourt.api.parsing import StrictParser
from forecourt.api.schema import Api31

ROUTED = (
    "journal",
    "network",
    "people",
    "journeys",
    "demand",
    "sales",
    "supply",
    "delivery",
    "care",
    "settlement",
    "voice",
    "insight",
)

api: NinjaAPI = Api31(
    title="Forecourt",
    version="1",
    description="Everything that the pages do. Times are ISO 8601 with offset, amounts are strings in yuan (CNY). Programs sign in with"
    " `Authorization: Bearer` and a token, customers with `Authorization: Link` and what stands at the end of their signed link.",
    auth=signed_in,
    urls_namespace="api",
    docs_url="/docs",
    parser=StrictParser(),
)


def room_router(room: str) -> Router | None:
    """The routes of a room, or None when it has none."""
    name = f"forecourt.{room}.api"
    return import_module(name).router if find_spec(name) else None


def assemble() -> None:
    """Hang every room's routes and the refusals into the API."""
    problems.install(api)
    api.add_decorator(in_one_read, mode="view")
    for room in ROUTED:
        if f"forecourt.{room}" in settings.INSTALLED_APPS and (router := room_router(room)):
            api.add_router("", router)
    api.add_router("", own.router)


def openapi() -> dict[str, Any]:
    """The API's description as OpenAPI 3.1."""
    return api.get_openapi_schema(path_prefix="/api/v1/")


assemble()
