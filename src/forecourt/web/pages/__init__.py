"""The roof's pages, which read across rooms: customers, stores, the network, and the customer's own pages."""

from typing import Any

from forecourt.web.pages import customers
from forecourt.web.pages import network
from forecourt.web.pages import own
from forecourt.web.pages import store


def addresses() -> list[Any]:
    """The addresses of all of them, in the namespace `web`."""
    return [*customers.urlpatterns, *store.urlpatterns, *network.urlpatterns, *own.urlpatterns]
