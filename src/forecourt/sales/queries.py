"""Questions asked of sales: orders by state, of a person, of a store; the launch curve; free slots; the catalogue."""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count
from django.db.models import Q
from django.db.models import Sum
from django.db.models.functions import Trunc
from django.utils.translation import gettext as _

from forecourt.network.models import Trim
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.rows import Rows
from forecourt.platform.scope import widened
from forecourt.sales.hours import open_spans
from forecourt.sales.hours import starts_of
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.models import Price
from forecourt.sales.models import TestCar
from forecourt.sales.models import TestDrive
from forecourt.sales.models.orders import STATES
from forecourt.sales.models.orders import OrderQuerySet
from forecourt.sales.models.payments import PAID
from forecourt.sales.refusing import SHANGHAI
from forecourt.sales.terms import terms

GRAINS = ("minute", "hour", "day")


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch in which a car may be driven, and whether it is free."""

    car: str
    starts_at: datetime
    ends_at: datetime
    free: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """A trim of the catalogue with its price of the day."""

    trim: Trim
    price: Price


# What an order's own page and route ask with every step of it, so below the ORM.
_ORDER = Rows(Order, "WHERE id = %s")
_ORDER_SOLD_IN = Rows(Order, "WHERE sold_in = %s ORDER BY placed_at DESC, id DESC")
_PAYMENTS = Rows(Payment, "WHERE order_id = %s ORDER BY started_at, id")


def order(number: UUID | str) -> Order:
    """The order of that id. Raises Missing when it is not there or out of sight."""
    try:
        found = _ORDER.one(as_id(number))
    except ValueError:
        found = None
    if found is None:
        text = _("There is no order {order} that you may see.").format(order=str(number)[:64])
        raise Missing(Blocked("sales.order_missing", text, "order"))
    return found


def order_sold_in(journey: UUID) -> Order:
    """The order with which a retail journey ended. Raises Missing when there is none in sight."""
    found = _ORDER_SOLD_IN.one(journey)
    if found is None:
        text = _("The journey {journey} has no order that you may see.").format(journey=journey)
        raise Missing(Blocked("sales.order_missing", text, "journey"))
    return found


def payments_of(order: UUID) -> list[Payment]:
    """An order's payments, oldest first."""
    return _PAYMENTS.all(order)


def orders_of_person(person_id: UUID) -> list[Order]:
    """A person's orders, newest first."""
    return list(Order.objects.of_person(person_id))


def orders_of_store(store: str) -> list[Order]:
    """A store's orders, newest first."""
    return list(Order.objects.of_store(store))


def orders_by_state(*, store: str = "", brand: str = "") -> dict[str, int]:
    """How many orders are reserved, firm, locked, cancelled: four numbers that are never added up."""
    rows = Order.objects.filter(
        **{name: value for name, value in (("store", store), ("brand", brand)) if value}
    )
    counted = dict(rows.values_list("state").annotate(Count("id")))
    return {state: counted.get(state, 0) for state in STATES}


def orders(*, state: str = "", model: str = "", person: UUID | str = "", store: str = "") -> OrderQuerySet:
    """Orders that fit, for a page of them."""
    wanted = {"state": state, "model": model, "person_id": person, "store": store}
    return Order.objects.filter(**{name: value for name, value in wanted.items() if value})


def launch_curve(
    from_at: datetime, to_at: datetime, *, model: str = "", brand: str = "", grain: str = "hour"
) -> list[tuple[datetime, int, int, int]]:
    """Orders as they came in: (moment, reserved, made firm, locked) for each minute, hour or day that had any.

    Each is counted at its own time, so that refundable and firm numbers stay apart.
    """
    if grain not in GRAINS:
        raise ValueError(f"A launch curve has one of the grains {', '.join(GRAINS)}, not {grain!r}.")
    found: dict[datetime, list[int]] = defaultdict(lambda: [0, 0, 0])
    for column, name in enumerate(("placed_at", "confirmed_at", "locked_at")):
        for at, count in _per(name, from_at, to_at, {"model": model, "brand": brand}, grain):
            found[at][column] = count
    return [(at, *counts) for at, counts in sorted(found.items())]  # type: ignore[misc]


def _per(
    name: str, from_at: datetime, to_at: datetime, only: dict[str, str], grain: str
) -> Iterable[tuple[datetime, int]]:
    rows = Order.objects.filter(**{f"{name}__gte": from_at, f"{name}__lt": to_at})
    rows = rows.filter(**{key: value for key, value in only.items() if value})
    return (
        rows.annotate(moment=Trunc(name, grain, tzinfo=SHANGHAI)).values_list("moment").annotate(Count("id"))
    )


def deposits(orders: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What lies with us for each of the orders, in yuan."""
    rows = Payment.objects.filter(order__in=list(orders), state=PAID).values_list("order")
    return dict(rows.annotate(Sum("amount")))


def test_cars(store: str, model: str = "") -> list[TestCar]:
    """The cars that a store has for test drives, of one model or all."""
    rows = TestCar.objects.filter(store=store, retired_on=None)
    return list((rows.filter(model=model) if model else rows).order_by("model", "code"))


def slots(store: str, on: date, now: datetime, *, model: str = "", adviser: str = "") -> list[Slot]:
    """Every slot of a day in a store: cars in order, each with its slots in order; `adviser` makes theirs taken too."""
    cars = test_cars(store, model)
    starts = starts_of(open_spans(store, on))
    if not cars or not starts:
        return []
    length = terms().test_drive
    busy = _busy([car.code for car in cars], adviser, starts[0], starts[-1] + length)
    return [
        Slot(
            car.code,
            start,
            start + length,
            start > now and not _taken(busy, car.code, adviser, start, start + length),
        )
        for car in cars
        for start in starts
    ]


def free_slots(store: str, on: date, now: datetime, *, model: str = "", adviser: str = "") -> list[Slot]:
    """The slots of a day that may still be booked."""
    return [slot for slot in slots(store, on, now, model=model, adviser=adviser) if slot.free]


def slots_shown_to(actor: Actor, store: str, on: date, now: datetime, *, model: str = "") -> list[Slot]:
    """Free slots for somebody who may not see the store's cars and drives, such as a customer: times and car codes only."""
    with widened(NETWORK_SCOPE, actor.scope):
        return free_slots(store, on, now, model=model)


Busy = list[tuple[str, str, datetime, datetime]]


def _busy(cars: list[str], adviser: str, from_at: datetime, to_at: datetime) -> Busy:
    rows = TestDrive.objects.taken().overlapping(from_at, to_at)
    rows = rows.filter(Q(car__in=cars) | Q(adviser=adviser)) if adviser else rows.filter(car__in=cars)
    return [(drive.car_id, drive.adviser, drive.starts_at, drive.ends_at) for drive in rows]


def _taken(busy: Busy, car: str, adviser: str, from_at: datetime, to_at: datetime) -> bool:
    return any(
        (one == car or (adviser and who == adviser)) and start < to_at and from_at < end
        for one, who, start, end in busy
    )


def catalogue(on: date, *, brand: str = "", model: str = "") -> list[Offered]:
    """The trims that have a price on a day, with it, cheapest first within a model."""
    rows = Price.objects.holding_on(on)
    rows = rows.filter(**{name: value for name, value in (("brand", brand), ("model", model)) if value})
    prices = list(rows.order_by("brand", "model", "amount"))
    trims = Trim.objects.select_related("model").in_bulk([price.trim for price in prices])
    return [Offered(trims[price.trim], price) for price in prices if price.trim in trims]


def price_history(model: str) -> list[Price]:
    """All rows of a model's price list, oldest first."""
    return list(Price.objects.filter(model=model).order_by("valid_from", "trim"))


def lapsing_soon(now: datetime, within: timedelta = timedelta(hours=24)) -> list[Order]:
    """Firm orders whose lock window ends soon, the most urgent first."""
    rows = Order.objects.filter(state="firm", lapsed_at=None, lock_by_at__lte=now + within)
    return list(rows.order_by("lock_by_at"))


def mix(model: str, from_at: datetime, to_at: datetime) -> list[tuple[str, int]]:
    """Which configurations of a model are ordered, the most frequent first."""
    rows = Order.objects.filter(model=model, placed_at__gte=from_at, placed_at__lt=to_at)
    return Counter(rows.values_list("configuration", flat=True)).most_common()
