"""The shell's own pages: the way to a first screen, sign-in, sign-out, and the style guide."""

from typing import Any

from allauth.account.views import LoginView  # type: ignore[import-untyped]
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth import logout
from django.http import Http404
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from forecourt.platform import links
from forecourt.platform.access import actor_of
from forecourt.platform.access import open_to_all
from forecourt.platform.access import page
from forecourt.platform.models import User
from forecourt.platform.roles import HEADQUARTERS
from forecourt.web import guide
from forecourt.web.navigation import home as home_of
from forecourt.web.personas import CUSTOMER
from forecourt.web.personas import PERSONAS
from forecourt.web.personas import cards
from forecourt.web.personas import sample_customer

BACKEND = "forecourt.platform.signin.Accounts"


def _next(request: HttpRequest) -> str:
    """The page that sign-in was asked from, when it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else ""


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """To the first screen of the role; to sign-in for everybody else."""
    actor = actor_of(request)
    if actor is None:
        return redirect("web:sign-in")
    target = home_of(actor)
    return redirect(target) if target else render(request, "web/home.html")


@open_to_all
def sign_in(request: HttpRequest) -> HttpResponse:
    """In a demo one click for each persona; otherwise the sign-in of the installation."""
    if not settings.FORECOURT_DEMO:
        query = request.GET.urlencode()
        return redirect(f"/accounts/login/{'?' + query if query else ''}")
    users = User.objects.exclude(persona="").filter(is_active=True).order_by("pk")
    context = {
        "cards": cards(users),
        "next": _next(request),
        "customer": CUSTOMER if sample_customer() else None,
    }
    return render(request, "web/sign_in.html", context)


class StaffSignIn(LoginView):  # type: ignore[misc]
    """The sign-in library's page in the look of the house: password, second factor, identity provider."""

    template_name = "web/login.html"


staff_sign_in = open_to_all(StaffSignIn.as_view())


@open_to_all
@require_POST
def sign_in_as(request: HttpRequest, persona: str) -> HttpResponse:
    """Sign in as a demo persona; there is no such address unless this is a demo."""
    if not settings.FORECOURT_DEMO:
        raise Http404
    if persona == CUSTOMER.code:
        return _as_customer(request)
    user = User.objects.filter(persona=_known(persona), is_active=True).order_by("pk").first()
    if user is None:
        raise Http404
    login(request, user, backend=BACKEND)
    return redirect(_next(request) or "web:home")


def _as_customer(request: HttpRequest) -> HttpResponse:
    """To the own page of one customer of the demo, who has no account: by a signed link, and as nobody else."""
    person = sample_customer()
    if person is None:
        raise Http404
    logout(request)
    return redirect("web:own", links.sign(person))


def _known(persona: str) -> str:
    if persona not in {known.code for known in PERSONAS}:
        raise Http404
    return persona


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("web:sign-in")


@page(roles=HEADQUARTERS)
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component once, with the line of template that makes it."""
    at: Any = request.at  # type: ignore[attr-defined]
    return render(
        request,
        "web/style.html",
        guide.samples(at) | {"language": translation.get_language()},
    )
