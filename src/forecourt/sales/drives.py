"""Books test drives: a free car, an open store, and a database that lets nobody book the same car or adviser twice."""

from datetime import date
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from psycopg.types.range import TimestamptzRange

from forecourt.base.ids import new_id
from forecourt.network.models import Store
from forecourt.platform.actions import Doing
from forecourt.platform.actions import action
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import CUSTOMER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.sales import refusing
from forecourt.sales.deals import Deal
from forecourt.sales.hours import open_spans
from forecourt.sales.models import TestCar
from forecourt.sales.models import TestDrive
from forecourt.sales.models.drives import ADVISER_FREE
from forecourt.sales.models.drives import BOOKED
from forecourt.sales.models.drives import CANCELLED
from forecourt.sales.models.drives import CAR_FREE
from forecourt.sales.models.drives import DRIVEN
from forecourt.sales.models.drives import NO_SHOW
from forecourt.sales.terms import terms

LICENCE = ("valid", "invalid", "not_shown")
RESULTS = {"driven": DRIVEN, "not_come": NO_SHOW}


@action("sales.add_test_car", roles=(NETWORK_OPS, STORE_MANAGER))
def add_test_car(
    do: Doing,
    *,
    code: str,
    store: str,
    brand: str,
    model: str,
    trim: str = "",
    plate: str = "",
    since_on: date | None = None,
) -> dict[str, str]:
    """Give a store a car for test drives, or describe one anew."""
    home = Store.objects.filter(code=store).first()
    if home is None:
        raise Missing(
            Blocked("sales.store_missing", _("There is no store {store} here.").format(store=store))
        )
    values = {"model": model, "trim": trim, "plate": plate, "since_on": since_on or do.at.date()}
    TestCar.objects.update_or_create(code=code, defaults=values | home.place(brand).columns())
    return {"car": code}


@action("sales.check_licence", roles=(ADVISER, STORE_MANAGER))
def check_licence(do: Doing, *, deal: Deal, result: str) -> dict[str, Any]:
    """Record what the adviser saw. Only result and time are kept, no picture and no number."""
    if result not in LICENCE:
        text = _("The result {value} of a licence check is none of {known}.")
        raise Invalid(
            Blocked("sales.licence_result", text.format(value=result, known=", ".join(LICENCE)), "licence")
        )
    about = deal.journey or deal.opportunity or new_id(do.at)
    deal.write(do, "sales.licence_checked", about=about, objects={}, data={"result": result})
    return {"licence_checked": result == "valid"}


@action("sales.book_test_drive", roles=(ADVISER, STORE_MANAGER, CUSTOMER))
def book_test_drive(
    do: Doing, *, deal: Deal, car: str, starts_at: datetime, adviser: str = ""
) -> dict[str, str]:
    """Book a car and an adviser for one drive. Refused when the store is closed then or one of both is taken.

    A drive that the same journey booked before and that has not taken place is given up for the new one.
    """
    with do.above():  # a customer sees no test cars, but may book one
        chosen = TestCar.objects.filter(code=car, store=deal.place.store, retired_on=None).first()
    if chosen is None:
        text = _("Store {store} has no test car {car}. Choose one of its cars.").format(
            store=deal.place.store, car=car
        )
        raise Missing(Blocked("sales.test_car_missing", text, "car"))
    ends_at = starts_at + terms().test_drive
    if problem := why_not_then(deal.place.store, starts_at, do.at):
        raise Refused(problem)
    companion = adviser or deal.adviser or do.by.code
    _one_at_a_time(car, companion)
    _give_up_earlier(deal)
    drive = TestDrive(
        id=new_id(do.at), car=chosen, adviser=companion, period=TimestamptzRange(starts_at, ends_at), booked_at=do.at,
        person_id=deal.person, opportunity=deal.opportunity, journey=deal.journey, **deal.place.columns(),
    )  # fmt: skip
    _keep(do, drive)
    data = {"slot": starts_at.isoformat(), "car": car, "model": chosen.model, "adviser": companion}
    deal.write(
        do, "sales.test_drive_booked", about=drive.id, objects={"test_drive": str(drive.id)}, data=data
    )
    return {"test_drive": str(drive.id), "starts_at": starts_at.isoformat(), "car": car}


def _one_at_a_time(car: str, adviser: str) -> None:
    """Let bookings of the same car or adviser wait for each other. An exclusion constraint checks after it inserted, so two
    that cross over both constraints would deadlock; taken in one order these locks keep that from happening.
    """
    with connection.cursor() as cursor:
        for name in sorted((f"sales.adviser:{adviser}", f"sales.car:{car}")):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _keep(do: Doing, drive: TestDrive) -> None:
    """Insert; of many at once the database lets one through, and says to the others which of the two was taken."""
    starts_at = drive.period.lower
    with (
        do.refusing(constraint=ADVISER_FREE, problem=refusing.adviser_taken(drive.adviser, starts_at)),
        do.refusing(constraint=CAR_FREE, problem=refusing.slot_taken(drive.car_id, starts_at)),
    ):
        drive.save(force_insert=True)


def why_not_then(store: str, starts_at: datetime, now: datetime) -> Blocked | None:
    """Why no test drive can start at that time in that store, or None."""
    if starts_at <= now:
        return refusing.slot_past(starts_at)
    ends_at = starts_at + terms().test_drive
    on = starts_at.astimezone(refusing.SHANGHAI).date()
    open_then = any(start <= starts_at and ends_at <= end for start, end in open_spans(store, on))
    return None if open_then else refusing.store_closed(store, starts_at)


def _give_up_earlier(deal: Deal) -> None:
    if deal.journey:
        TestDrive.objects.filter(journey=deal.journey, state=BOOKED).update(state=CANCELLED)


@action("sales.record_test_drive", roles=(ADVISER, STORE_MANAGER))
def record_test_drive(do: Doing, *, deal: Deal, result: str) -> dict[str, Any]:
    """What became of the booked drive. A drive without booking is recorded too: it departs from the playbook, no more."""
    if result not in RESULTS:
        text = _("The result {value} of a test drive is none of {known}.").format(
            value=result, known=", ".join(RESULTS)
        )
        raise Invalid(Blocked("sales.test_drive_result", text, "result"))
    booked = TestDrive.objects.filter(journey=deal.journey, state=BOOKED).order_by("-booked_at").first()
    if booked:
        booked.state, booked.driven_at = RESULTS[result], do.at if result == "driven" else None
        booked.save(update_fields=["state", "driven_at"])
    drive = str(booked.id) if booked else None
    data = {"result": result, "drive": drive, "car": booked.car_id if booked else None}
    about = deal.journey or (booked.id if booked else new_id(do.at))
    deal.write(
        do, "sales.test_drive_done", about=about, objects={"test_drive": drive} if drive else {}, data=data
    )
    return {"driven": result == "driven", "drive": drive}


@action("sales.cancel_test_drive", roles=(ADVISER, STORE_MANAGER, CUSTOMER))
def cancel_test_drive(do: Doing, *, test_drive: UUID | str) -> dict[str, str]:
    """Give a booked slot back."""
    drive = TestDrive.objects.select_for_update().filter(id=as_id(test_drive)).first()
    if drive is None:
        raise Missing(
            Blocked("sales.test_drive_missing", _("There is no test drive {id} here.").format(id=test_drive))
        )
    if drive.state != BOOKED:
        text = _("The test drive at {at} is {state}, so it cannot be cancelled.")
        said = text.format(at=refusing.shown(drive.starts_at), state=refusing.state_word(drive.state))
        raise Refused(Blocked("sales.test_drive_state", said))
    drive.state = CANCELLED
    drive.save(update_fields=["state"])
    deal = Deal(drive.place(), drive.person_id, drive.opportunity, drive.adviser, drive.journey)
    objects = {"test_drive": str(drive.id)}
    deal.write(do, "sales.test_drive_cancelled", about=drive.id, objects=objects, data={"car": drive.car_id})
    return {"test_drive": str(drive.id), "state": CANCELLED}
