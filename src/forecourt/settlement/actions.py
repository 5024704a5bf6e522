"""The only writes of the ledger: fees at handover, reversals, monthly statements."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists
from django.db.models import OuterRef
from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.base.money import to_json
from forecourt.base.money import yuan
from forecourt.journal.models import Entry
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.actor import Actor
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import NETWORK_OPS
from forecourt.settlement.models import Posting
from forecourt.settlement.models import Statement
from forecourt.settlement.models import Transaction
from forecourt.settlement.plans import Component
from forecourt.settlement.plans import FeePlan
from forecourt.settlement.plans import plan_on
from forecourt.settlement.plans import plans_in
from forecourt.settlement.rules import OPERATOR
from forecourt.settlement.rules import Earner
from forecourt.settlement.rules import Leg
from forecourt.settlement.rules import legs
from forecourt.settlement.rules import reversed_legs

ZONE = ZoneInfo("Asia/Shanghai")
MOST_TRIES = 50


@cache
def fee_plans() -> tuple[FeePlan, ...]:
    """The fee plans of the methodology, read once a process."""
    return plans_in(settings.FORECOURT_METHODOLOGY / "fees")


def on_handed_over(do: Doing, entry: Entry) -> None:
    """A car was handed over: post its fees."""
    post_fee.inside(do, entry=entry)


def on_cancelled(do: Doing, entry: Entry) -> None:
    """An order was cancelled: if its fees were posted and the window is open, reverse them."""
    reverse_fee.inside(do, order=entry.about["order"], entry=entry)


@action("settlement.post_fee")
def post_fee(do: Doing, *, entry: Entry) -> Result:
    """Post what a handover earns, by the plan in force on its day; once for each order."""
    order = UUID(str(entry.about["order"]))
    if Transaction.objects.filter(order_id=order, kind="handover").exists():
        return {}
    price = yuan(str(entry.data["price"]))
    plan = plan_on(fee_plans(), _day(entry.happened_at))
    made = Transaction(
        id=new_id(do.at), kind="handover", order_id=order, entry_id=entry.id, plan=plan.plan, version=plan.version,
        price=price, happened_at=entry.happened_at, **entry.place().columns(),
    )  # fmt: skip
    handover = _earner(entry)
    lines = legs(plan, price, replace(Place(), brand=entry.brand), handover, _earners(plan, entry))
    return _post(do, made, lines)


@action("settlement.reverse_fee", roles=(NETWORK_OPS,))
def reverse_fee(do: Doing, *, order: str, entry: Entry) -> Result:
    """Take back the fees of an order with a transaction of its own, within the plan's window."""
    posted = Transaction.objects.filter(order_id=order, kind="handover", reversed_by__isnull=True).first()
    if posted is None:
        return {}
    plan = next(plan for plan in fee_plans() if (plan.plan, plan.version) == (posted.plan, posted.version))
    if (entry.happened_at - posted.happened_at).days > plan.clawback_days:
        return {}
    made = Transaction(
        id=new_id(do.at), kind="reversal", order_id=posted.order_id, entry_id=entry.id, plan=plan.plan, version=plan.version,
        price=posted.price, happened_at=entry.happened_at, reverses=posted, **posted.place().columns(),
    )  # fmt: skip
    return _post(do, made, reversed_legs(tuple(_leg(posting) for posting in posted.postings.all())))


@action("settlement.issue_statements", roles=(NETWORK_OPS,))
def issue_statements(do: Doing, *, month: str) -> Result:
    """Close a month: one statement for each operator with postings in it. A month can be closed when it is over."""
    first = date.fromisoformat(month).replace(day=1)
    if first >= _day(do.at).replace(day=1):
        text = _(
            "The month {month} is not over yet; its statement can be issued from the first day of the next."
        )
        raise Refused(Blocked("settlement.month_open", text.format(month=f"{first:%Y-%m}"), "month"))
    waiting = Posting.objects.filter(party_kind=OPERATOR, month__lte=first).unstated()
    issued = [
        _issue(do, operator, first)
        for operator in waiting.values_list("party", flat=True).distinct().order_by("party")
    ]
    return {"month": f"{first:%Y-%m}", "issued": len([one for one in issued if one])}


def close_last_month(at: datetime) -> int:
    """Issue the statements of the month before, once; how many. The key lets a month that was closed answer from store."""
    last = (_day(at).replace(day=1) - timedelta(days=1)).replace(day=1)
    closer = Actor.system("settlement.close_month")
    done = issue_statements(by=closer, at=at, key=f"settlement.close:{last:%Y-%m}", month=last.isoformat())
    return int(done["issued"])


def _issue(do: Doing, operator: str, month: date) -> Statement | None:
    """The statement of one operator: everything booked up to the month that stands on no statement yet."""
    if Statement.objects.filter(operator=operator, month=month).exists():
        return None
    waiting = Posting.objects.filter(party_kind=OPERATOR, party=operator, month__lte=month).unstated()
    # Locked first, so that the total, the count and the lines are of the same postings whatever commits meanwhile.
    lines = list(waiting.select_for_update().values_list("id", "amount"))
    total = sum((amount for _id, amount in lines), Decimal(0))
    statement = Statement.objects.create(
        id=new_id(do.at), month=month, issued_at=do.at, total=total, lines=len(lines), operator=operator
    )
    Posting.objects.filter(id__in=[posting for posting, _amount in lines]).update(statement=statement)
    journal.write(
        do, "settlement.statement_issued", stream=statement.id, place=statement.place(),
        objects={"statement": statement.id}, data={"month": f"{month:%Y-%m}", "total": to_json(total), "lines": statement.lines},
    )  # fmt: skip
    return statement


def _post(do: Doing, made: Transaction, lines: Iterable[Leg]) -> Result:
    made.save(force_insert=True)
    month = _day(do.at).replace(day=1)
    postings = [_posting(do, made, leg, month) for leg in lines]
    Posting.objects.bulk_create(postings)
    amounts = {
        f"{one.party_kind}:{one.component}": to_json(one.amount)
        for one in postings
        if one.party_kind == OPERATOR
    }
    journal.write(
        do, "settlement.posted", stream=made.id, place=made.place(),
        objects={"order": made.order_id, "transaction": made.id, "cause": made.entry_id},
        data={"transaction": str(made.id), "kind": made.kind, "plan": made.plan, "version": made.version, "amounts": amounts},
    )  # fmt: skip
    return {"transaction": str(made.id), "postings": len(postings)}


def _posting(do: Doing, made: Transaction, leg: Leg, month: date) -> Posting:
    return Posting(
        id=new_id(do.at), transaction=made, party_kind=leg.party_kind, party=leg.party, component=leg.component,
        order_id=made.order_id, amount=leg.amount, entry_id=leg.entry, month=month, **leg.place.columns(),
    )  # fmt: skip


def _leg(posting: Posting) -> Leg:
    return Leg(
        posting.party_kind,
        posting.party,
        posting.component,
        posting.amount,
        posting.place(),
        posting.entry_id,
    )


def _earners(plan: FeePlan, handover: Entry) -> dict[str, Earner]:
    """Who did each component's step, from the journal; nobody when no customer is known."""
    if handover.person_id is None:
        return {}
    order = str(handover.about["order"])
    theirs = Entry.objects.filter(person_id=handover.person_id, happened_at__lte=handover.happened_at)
    own = set(theirs.filter(about__order=order, journey__isnull=False).values_list("journey", flat=True))
    found = {component.code: _step_entry(component, handover, order, own) for component in plan.components}
    return {code: _earner(entry) for code, entry in found.items() if entry is not None}


def _step_entry(component: Component, handover: Entry, order: str, own: set[UUID]) -> Entry | None:
    """The last time the step was done in the order's own journeys, else for this customer and brand.

    What earned a fee for another order earns none again: two cars of one customer are not paid for one test drive.
    """
    paid = Posting.objects.filter(
        component=component.code, party_kind=OPERATOR, entry_id=OuterRef("id"), transaction__kind="handover",
        transaction__reversed_by__isnull=True,
    ).exclude(order_id=order)  # fmt: skip
    done = Entry.objects.filter(
        person_id=handover.person_id, kind="journeys.step_done", playbook=component.playbook, step=component.step,
        brand=handover.brand, happened_at__lte=handover.happened_at,
    ).exclude(operator="")  # fmt: skip
    last = list(done.exclude(Exists(paid)).order_by("-happened_at", "-id")[:MOST_TRIES])
    return next((entry for entry in last if entry.journey in own), last[0] if last else None)


def _earner(entry: Entry) -> Earner:
    return Earner(entry.id, entry.place(), entry.actor, entry.role)


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()
