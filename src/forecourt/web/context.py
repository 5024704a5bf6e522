"""What the frame of every page needs, whatever view renders it: network, notice, navigation, language, person."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.html import conditional_escape
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from forecourt.platform import clock
from forecourt.platform.actor import Actor
from forecourt.platform.roles import CUSTOMER
from forecourt.web import assets
from forecourt.web.components.values import moment
from forecourt.web.navigation import navigation
from forecourt.web.simulated import simulated

LANGUAGES = [{"code": code, "name": name} for code, name in settings.LANGUAGES]


def layout(request: HttpRequest) -> dict[str, Any]:
    """The context processor behind `web/base.html`; nothing is worked out before a template asks."""
    return {"layout": SimpleLazyObject(lambda: frame(request))}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Everything the frame shows, as a plain dict: what all of one `kind` share, and what is a page's `own`."""
    actor = actor_behind(request)
    invented = settings.FORECOURT_DEMO or simulated()
    links = navigation(actor, request.path)
    shared = {
        "network": getattr(settings, "FORECOURT_NETWORK_NAME", "") or _("Forecourt network"),
        "simulated": invented,
        "signed_in": actor is not None,
        "guest": actor is not None and actor.role == CUSTOMER,
        "role": role_name(actor.role) if actor else "",
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "style": assets.path_of("style.css"),
        "script": assets.path_of("app.js"),
        "theme": assets.path_of("theme.js"),
    }
    own = {
        "name": name_of(request, actor),
        "place": ", ".join(actor.scope.ids) if actor else "",
        "home": guest_home(request) or "/",
        "here": request.get_full_path(),
        "clock": moment(clock.now(), "long") if invented and clock.offset() else "",
    }
    kind = (*shared.values(), *map(bool, own.values()), *((link.url, link.current) for link in links))
    return shared | own | {
        "navigation": links,
        "languages": LANGUAGES,
        "back": back(request),
        "kind": kind,
        "own": {name: conditional_escape(value) for name, value in own.items()},
    }  # fmt: skip


def actor_behind(request: HttpRequest) -> Actor | None:
    """The actor that the view was admitted as, else the signed-in user's."""
    actor = getattr(request, "actor", None)
    if isinstance(actor, Actor):
        return actor
    user = getattr(request, "user", None)
    return user.actor() if user is not None and user.is_authenticated else None


def guest_home(request: HttpRequest) -> str:
    """The customer's own page when a signed link is being followed, else ''."""
    match = getattr(request, "resolver_match", None)
    token = match.kwargs.get("token") if match else None
    return reverse("web:own", args=[token]) if token else ""


def back(request: HttpRequest) -> str:
    """The page of ours that the person came from, else the first page."""
    came = request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure())
    return came if ours else "/"


def name_of(request: HttpRequest, actor: Actor | None) -> str:
    """The signed-in person's name as it is written where they are from; a code where there is none."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return full_name(user)
    return actor.name or actor.code if actor else ""


def full_name(user: AbstractUser) -> str:
    """`王杨` for a Chinese name, `Anna Berg` for another; the name of sign-in where there is none."""
    parts = f"{user.last_name}{user.first_name}"
    return parts if parts and not parts.isascii() else user.get_full_name() or user.username


def role_name(role: str) -> str:
    """The word for a role in the language of the page."""
    names = {
        "adviser": _("Adviser"),
        "delivery_specialist": _("Delivery specialist"),
        "service_adviser": _("Service adviser"),
        "technician": _("Technician"),
        "store_manager": _("Store manager"),
        "operator_manager": _("Dealer group"),
        "carmaker": _("Carmaker"),
        "network_ops": _("Network operations"),
        "planner": _("Planner"),
        "engineer": _("Engineer"),
        "customer": _("Customer"),
        "system": _("System"),
    }
    return names.get(role, role)
