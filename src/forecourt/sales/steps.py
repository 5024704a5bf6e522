"""Finds the run and the step that a page or route means: the one whose effect does it."""

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from forecourt.journeys import programs
from forecourt.journeys.models import Journey
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.sales.models import Order


def step_with(effect: str, journey: UUID | str | Journey) -> str:
    """The step of a run's playbook that has this effect. Raises Missing for an unknown run or a playbook without it."""
    playbook, version = _program_of(journey)
    steps = programs.of(playbook, version).playbook.step_table.values()
    found = next((step.name for step in steps if step.effect and step.effect.text == effect), None)
    if found is None:
        text = _("The playbook {playbook} {version} has no step that does {effect}.")
        said = text.format(playbook=playbook, version=version, effect=effect)
        raise Missing(Blocked("sales.no_such_step", said, "journey"))
    return found


def _program_of(journey: UUID | str | Journey) -> tuple[str, str]:
    """Playbook and version of a run."""
    if isinstance(journey, UUID):
        with connection.cursor() as cursor:
            cursor.execute("SELECT playbook, version FROM journeys_journey WHERE id = %s", [journey])
            if row := cursor.fetchone():
                return row[0], row[1]
    run = journey if isinstance(journey, Journey) else run_of(journey)
    return run.playbook, run.version


def run_of(journey: UUID | str) -> Journey:
    """A journey that the scope sees. Raises Missing."""
    try:
        found = Journey.objects.filter(id=as_id(journey)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing(
            Blocked(
                "sales.journey_missing", _("There is no journey {id} here.").format(id=journey), "journey"
            )
        )
    return found


def run_id_of(order: UUID) -> UUID | None:
    """The id of an order's own journey; None when there is none, or no such order in sight."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journey FROM sales_order WHERE id = %s", [order])
        row = cursor.fetchone()
    return row[0] if row else None


def run_of_order(order: Order) -> Journey:
    """The order's own journey. Raises Refused when it has none: the order was made outside of the playbooks."""
    if order.journey is None:
        text = _("Order {number} has no journey, so no step can be recorded. Start order-to-handover for it.")
        raise Refused(Blocked("sales.order_without_journey", text.format(number=order.number)))
    return run_of(order.journey)
