"""Cases: what a playbook about a `case` begins with, who may begin one, and in which stores."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from forecourt.base.ids import is_code
from forecourt.journeys import programs
from forecourt.journeys import rules
from forecourt.journeys.programs import Known
from forecourt.network.models import Franchise
from forecourt.network.models import Store
from forecourt.network.models.named import holds_on
from forecourt.network.models.stores import StoreQuerySet
from forecourt.network.queries import able
from forecourt.platform.actor import Actor
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.playbook.records import Step

CASE = "case"
MOST_WORDS = 200


def first_step(known: Known) -> Step:
    """The step that a run of the playbook begins with."""
    offers = known.offers(known.program.start).values()
    return next((offer.step for offer in offers if not offer.optional), known.program.steps[0])


def refusal(known: Known, actor: Actor) -> Blocked | None:
    """Why the actor may not begin a run of the playbook; None when they may.

    Whoever may do the first step may begin. Its certificates are not asked for: a customer who complains is written down by
    whoever hears it, and the step itself waits for somebody who holds them.
    """
    step = first_step(known)
    return rules.admit(known, step, actor, lambda: [name.text for name in step.holds]).problem


def stores_in_sight(actor: Actor, on: date) -> StoreQuerySet:
    """The stores of the actor's scope that are not closed, by code."""
    standing = Store.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on)).order_by("code")
    level, ids = actor.scope.level, list(actor.scope.ids)
    if level == "network":
        return standing
    if level == "brand":
        given = Franchise.objects.filter(holds_on(on), brand__in=ids)
        return standing.filter(code__in=given.values("store"))
    columns = {"operator": "operator__in", "region": "region__in", "store": "code__in"}
    return standing.filter(**{columns[level]: ids}) if level in columns else standing.none()


def place_for(actor: Actor, store: str, on: date) -> Place:
    """Where a case lies that the actor begins in a store. Raises Missing when the store is out of their sight.

    A carmaker's case lies with its own brand, so that the carmaker sees it; others begin cases of the store as a whole.
    """
    found = stores_in_sight(actor, on).filter(code=store).first() if is_code(store) else None
    if found is None:
        text = _("There is no store {store} in which you may begin a case. Choose one of yours.")
        raise Missing(Blocked("journeys.case_store", text.format(store=store[:40]), "store"))
    return found.place(_brand(actor, found, on))


def _brand(actor: Actor, store: Store, on: date) -> str:
    if actor.scope.level != "brand":
        return ""
    given = Franchise.objects.filter(holds_on(on), store=store, brand__in=actor.scope.ids)
    return given.order_by("brand").values_list("brand", flat=True).first() or ""


def carriers(known: Known, store: str, on: date, brand: str = "") -> list[tuple[str, str, str]]:
    """Who of the store may carry a case: code, name and role of those who can do its first step."""
    step = first_step(known)
    holds = [name.text for name in step.holds]
    people = [one for role in step.roles for one in able(store, role.text, on, holds, brand)]
    return [(one.code, one.name, one.role) for one in people]


def latest(playbook: str) -> Known | None:
    """The latest version of a playbook about cases as a program; None when the playbook is about something else."""
    row = programs.PlaybookVersion.objects.filter(playbook=playbook).latest_first().first()
    return programs.of(row.playbook, row.version) if row is not None and row.about == CASE else None
