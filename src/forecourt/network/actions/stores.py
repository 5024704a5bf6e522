"""Opening and closing stores, and the days on which one keeps other hours."""

from collections.abc import Sequence
from datetime import date
from datetime import time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from forecourt.base.ids import code as make_code
from forecourt.network import calendars
from forecourt.network.hours import hours_of_format
from forecourt.network.methodology import read_yaml
from forecourt.network.models import Brand
from forecourt.network.models import City
from forecourt.network.models import Franchise
from forecourt.network.models import Operator
from forecourt.network.models import SpecialDay
from forecourt.network.models import Store
from forecourt.network.models import StoreHours
from forecourt.network.queries import store_of
from forecourt.network.records import record
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER


@action("network.open_store", roles=(NETWORK_OPS,))
def open_store(
    do: Doing,
    *,
    city: str,
    format: str,
    operator: str,
    name_zh: str,
    name_en: str,
    lat: float,
    lon: float,
    opened_on: date,
    brands: Sequence[str],
    grade: str = "C",
    code: str = "",
    datum: str = "WGS84",
) -> Result:
    """Open a store of a format of the methodology for the brands: one brand makes it exclusive where the format says so."""
    form = _form(format, grade)
    home = _known(City, city, "city")
    _known(Operator, operator, "operator")
    known = [_known(Brand, brand, "brands") for brand in brands]
    exclusive = _exclusive(form, format, known)
    store = Store(
        code=code or _next_code(city),
        name_zh=name_zh,
        name_en=name_en,
        format=format,
        grade=grade,
        channel="exclusive" if exclusive else "direct" if operator == "op-000" else "agency",
        operator_id=operator,
        region_id=home.region_id,
        city_id=city,
        brand=exclusive,
        lat=lat,
        lon=lon,
        datum=datum,
        opened_on=opened_on,
        test_cars=form["test_cars"],
        **_bays(form, grade),
    )
    taken = Blocked(
        "network.code_taken",
        _("The code {code} belongs to another store; codes are never used again.").format(code=store.code),
    )
    with do.refusing(constraint="network_store_pkey", problem=taken):
        store.save(force_insert=True)
    _equip(store, form["does"], known)
    record(
        do,
        "store_opened",
        "store",
        store.code,
        store.place(),
        format=format,
        operator=operator,
        opened_on=str(opened_on),
    )
    return {"store": store.code}


def _form(format: str, grade: str) -> dict[str, Any]:
    """What the methodology says of a format; its bays by grade under `grades_of`."""
    network = read_yaml(settings.FORECOURT_METHODOLOGY, "network.yaml")
    known = network["formats"]
    if format not in known:
        text = _("There is no store format {format}; the methodology knows {known}.")
        raise Invalid(
            Blocked("network.format_unknown", text.format(format=format, known=", ".join(known)), "format")
        )
    if grade not in network["grades"]:
        text = _("There is no grade {grade}; the methodology knows {known}.")
        raise Invalid(
            Blocked(
                "network.grade_unknown", text.format(grade=grade, known=", ".join(network["grades"])), "grade"
            )
        )
    return {**known[format], "by_grade": network["grades"]}


def _bays(form: dict[str, Any], grade: str) -> dict[str, int]:
    return {name: int(form.get(name, count)) for name, count in form["by_grade"][grade].items()}


def _exclusive(form: dict[str, Any], format: str, brands: list[Any]) -> Brand | None:
    """The one brand of an exclusive format."""
    if not brands:
        raise Invalid(Blocked("network.no_brand", _("A store sells at least one brand. Name it."), "brands"))
    if form["brands"] != "one":
        return None
    if len(brands) > 1:
        text = _("A store of the format {format} has one brand, not {count}.")
        raise Invalid(Blocked("network.one_brand", text.format(format=format, count=len(brands)), "brands"))
    only: Brand = brands[0]
    return only


def _known(table: Any, code: str, field: str) -> Any:
    found = table.objects.filter(code=code).first()
    if found is None:
        text = _("There is no {what} {code} in the network.")
        raise Invalid(Blocked("network.code_unknown", text.format(what=field, code=code), field))
    return found


def _next_code(city: str) -> str:
    codes = Store.objects.filter(city=city).values_list("code", flat=True)
    numbers = [int(code.rpartition("-")[2]) for code in codes if code.rpartition("-")[2].isdigit()]
    return make_code(city, max(numbers, default=0) + 1)


def _equip(store: Store, works: Sequence[str], brands: list[Any]) -> None:
    """What it may do for whom, and when it is open."""
    since = store.opened_on
    Franchise.objects.bulk_create(
        Franchise(store=store, brand=brand, work=work, valid_from=max(since, brand.joined_on))
        for brand in brands
        for work in works
    )
    rows = hours_of_format(settings.FORECOURT_METHODOLOGY, store.code, store.format)
    StoreHours.objects.bulk_create(rows)


@action("network.close_store", roles=(NETWORK_OPS,))
def close_store(do: Doing, *, store: str, closed_on: date, reason: str = "") -> Result:
    """The store's last day is the day before `closed_on`."""
    found = store_of(store)
    if found.closed_on or closed_on <= found.opened_on:
        text = _("Store {store} cannot close on {on}: it opened on {opened}, closed on {closed}.")
        raise Refused(
            Blocked(
                "network.store_closing",
                text.format(store=store, on=closed_on, opened=found.opened_on, closed=found.closed_on or "-"),
                "closed_on",
            )
        )
    found.closed_on = closed_on
    found.save(update_fields=["closed_on"])
    record(do, "store_closed", "store", store, found.place(), closed_on=str(closed_on), reason=reason)
    return {"store": store}


@action("network.set_special_day", roles=(NETWORK_OPS, STORE_MANAGER))
def set_special_day(
    do: Doing,
    *,
    store: str,
    on: date,
    calendar: str = "store hours",
    opens: time | None = None,
    closes: time | None = None,
) -> Result:
    """Other hours on one day; without hours the store is closed. A manager may say so of their own store."""
    if do.by.scope.level == "store" and store not in do.by.scope.ids:
        text = _("Store {store} is not yours.")
        raise Forbidden(Blocked("network.other_store", text.format(store=store), "store"))
    if (opens is None) != (closes is None) or (opens and closes and closes <= opens):
        raise Invalid(
            Blocked(
                "network.hours", _("Give both opening and closing, the later one last, or neither."), "opens"
            )
        )
    with do.above():
        found = store_of(store)
        SpecialDay.objects.update_or_create(
            store=found, calendar=calendar, on=on, defaults={"opens": opens, "closes": closes}
        )
    calendars.forget(store)
    record(
        do,
        "special_day_set",
        "store",
        store,
        found.place(),
        on=str(on),
        calendar=calendar,
        open=opens is not None,
    )
    return {"store": store, "on": on.isoformat()}
