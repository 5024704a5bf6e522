"""What each role finds in the bar at the top: a declared tuple, filtered by role and by the pages that exist."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forecourt.platform.actor import Actor
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.platform.roles import ENGINEER
from forecourt.platform.roles import HEADQUARTERS
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import PLANNER
from forecourt.platform.roles import SERVICE_ADVISER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.roles import STORE_STAFF
from forecourt.platform.roles import TECHNICIAN

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go: its label, the names of its URL (the first that exists is taken), who is shown it."""

    label: Text
    names: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry ready to be drawn."""

    label: Text
    url: str
    current: bool


ENTRIES: tuple[Entry, ...] = (
    Entry(_("Store"), ("web:my-store",), (STORE_MANAGER,)),
    Entry(_("Today"), ("journeys:today",), STORE_STAFF),
    Entry(_("My stores"), ("web:my-stores",), (OPERATOR_MANAGER,)),
    Entry(_("My brand"), ("web:my-brand",), (CARMAKER,)),
    Entry(_("Network"), ("web:network",), HEADQUARTERS),
    Entry(_("Leads"), ("demand:leads",), (ADVISER, STORE_MANAGER, NETWORK_OPS)),
    Entry(
        _("Customers"),
        ("web:customers",),
        (*STORE_STAFF, OPERATOR_MANAGER, NETWORK_OPS),
    ),
    Entry(_("Orders"), ("sales:orders",), (ADVISER, STORE_MANAGER, CARMAKER, NETWORK_OPS)),
    Entry(
        _("Queue"),
        ("supply:queue",),
        (
            ADVISER,
            DELIVERY_SPECIALIST,
            STORE_MANAGER,
            CARMAKER,
            OPERATOR_MANAGER,
            *HEADQUARTERS,
        ),
    ),
    Entry(
        _("Handovers"),
        ("delivery:day", "delivery:handovers"),
        (DELIVERY_SPECIALIST, STORE_MANAGER),
    ),
    Entry(
        _("Workshop"),
        ("care:workshop", "care:day"),
        (SERVICE_ADVISER, TECHNICIAN, STORE_MANAGER),
    ),
    Entry(
        _("Feedback"),
        ("voice:feedback", "voice:answers"),
        (STORE_MANAGER, CARMAKER, OPERATOR_MANAGER, NETWORK_OPS),
    ),
    Entry(
        _("Statements"),
        ("settlement:statements",),
        (OPERATOR_MANAGER, CARMAKER, NETWORK_OPS),
    ),
    Entry(
        _("Measures"),
        ("insight:overview",),
        (STORE_MANAGER, OPERATOR_MANAGER, CARMAKER, NETWORK_OPS, PLANNER),
    ),
    Entry(
        _("Playbooks"),
        ("journeys:playbooks",),
        (STORE_MANAGER, OPERATOR_MANAGER, CARMAKER, NETWORK_OPS, PLANNER, ENGINEER),
    ),
    Entry(
        _("API"),
        ("api:docs", "api:openapi-view", "api-1.0.0:openapi-view"),
        (ENGINEER,),
    ),
    Entry(_("Style guide"), ("web:style",), (NETWORK_OPS, ENGINEER)),
)


@lru_cache(maxsize=256)
def _address(name: str, _urls: str) -> str:
    return reverse(name)


def _resolve(name: str) -> str:
    """The address of that name among the site's; asked with every page, so kept."""
    return _address(name, settings.ROOT_URLCONF)


def url_of(entry: Entry, resolve: Callable[[str], str] = _resolve) -> str:
    """The address of an entry, or '' while no room provides it."""
    for name in entry.names:
        try:
            return resolve(name)
        except NoReverseMatch:
            continue
    return ""


def navigation(actor: Actor | None, path: str = "") -> list[Link]:
    """The links that `actor` is shown, in order; the one that `path` lies under (the longest) is current."""
    if actor is None:
        return []
    shown = [(entry, url_of(entry)) for entry in ENTRIES if actor.role in entry.roles]
    under = max(
        (url for _entry, url in shown if url and path.startswith(url)),
        key=len,
        default="",
    )
    return [Link(entry.label, url, bool(url) and url == under) for entry, url in shown if url]


def home(actor: Actor) -> str:
    """The first screen of a role."""
    links = navigation(actor)
    return links[0].url if links else ""
