"""Every address of the site that shows a page, with the role that opens it, and what stands in its variable parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import URLPattern
from django.urls import URLResolver
from django.urls import get_resolver
from django.urls import reverse

from forecourt.care.models import RepairOrder
from forecourt.care.models import Visit
from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.insight import trials
from forecourt.insight.actions import try_draft
from forecourt.insight.refreshing import refresh
from forecourt.journeys.models import Journey
from forecourt.journeys.models import PlaybookVersion
from forecourt.platform import links
from forecourt.platform.scope import reading
from forecourt.settlement.models import Posting
from forecourt.supply.models import QueuePlace
from forecourt.voice.models import Survey
from tests.browser.trade.scene import Site
from tests.web.town import SYSTEM

CUSTOMER = "customer"
# What is no page of ours to look at: the API and its reader, sign-in of the library, files for a calendar, answers to forms.
OTHER = (
    "api:",
    "api-",
    "web:own-calendar",
    "delivery:invitation",
    "people:customer",
    "demand:content",
    "journeys:bpmn",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: the name of its URL, its address, the persona who looks (or `customer`)."""

    name: str
    address: str
    persona: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A URL that says who may see it, with a sample for each of its variable parts."""

    name: str
    roles: frozenset[str]
    parts: dict[str, Any]


def declared() -> list[Declared]:
    """All URLs that say who may see them."""
    return list(_declared(get_resolver(), (), {}))


def _declared(resolver: URLResolver, spaces: tuple[str, ...], outer: dict[str, Any]) -> Iterator[Declared]:
    for one in resolver.url_patterns:
        parts = outer | {name: _sample(kind) for name, kind in one.pattern.converters.items()}
        if isinstance(one, URLResolver):
            yield from _declared(one, (*spaces, *([one.namespace] if one.namespace else [])), parts)
        elif isinstance(one, URLPattern) and hasattr(one.callback, "access"):
            yield Declared(":".join([*spaces, one.name or ""]), frozenset(one.callback.access), parts)


def _sample(kind: Any) -> Any:
    return {"UUIDConverter": UUID(int=7), "IntConverter": 7}.get(type(kind).__name__, "x")


def queue(site: Site) -> list[Shown]:
    """Pages of somebody who waits for their car; look at them before it arrives."""
    waiting = site.town.orders["waiting"]
    with reading(SYSTEM.scope):
        place = QueuePlace.objects.get(order=waiting)
    asked = {"model": place.model, "configuration": place.configuration, "city": place.city}
    return [
        _at("supply:queue", "adviser"),
        _at("supply:line", "adviser", **asked),
        _at("supply:place", "adviser", waiting),
        _at("web:own", CUSTOMER, links.sign(site.town.persons["waiting"])),
    ]


def pages(site: Site) -> list[Shown]:
    """All others, with something on them. The site must have a car that waits for its handover (`site.car_arrives`)."""
    with reading(SYSTEM.scope):
        return [*_people(site), *_work(site), *_above(site), *_measures(site), *_own(site)]


def _at(name: str, persona: str, *parts: Any, **query: Any) -> Shown:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return Shown(name, reverse(name, args=parts) + (f"?{asked}" if asked else ""), persona)


def _people(site: Site) -> Iterator[Shown]:
    """The adviser's pages and those of everyone in the store."""
    town = site.town
    late, choosing, reserved = town.runs["late"], town.runs["choosing"], town.orders["reserved"]
    yield Shown("web:home", "/", "adviser")
    yield Shown("web:sign-in", "/sign-in/", "")
    yield _at("account_login", "")
    for persona in ("adviser", "delivery_specialist", "service_adviser", "technician", "store_manager"):
        yield _at("journeys:today", persona)
    yield _at("web:customers", "adviser")
    yield _at("web:customers", "adviser", q="13900000000")
    for person in town.persons.values():
        yield _at("web:customer", "adviser", person)
    yield _at("journeys:journey", "adviser", late)
    yield _at("journeys:step", "adviser", late, "respond")
    yield _at("journeys:step", "adviser", choosing, "test_drive")
    yield _at("demand:leads", "adviser")
    yield _at("demand:walk-in", "adviser")
    yield _at("demand:lead", "network_ops", Lead.objects.exclude(opportunity=None).order_by("id")[0].id)
    yield _at("sales:test-drive", "adviser", journey=choosing, step="book_test_drive")
    yield _at("sales:quote", "adviser", journey=choosing, step="quote")
    yield _at("sales:place-order", "adviser", journey=choosing, step="place_order")
    yield _at("sales:orders", "adviser")
    yield _at("sales:order", "adviser", reserved)
    yield _at("sales:order", "store_manager", town.orders["owner"])
    yield _at("sales:catalogue", "adviser")
    yield _at("sales:prices", "adviser", "aito-m9")


def _work(site: Site) -> Iterator[Shown]:
    """Queue, handovers, workshop."""
    town, waiting = site.town, site.town.orders["waiting"]
    repair, visit = RepairOrder.objects.get(), Visit.objects.get(state="booked")
    run = Journey.objects.get(subject_type="repair_order")
    yield _at("supply:place", "adviser", waiting)
    yield _at("supply:vehicles", "carmaker")
    yield _at("delivery:day", "delivery_specialist")
    yield _at("delivery:appoint", "delivery_specialist", order=waiting)
    yield _at("delivery:prepare", "delivery_specialist", order=waiting)
    yield _at("delivery:hand-over", "delivery_specialist", order=waiting)
    yield _at("care:workshop", "service_adviser")
    yield _at("care:visit", "service_adviser", visit.id)
    yield _at("care:book", "service_adviser", vin=town.vin)
    yield _at("care:quote", "service_adviser", journey=run.id, step="quote_repair")
    yield _at("care:repair-order", "service_adviser", repair.id)


def _above(site: Site) -> Iterator[Shown]:
    """Managers, dealer group, carmaker, headquarters."""
    town = site.town
    posting = Posting.objects.of_party("operator", town.place.operator).order_by("id")[0]
    month = f"{posting.month:%Y-%m}"
    version = PlaybookVersion.objects.get(playbook="retail").version
    document = Document.objects.filter(format="adf").order_by("id")[0]
    yield _at("web:my-store", "store_manager")
    yield _at("web:store", "store_manager", town.store)
    yield _at("journeys:late", "store_manager")
    yield _at("voice:feedback", "store_manager")
    yield _at("journeys:begin", "store_manager", "complaint")
    yield _at("web:my-stores", "operator_manager")
    yield _at("settlement:statements", "operator_manager")
    yield _at("settlement:statement", "operator_manager", posting.party, month)
    yield _at("settlement:lines", "operator_manager", posting.party, month, posting.component)
    yield _at("settlement:entry", "operator_manager", posting.entry_id)
    yield _at("web:my-brand", "carmaker")
    yield _at("web:network", "network_ops")
    yield _at("web:network", "network_ops", brand="aito", region="east", days=90)
    yield _at("demand:leads", "network_ops")
    yield _at("web:style", "network_ops")
    yield _at("demand:upload", "network_ops")
    yield _at("demand:unrouted", "network_ops")
    yield _at("demand:document", "network_ops", document.id)
    yield _at("journeys:playbooks", "network_ops")
    yield _at("journeys:publish", "network_ops")
    yield _at("journeys:playbook", "network_ops", "retail")
    yield _at("journeys:version", "network_ops", "order-to-handover", version)
    yield _at("journeys:checklist", "network_ops", "retail", version)


def _measures(site: Site) -> Iterator[Shown]:
    """What really happened against what was written; measured now, and a draft held against it."""
    refresh(site.at)
    text = PlaybookVersion.objects.get(playbook="retail").text.replace("within: 15 min", "within: 5 min")
    period = {"since": site.at.date() - timedelta(days=30), "until": site.at.date()}
    tried = try_draft(by=SYSTEM, at=site.at, text=text, **period)["trial"]
    trials.run(tried, site.at)
    for role in ("store_manager", "operator_manager", "carmaker", "network_ops"):
        yield _at("insight:overview", role)
        yield _at("insight:playbook", role, "retail")
        yield _at("insight:standard", role, "retail", "answer_in_time")
    yield _at("insight:cases", "store_manager", "retail", standard="answer_in_time")
    yield _at("insight:replayed", "adviser", site.town.runs["owner"])
    yield _at("insight:replayed", "store_manager", site.town.runs["late"])
    yield _at("insight:drafts", "network_ops")
    yield _at("insight:trial", "network_ops", tried)
    yield _at("insight:trial-cases", "network_ops", tried)


def _own(site: Site) -> Iterator[Shown]:
    """What customers see behind their links."""
    town = site.town
    token = {who: links.sign(person) for who, person in town.persons.items()}
    visit = Visit.objects.get(state="booked")
    survey = Survey.objects.filter(sent_at__isnull=False, person_id=town.persons["owner"])[0]
    for who in town.persons:
        yield _at("web:own", CUSTOMER, token[who])
    yield _at("web:own-service", CUSTOMER, token["owner"])
    yield _at("web:own-move", CUSTOMER, token["owner"], visit.id)
    yield _at("web:own-drive", CUSTOMER, token["choosing"], town.runs["choosing"])
    yield _at("voice:survey", CUSTOMER, token["owner"], survey.id)
