"""The network, a dealer group's stores, a carmaker's brand: the same numbers, each in the viewer's scope."""

from dataclasses import dataclass
from datetime import datetime
from datetime import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.urls import reverse
from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.journeys.lines import url
from forecourt.journeys.queries import Kept
from forecourt.network.models import Brand
from forecourt.network.models import Region
from forecourt.network.models import Store
from forecourt.platform.access import page
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import HEADQUARTERS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.web.pages import figures

PERIODS = (1, 7, 28, 90)
USUAL = 28
ATTENTION = 12
BARS = 24


@dataclass(frozen=True, slots=True)
class Line:
    """One store in the numbers of a period."""

    store: Store
    kept: Kept
    late: int
    orders: dict[str, int]
    url: str

    @property
    def share(self) -> float | None:
        return figures.share_of(self.kept)

    @property
    def tone(self) -> str:
        if self.share is None:
            return "quiet"
        return "good" if self.share >= figures.GOOD else "bad" if self.share < figures.BAD else "warn"

    @property
    def missed(self) -> float:
        """Of the deadlines of the period, with those missed now, the share that was not kept."""
        due = self.kept.done + self.late
        return (self.kept.done - self.kept.on_time + self.late) / due if due else 0.0

    @property
    def needs_help(self) -> bool:
        return self.missed > 1 - figures.GOOD / 100

    @property
    def urgency(self) -> tuple[bool, float, str]:
        """Smaller is more urgent: few steps say little, then the share of deadlines missed, then the code."""
        return self.kept.done + self.late < figures.FEW, -self.missed, self.store.code


@page(roles=HEADQUARTERS)
def network(request: HttpRequest) -> HttpResponse:
    """Where the playbook is followed, where enquiries end, how orders come in, which stores need help."""
    span, asked = _span(request), _asked(request)
    stores = _lines(_stores(asked), span, request.at)  # type: ignore[attr-defined]
    regions = {row.code: row.name for row in Region.objects.order_by("code")}
    context = {
        "asked": asked, "regions": regions, "brands": Brand.objects.order_by("code"),
        "late_by_region": _late_by_region(request, span, regions), "late_columns": [_("Region"), _("Late steps")],
        "needing": sorted((line for line in stores if line.needs_help), key=lambda line: line.urgency)[:ATTENTION],
    }  # fmt: skip
    return render(request, "web/network.html", _shared(span, stores, asked) | context)


@page(roles=(OPERATOR_MANAGER,))
def my_stores(request: HttpRequest) -> HttpResponse:
    """A dealer group's own stores, side by side."""
    actor, span, asked = request.actor, _span(request), _asked(request)  # type: ignore[attr-defined]
    mine = Store.objects.filter(operator__in=actor.scope.ids).order_by("code")
    stores = _lines(list(mine), span, request.at)  # type: ignore[attr-defined]
    columns = [_("Store"), _("In time")]
    bars = sorted(
        ([line.store.name, line.share] for line in stores if line.share is not None), key=lambda row: row[1]
    )
    context = {
        "asked": asked,
        "bars": bars[:BARS],
        "bar_columns": columns,
        "statements": url("settlement:statements"),
    }
    return render(request, "web/my_stores.html", _shared(span, stores, asked) | context)


@page(roles=(CARMAKER,))
def my_brand(request: HttpRequest) -> HttpResponse:
    """A carmaker's brand: orders, queue and how its customers are served; never another brand's."""
    actor, span, asked = request.actor, _span(request), _asked(request)  # type: ignore[attr-defined]
    today = request.at.astimezone(SHANGHAI).date()  # type: ignore[attr-defined]
    selling = [store for brand in actor.scope.ids for store in Store.objects.selling(brand, today)]
    stores = _lines(list({store.code: store for store in selling}.values()), span, request.at, linked=False)  # type: ignore[attr-defined]
    context = {
        "asked": asked, "names": ", ".join(brand.name for brand in Brand.objects.filter(code__in=actor.scope.ids)),
        "links": [(label, href) for label, href in _rooms() if href],
    }  # fmt: skip
    return render(request, "web/my_brand.html", _shared(span, stores, asked) | context)


def _rooms() -> list[tuple[str, str]]:
    return [
        (_("Queue"), url("supply:queue")), (_("Orders"), url("sales:orders")),
        (_("Feedback"), url("voice:feedback")), (_("Statements"), url("settlement:statements")),
    ]  # fmt: skip


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters of the address; what is no code of ours is left out."""
    given = {name: request.GET.get(name, "") for name in ("brand", "region")}
    return {name: value for name, value in given.items() if value and value.replace("-", "").isalnum()}


def _span(request: HttpRequest) -> figures.Span:
    """The period asked for: whole days of the store's zone, today included."""
    text = request.GET.get("days", "")
    days = int(text) if text.isdigit() and int(text) in PERIODS else USUAL
    at: datetime = request.at  # type: ignore[attr-defined]
    midnight = datetime.combine(at.astimezone(SHANGHAI).date() + timedelta(days=1), time.min, SHANGHAI)
    return figures.Span(midnight - timedelta(days=days), midnight, _asked(request))


def _stores(asked: dict[str, str]) -> list[Store]:
    rows = Store.objects.filter(closed_on=None).order_by("code")
    return list(rows.filter(region=asked["region"]) if "region" in asked else rows)


def _lines(stores: list[Store], span: figures.Span, at: datetime, *, linked: bool = True) -> list[Line]:
    kept, late = figures.kept_by_store(span), figures.late(at, "store", span.only)
    orders = figures.orders_by_store(span.only)
    return [
        Line(
            row, kept.get(row.code, Kept(0, 0)), late.get(row.code, 0), orders.get(row.code, {}),
            reverse("web:store", args=[row.code]) if linked else "",
        )
        for row in stores
    ]  # fmt: skip


def _shared(span: figures.Span, stores: list[Line], asked: dict[str, str]) -> dict[str, Any]:
    """What all three pages show."""
    grain, curve = figures.curve(span)
    stages = figures.funnel(span)
    return {
        "stores": stores, "days": span.days, "periods": _periods(span, asked), "kept": figures.share_of(figures.together(line.kept for line in stores)),
        "late": sum(line.late for line in stores), "states": figures.orders_by_state(span.only), "stages": stages,
        "map": _map(stores), "map_columns": [_("Store"), _("Latitude"), _("Longitude"), _("In time"), _("Steps")],
        "good": figures.GOOD, "bad": figures.BAD,
        "funnel": [[_stage(name), count] for name, count in stages.items()], "funnel_columns": [_("Stage"), _("Enquiries")],
        "curve": [[_moment(at, grain), *counts] for at, *counts in curve] if any(sum(counts) for _at, *counts in curve) else [],
        "curve_columns": [_("Hour") if grain == "hour" else _("Day"), _("Reserved"), _("Made firm"), _("Locked")],
    }  # fmt: skip


def _map(stores: list[Line]) -> list[list[Any]]:
    return [
        [
            line.store.name,
            line.store.lat,
            line.store.lon,
            line.share,
            min(40, 1 + line.kept.done / 20),
            line.url,
        ]
        for line in stores
    ]


def _stage(name: str) -> str:
    return {
        "leads": _("Enquiries"), "reached": _("Reached"), "driven": _("Test drive"), "ordered": _("Ordered"),
        "locked": _("Order locked"), "handed_over": _("Handed over"),
    }[name]  # fmt: skip


def _moment(at: datetime, grain: str) -> str:
    return f"{at:%H:%M}" if grain == "hour" else f"{at:%m-%d}"


def _periods(span: figures.Span, asked: dict[str, str]) -> list[tuple[str, str, bool]]:
    """The choices of period: word, address, whether it is this one."""
    words = {1: _("Today"), 7: _("7 days"), 28: _("28 days"), 90: _("90 days")}
    return [(words[days], "?" + urlencode({**asked, "days": days}), days == span.days) for days in PERIODS]


def _late_by_region(request: HttpRequest, span: figures.Span, regions: dict[str, str]) -> list[list[Any]]:
    counts = figures.late(request.at, "region", span.only)  # type: ignore[attr-defined]
    rows = [
        [name, counts.get(code, 0)] for code, name in regions.items() if span.only.get("region", code) == code
    ]
    return sorted(rows, key=lambda row: -row[1]) if any(count for _name, count in rows) else []


urlpatterns = [
    path("network/", network, name="network"),
    path("my-stores/", my_stores, name="my-stores"),
    path("my-brand/", my_brand, name="my-brand"),
]
