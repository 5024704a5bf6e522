"""Whose car is it? Learnt from handovers, so that a customer books their own car only and its warranty is known."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from forecourt.care.models import Car
from forecourt.care.terms import WARRANTY_KM
from forecourt.care.terms import WARRANTY_YEARS
from forecourt.exchange.vin import check_vin
from forecourt.journal.models import Entry
from forecourt.people.models import Person
from forecourt.platform.actions import Doing
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import CUSTOMER

ZONE = ZoneInfo("Asia/Shanghai")


def on_handed_over(do: Doing, entry: Entry) -> None:
    """A car has an owner from now on. An older handover that is told late changes nothing."""
    vin = str(entry.data.get("vin") or "")
    if not vin or entry.person_id is None:
        return
    if Car.objects.filter(vin=vin, since_at__gt=entry.happened_at).exists():
        return
    facts = {
        "person_id": entry.person_id, "since_at": entry.happened_at, "model": entry.data.get("model", ""),
        "trim": entry.data.get("trim", ""), "warranty_until_on": warranty_end(entry.happened_at.astimezone(ZONE).date()),
        "warranty_km": WARRANTY_KM, **entry.place().columns(),
    }  # fmt: skip
    Car.objects.update_or_create(vin=vin, defaults=facts)


def warranty_end(handed_over_on: date) -> date:
    """The last day of the warranty: the same day some years on; the 28th of February for the 29th."""
    try:
        return handed_over_on.replace(year=handed_over_on.year + WARRANTY_YEARS)
    except ValueError:
        return handed_over_on.replace(year=handed_over_on.year + WARRANTY_YEARS, day=28)


def find(vin: str) -> Car | None:
    """The car as handovers tell of it, as far as the scope sees; None for one that was handed over elsewhere."""
    return Car.objects.filter(vin=vin).first()


def cars_of(person_id: UUID) -> list[Car]:
    """A person's cars, newest first."""
    return list(Car.objects.filter(person_id=person_id).order_by("-since_at"))


def checked(text: str) -> str:
    """The VIN, cleaned. Refuses what is none."""
    found = check_vin(text)
    if found.vin is None:
        said = _("{vin} is not a vehicle identification number. Read it again, it has 17 characters.")
        raise Invalid(Blocked("care.bad_vin", said.format(vin=text[:20]), "vin"))
    return found.vin


def owner(do: Doing, vin: str, car: Car | None, person: str) -> UUID:
    """Who brings the car: a customer brings their own; staff name the person, or leave it to the handover."""
    if do.by.role == CUSTOMER:
        return _own(do, vin, car)
    if person:
        return _visible(person)
    if car is None:
        text = _("Nobody is known as the owner of {vin}. Say who brings the car.").format(vin=vin)
        raise Invalid(Blocked("care.owner_unknown", text, "person"))
    return car.person_id


def _own(do: Doing, vin: str, car: Car | None) -> UUID:
    if car is None or str(car.person_id) not in do.by.scope.ids:
        text = _("{vin} is not one of your cars. Call the store if you have taken it over from somebody.")
        raise Refused(Blocked("care.not_your_car", text.format(vin=vin), "vin"))
    return car.person_id


def _visible(person: str) -> UUID:
    try:
        found = Person.objects.filter(id=as_id(person)).values_list("id", flat=True).first()
    except ValueError:
        found = None
    if found is None:
        text = _("There is no person {id} that you may see.").format(id=str(person)[:40])
        raise Missing(Blocked("care.unknown_person", text, "person"))
    return found
