"""What the steps of the retail and order-to-handover playbooks do here. Each turns a step's record into one action."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.journeys.actions import start
from forecourt.journeys.effects import effect
from forecourt.journeys.models import Journey
from forecourt.network.models import Staff
from forecourt.platform.actions import Doing
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.sales import drives
from forecourt.sales import losing
from forecourt.sales import ordering
from forecourt.sales import placing
from forecourt.sales import quoting
from forecourt.sales import refusing
from forecourt.sales.deals import Deal
from forecourt.sales.models import Order
from forecourt.sales.refusing import SHANGHAI

Record = dict[str, Any]
HANDOVER = "order-to-handover"
# Fields that effects read beside those of the playbook, with the most characters each may have.
LONGEST = {
    "accept_price": 20, "adviser": 80, "method": 32, "quote": 36, "reason": 32, "refund": 16, "vin": 32,
}  # fmt: skip


@effect("sales.check_licence", needs=("licence",), gives=("customer.licence_checked",))
def check_licence(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    done = drives.check_licence.inside(do, deal=Deal.of(journey, step), result=record["licence"])
    return {"customer.licence_checked": done["licence_checked"]}


@effect(
    "sales.test_drive_book",
    needs=("car", "starts_at"),
    gives=("test_drive.booked", "test_drive.starts_at", "test_drive.car"),
    page="sales:test-drive",
)
def book_test_drive(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    starts_at = moment(record["starts_at"], "starts_at")
    drives.book_test_drive.inside(
        do,
        deal=Deal.of(journey, step),
        car=record["car"],
        starts_at=starts_at,
        adviser=_adviser(do, journey, record),
    )
    return {
        "test_drive.booked": True, "test_drive.starts_at": starts_at.isoformat(), "test_drive.car": record["car"],
        "test_drive.driven": False,
    }  # fmt: skip


@effect("sales.test_drive", needs=("result",), gives=("test_drive.driven",))
def test_drive(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    done = drives.record_test_drive.inside(do, deal=Deal.of(journey, step), result=record["result"])
    return {"test_drive.driven": done["driven"], "test_drive.booked": False}


@effect(
    "sales.quote",
    needs=("trim",),
    gives=("quote.id", "quote.total", "quote.configuration"),
    page="sales:quote",
)
def quote(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    options = listed(record.get("options"))
    done = quoting.make_quote.inside(do, deal=Deal.of(journey, step), trim=record["trim"], options=options)
    return {
        "quote.id": done["quote"],
        "quote.total": done["price"],
        "quote.configuration": done["configuration"],
    }


@effect(
    "sales.place_order",
    needs=("trim",),
    gives=("order.id", "order.number", "order.price"),
    page="sales:place-order",
)
def place_order(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    """Reserve, and start the order's own journey."""
    done = placing.place_order.inside(
        do, deal=Deal.of(journey, step), trim=record["trim"], options=listed(record.get("options")),
        quote=_quote(record), vin=_text(record, "vin"), method=_text(record, "method"),
        begin=partial(_start_handover, do, journey),
    )  # fmt: skip
    return {"order.id": done["order"], "order.number": done["number"], "order.price": done["price"]}


def _start_handover(do: Doing, journey: Journey, order: Order) -> UUID:
    run = start.inside(
        do, playbook=HANDOVER, subject=("order", str(order.id)), place=order.place(), person=journey.person_id,
        owner=journey.owner, facts={"order.sold_in": str(journey.id)},
    )  # fmt: skip
    return as_id(run["journey"])


@effect("sales.confirm_order", gives=("order.state", "order.lock_by_at"))
def confirm_order(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    done = ordering.confirm_order.inside(
        do, order=journey.subject_id, deal=_deal(journey, step), method=_text(record, "method"),
        accept_price=_text(record, "accept_price"),
    )  # fmt: skip
    return {"order.state": done["state"], "order.lock_by_at": done["lock_by_at"]}


@effect("sales.lock_order", gives=("order.state", "order.late"))
def lock_order(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    """The customer must know what locking means: misunderstood deposits are the trade's commonest quarrel."""
    if record.get("understood") is False:
        raise Refused(refusing.not_understood())
    done = ordering.lock_order.inside(do, order=journey.subject_id, deal=_deal(journey, step))
    return {"order.state": done["state"], "order.late": done["late"]}


@effect("sales.cancel_order", gives=("order.state", "order.refund"))
def cancel_order(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    done = ordering.cancel_order.inside(
        do, order=journey.subject_id, deal=_deal(journey, step), reason=_text(record, "reason") or "other",
        refund=_text(record, "refund") or "rule",
    )  # fmt: skip
    return {"order.state": done["state"], "order.refund": done["refund"]}


@effect("sales.lose", needs=("reason",), gives=("lost.reason",))
def lose(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    done = losing.lose.inside(do, deal=Deal.of(journey, step), reason=record["reason"])
    return {"lost.reason": done["reason"]}


def _text(record: Record, field: str) -> str:
    """A field beside those that the playbook types: a short text. Raises Invalid with the field."""
    value = record.get(field)
    if value is None:
        return ""
    given = str(value) if field == "accept_price" and type(value) in (int, float) else value
    if not isinstance(given, str) or len(given) > LONGEST[field]:
        said = _("The field {field} is a text of at most {max} characters.")
        problem = Blocked("sales.field_wrong", said.format(field=field, max=LONGEST[field]), field)
        raise Invalid(problem)
    return given.strip()


def _quote(record: Record) -> UUID | str:
    given = _text(record, "quote")
    try:
        return as_id(given) if given else ""
    except ValueError as error:
        said = _("{value} is no number of a quote. Take it from the quote itself.").format(value=given)
        raise Invalid(Blocked("sales.quote_wrong", said, "quote")) from error


def _adviser(do: Doing, journey: Journey, record: Record) -> str:
    """Who is named to accompany: somebody who works in the deal's store on the day."""
    code = _text(record, "adviser")
    with do.above():  # a customer sees no staff, but may be given an adviser
        works = Staff.objects.in_store(journey.store).working_on(do.at.astimezone(SHANGHAI).date())
        known = not code or works.filter(code=code).exists()
    if not known:
        said = _("{adviser} does not work in store {store}. Choose one of its advisers.")
        problem = Blocked("sales.adviser_wrong", said.format(adviser=code, store=journey.store), "adviser")
        raise Invalid(problem)
    return code


def _deal(journey: Journey, step: str) -> Deal:
    """The deal of a step in the order's own journey. It needs nothing of the order but its id."""
    return Deal(
        journey.place(),
        journey.person_id,
        None,
        journey.owner,
        journey.id,
        journey.playbook,
        journey.version,
        step,
    )


def listed(value: str | Sequence[str] | None) -> list[str]:
    """Options as a form or a program gives them: a list, or codes with commas or line ends between."""
    if not value:
        return []
    given = [value] if isinstance(value, str) else [str(part) for part in value]
    parts = [part for text in given for part in text.replace("\n", ",").split(",")]
    return [part.strip() for part in parts if part.strip()]


def moment(value: str | datetime, field: str) -> datetime:
    """A point in time; a form's local time is that of the store. Raises Invalid."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except ValueError as error:
        text = _("{value} is no point in time; write it like 2026-03-10T14:00+08:00.").format(
            value=str(value)[:40]
        )
        raise Invalid(Blocked("sales.time_wrong", text, field)) from error
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
