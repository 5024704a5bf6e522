"""Stores open, close, keep hours and may do dated work for dated brands."""

from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from forecourt.base.calendars import CalendarUnknown
from forecourt.base.durations import parse_duration
from forecourt.network.actions import close_store
from forecourt.network.actions import open_store
from forecourt.network.actions import set_special_day
from forecourt.network.calendars import office_calendar
from forecourt.network.calendars import store_calendar
from forecourt.network.models import Store
from forecourt.network.queries import brands_of
from forecourt.network.queries import nearest
from forecourt.network.queries import place_of
from forecourt.network.queries import store_of
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from tests.network.conftest import AT
from tests.network.conftest import manager_of

HERE = ZoneInfo("Asia/Shanghai")
NEW = {
    "city": "sh",
    "format": "exclusive_centre",
    "operator": "op-001",
    "name_zh": "上海临港尚界用户中心",
    "name_en": "Shanghai Lingang Shangjie user centre",
    "lat": 30.9,
    "lon": 121.9,
    "opened_on": date(2026, 4, 1),
    "brands": ["shangjie"],
    "grade": "B",
}


def at_hour(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=HERE)


def test_a_new_store_sells_from_its_day_on(sample: dict, ops: Actor):
    code = open_store(by=ops, at=AT, **NEW)["store"]
    with reading(NETWORK_SCOPE):
        assert code not in set(Store.objects.open_on(date(2026, 3, 31)).values_list("code", flat=True))
        assert code in set(Store.objects.selling("shangjie", date(2026, 4, 1)).values_list("code", flat=True))
        assert brands_of(code, date(2026, 4, 1)) == ["shangjie"]
        made = store_of(code)
        assert (made.channel, made.brand_id, made.delivery_bays) == ("exclusive", "shangjie", 8)
        assert made.place().brand == "shangjie"
        assert store_calendar(code).is_open(at_hour(10, 9))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": "garage"}, "network.format_unknown"),
        ({"grade": "Z"}, "network.grade_unknown"),
        ({"brands": ["aito", "luxeed"]}, "network.one_brand"),
        ({"brands": []}, "network.no_brand"),
        ({"city": "atlantis"}, "network.code_unknown"),
    ],
)
def test_a_store_that_the_methodology_does_not_know_is_invalid(
    sample: dict, ops: Actor, change: dict, code: str
):
    with pytest.raises(Invalid) as refused:
        open_store(by=ops, at=AT, **(NEW | change))
    assert refused.value.code == code


def test_a_code_is_never_used_again(sample: dict, ops: Actor):
    with pytest.raises(Refused, match="never used again"):
        open_store(by=ops, at=AT, code="sh-001", **NEW)


def test_a_closed_store_is_out_of_business_from_that_day(sample: dict, ops: Actor):
    close_store(by=ops, at=AT, store="sh-001", closed_on=date(2026, 4, 1))
    with reading(NETWORK_SCOPE):
        assert Store.objects.open_on(date(2026, 3, 31)).filter(code="sh-001").exists()
        assert not Store.objects.open_on(date(2026, 4, 1)).filter(code="sh-001").exists()
    with pytest.raises(Refused, match="cannot close"):
        close_store(by=ops, at=AT, store="sh-001", closed_on=date(2026, 5, 1))


def test_a_mall_store_neither_delivers_nor_services(sample: dict):
    with reading(NETWORK_SCOPE):
        able = Store.objects.delivering("aito", AT.date())
        assert able.exists()
        assert not able.filter(format="experience_centre").exists()


def test_nearest_first_with_a_fixed_order_of_equals(sample: dict):
    with reading(NETWORK_SCOPE):
        home = store_of("sh-001")
        found = nearest(Store.objects.all(), home.lat, home.lon, limit=9)
    assert found[0].store.code == "sh-001"
    assert [near.km for near in found] == sorted(near.km for near in found)


def test_a_row_takes_its_place_from_the_store_and_its_brand_from_the_car(sample: dict):
    with reading(NETWORK_SCOPE):
        place = place_of("sh-001", "luxeed")
    assert (place.store, place.brand, place.region) == ("sh-001", "luxeed", "east")
    with reading(NETWORK_SCOPE), pytest.raises(Missing, match="xx-001"):
        place_of("xx-001")


def test_fifteen_minutes_of_store_hours_wait_for_the_morning(sample: dict):
    with reading(NETWORK_SCOPE):
        due = store_calendar("sh-001").add(at_hour(10, 19, 55), parse_duration("15 min of store hours"))
    assert due.astimezone(HERE) == at_hour(11, 9, 10)


def test_the_workshop_keeps_its_own_hours_and_a_mall_store_has_none(sample: dict):
    with reading(NETWORK_SCOPE):
        mall = Store.objects.filter(format="experience_centre").first().code
        assert not store_calendar("sh-001", "workshop hours").is_open(at_hour(10, 19))
        assert store_calendar("sh-001").is_open(at_hour(10, 19))
        assert store_calendar(mall, "workshop hours").is_open(at_hour(10, 21))


def test_stores_close_on_the_first_day_of_spring_festival(sample: dict):
    with reading(NETWORK_SCOPE):
        assert store_calendar("sh-001").open_time(date(2026, 2, 15)) == timedelta()
        assert store_calendar("sh-001").open_time(date(2026, 2, 21)) == timedelta(hours=11)


def test_a_manager_closes_the_own_store_for_a_day_and_the_calendar_follows(sample: dict):
    with reading(NETWORK_SCOPE):
        assert store_calendar("sh-001").is_open(at_hour(12, 12))
    set_special_day(by=manager_of("sh-001"), at=AT, store="sh-001", on=date(2026, 3, 12))
    with reading(NETWORK_SCOPE):
        assert not store_calendar("sh-001").is_open(at_hour(12, 12))
    with pytest.raises(Forbidden):
        set_special_day(by=manager_of("sh-002"), at=AT, store="sh-001", on=date(2026, 3, 12))
    with pytest.raises(Invalid, match="opening and closing"):
        set_special_day(by=manager_of("sh-001"), at=AT, store="sh-001", on=date(2026, 3, 12), opens=time(9))


def test_the_office_works_on_make_up_days_and_knows_nothing_of_2027():
    office = office_calendar()
    assert office.is_open(datetime(2026, 2, 14, 2, 0, tzinfo=UTC))
    assert not office.is_open(datetime(2026, 2, 17, 2, 0, tzinfo=UTC))
    with pytest.raises(CalendarUnknown, match="2027"):
        office.is_open(datetime(2027, 1, 5, 2, 0, tzinfo=UTC))
