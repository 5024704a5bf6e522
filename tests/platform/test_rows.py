"""Rows read below the ORM are what the ORM would give, and row-level security stands before them."""

from datetime import UTC
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from psycopg import DataError

from forecourt.network.models import Store
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Scope
from forecourt.platform.models import Setting
from forecourt.platform.postgresql.base import InUtc
from forecourt.platform.rows import Rows
from forecourt.platform.scope import reading
from forecourt.sales.models import TestCar
from tests.fixtures import Three


def values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_they_are_what_the_orm_gives(network_of_three: Three) -> None:
    with reading(NETWORK_SCOPE):
        ours, theirs = Rows(Store, "ORDER BY code").all(), list(Store.objects.order_by("code"))
    assert [values(row) for row in ours] == [values(row) for row in theirs]
    assert len(ours) > 1


def test_json_is_read(db: None) -> None:
    Setting.objects.create(name="sample", value={"of": ["all", 3, None]})
    found = Rows(Setting, "WHERE name = %s").one("sample")
    assert found is not None and found.value == {"of": ["all", 3, None]}
    assert Rows(Setting, "WHERE name = %s").one("other") is None


def test_a_row_out_of_sight_is_not_there(network_of_three: Three) -> None:
    net = network_of_three
    with reading(NETWORK_SCOPE):
        TestCar.objects.create(code="t-1", model="aito-m9", since_on=net.at.date(), **net.place.columns())
    cars = Rows(TestCar, "WHERE code = %s")
    with reading(Scope("store", (net.home,))):
        assert cars.one("t-1") is not None
    with reading(Scope("store", (net.other,))):
        assert cars.one("t-1") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001 - made aware below
def test_times_come_back_as_they_were(db: None, at: datetime) -> None:
    moment = at.replace(tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [moment])
        (found,) = cursor.fetchone()
    assert (found, found.tzinfo) == (moment, UTC)


def test_what_python_cannot_read_is_refused_as_before() -> None:
    for text in (b"infinity", b"0044-03-15 12:00:00+00 BC"):
        with pytest.raises(DataError):
            InUtc(0).load(text)
