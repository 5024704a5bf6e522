"""What pages of sales have in common: titles of trims and options, price lines, the run and step that a form is for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from uuid import uuid4

from django.http import Http404
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forecourt.journeys import queries as journeys
from forecourt.journeys.models import Journey
from forecourt.network.models import Trim
from forecourt.platform.models import as_id
from forecourt.sales.models import Option
from forecourt.sales.refusing import SHANGHAI

GROUPS = ("paint", "interior", "wheels", "assistance")


@dataclass(frozen=True, slots=True)
class Asked:
    """The run and the step that a page records, its title, what stands against it, and the key that makes sending safe."""

    run: Journey
    step: str
    title: str
    problems: tuple[Any, ...]
    key: str


def asked(request: HttpRequest) -> Asked:
    """Read `journey` and `step` from the address or the form. Http404 when they are not there or out of sight."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        run = journeys.find(as_id(given.get("journey", "")))
    except ValueError:
        run = None
    if run is None:
        raise Http404(_("This page records a step of a journey; open it from Today or from a customer."))
    item = journeys.step_of(run, given.get("step", ""))
    if item is None:
        raise Http404(_("The playbook of this journey has no such step."))
    return Asked(run, item.name, item.title, item.problems, given.get("key") or f"page-{uuid4()}")


def today_of(request: Any) -> date:
    """The date in the store."""
    return request.at.astimezone(SHANGHAI).date()


def trim_titles(codes: Iterable[str]) -> dict[str, str]:
    """Trim codes to what a customer reads."""
    return {
        trim.code: trim.title for trim in Trim.objects.select_related("model").filter(code__in=set(codes))
    }


def option_titles(codes: Iterable[str]) -> dict[str, str]:
    """Option codes to their names; the brand's own name goes before the common one."""
    language = get_language() or "zh"
    rows = Option.objects.filter(code__in=set(codes)).order_by("brand", "valid_from")
    return {row.code: row.title(language) for row in rows}


def titled(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """Price lines with the name of what they are for."""
    options = option_titles(line["code"] for line in lines if line["kind"] == "option")
    trims = trim_titles(line["code"] for line in lines if line["kind"] != "option")
    names = options | trims
    return [
        line | {"title": names.get(line["code"], line["code"]), "what": price_kind(line["kind"])}
        for line in lines
    ]


def price_kind(kind: str) -> str:
    """The word for the kind of a price."""
    words = {
        "list": _("List price"), "pre_sale": _("Pre-sale price"), "placeholder": _("Placeholder, sells nothing"),
        "option": _("Option"),
    }  # fmt: skip
    return words.get(kind, kind)


def group_title(group: str) -> str:
    """The word for a group of options."""
    words = {
        "paint": _("Paint"),
        "interior": _("Interior"),
        "wheels": _("Wheels"),
        "assistance": _("Driving assistance"),
    }
    return words.get(group, group)


def run_url(journey: UUID | None) -> str:
    """The page of a run, or ''."""
    from django.urls import reverse

    return reverse("journeys:journey", args=[journey]) if journey else ""
