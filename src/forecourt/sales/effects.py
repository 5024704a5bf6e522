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
        adviser=record.get("adviser", ""),
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
        quote=record.get("quote") or "", vin=record.get("vin") or "", method=record.get("method") or "",
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
        do, order=journey.subject_id, deal=_deal(journey, step), method=record.get("method") or "",
        accept_price=str(record.get("accept_price") or ""),
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
        do, order=journey.subject_id, deal=_deal(journey, step), reason=record.get("reason") or "other",
        refund=record.get("refund") or "rule",
    )  # fmt: skip
    return {"order.state": done["state"], "order.refund": done["refund"]}


@effect("sales.lose", needs=("reason",), gives=("lost.reason",))
def lose(do: Doing, journey: Journey, step: str, record: Record) -> Record:
    done = losing.lose.inside(do, deal=Deal.of(journey, step), reason=record["reason"])
    return {"lost.reason": done["reason"]}


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
