"""Fifty requests at the same moment over the real web server: one gets it, the others are told why not, none is a fault."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest

from forecourt.base.calendars import SHANGHAI
from forecourt.care.booking import book_visit
from forecourt.care.models import Visit
from forecourt.exchange.vin import make_vin
from forecourt.network import calendars
from forecourt.network.models import Store
from forecourt.platform.actor import Actor
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.models import TestDrive
from forecourt.sales.models import VehicleHold
from tests.api.calling import get
from tests.api.calling import post
from tests.fixtures import SYSTEM
from tests.fixtures import make_person
from tests.fixtures import open_network
from tests.sales.shop import TRIM
from tests.sales.shop import Shop
from tests.sales.shop import enquiry
from tests.sales.shop import open_shop

MANY = 50
Secret = Callable[[Actor], str]


@pytest.fixture
def now() -> datetime:
    """The server lives now, so the scene does."""
    calendars.forget()
    return datetime.now(UTC)


@pytest.fixture
def secret_of(token_of: Callable[[str, datetime], str], now: datetime) -> Secret:
    """A token with which a program acts as a member of the staff."""

    def make(actor: Actor) -> str:
        facts = {
            "role": actor.role,
            "level": actor.scope.level,
            "ids": list(actor.scope.ids),
            "language": "en",
        }
        User.objects.create_user(username=f"user-{actor.code}", staff=actor.code, **facts)
        return token_of(f"user-{actor.code}", now)

    return make


@pytest.fixture
def shop(server: str, now: datetime) -> Shop:
    return open_shop(now)


def first_free(server: str, secret: str, address: str, now: datetime) -> list[dict[str, Any]]:
    """The free times of the first day soon on which there are some."""
    today = now.astimezone(SHANGHAI).date()
    for days in range(1, 15):
        if found := get(server, secret, f"{address}&on={today + timedelta(days=days)}"):
            return list(found)
    raise AssertionError(f"nothing is free at {address}")


def outcomes(answers: list[tuple[int, str]]) -> Counter[tuple[int, str]]:
    """How often which status and code."""
    return Counter((status, json.loads(text).get("code", "")) for status, text in answers)


def test_fifty_requests_for_one_test_drive(
    server: str, shop: Shop, now: datetime, secret_of: Secret, in_threads: Any
) -> None:
    secret = secret_of(shop.adviser)
    slots = first_free(server, secret, f"/test-drives/slots?store={shop.store}", now)
    slot = next(one for one in slots if one["car"] == shop.cars[0])
    runs = [enquiry(shop, now) for _ in range(MANY)]

    def book(number: int) -> tuple[int, str]:
        body = {"car": slot["car"], "starts_at": slot["starts_at"]}
        return post(server, secret, "/test-drives", body | {"journey": runs[number]})

    assert outcomes(in_threads(MANY, book)) == {(201, ""): 1, (409, "sales.slot_taken"): MANY - 1}
    with reading(SYSTEM.scope):
        assert TestDrive.objects.count() == 1


def test_fifty_orders_naming_one_car(
    server: str, shop: Shop, now: datetime, secret_of: Secret, in_threads: Any
) -> None:
    secret, vin = secret_of(shop.adviser), make_vin("LSZ", "ATM9E", 7)
    runs = [enquiry(shop, now) for _ in range(MANY)]

    def order(number: int) -> tuple[int, str]:
        return post(server, secret, "/orders", {"journey": runs[number], "trim": TRIM, "vin": vin})

    assert outcomes(in_threads(MANY, order)) == {(201, ""): 1, (409, "sales.car_taken"): MANY - 1}
    with reading(SYSTEM.scope):
        assert (Order.objects.count(), VehicleHold.objects.get().vin) == (1, vin)
        assert Payment.objects.count() == 1


def test_fifty_visits_for_the_last_bay(
    server: str, now: datetime, secret_of: Secret, in_threads: Any
) -> None:
    net = open_network(now)
    person = make_person(now, net.place)
    secret = secret_of(net.staff("service_adviser"))
    time = first_free(server, secret, f"/visits/slots?store={net.home}", now)[0]["starts_at"]
    with reading(SYSTEM.scope):
        bays = Store.objects.get(code=net.home).service_bays

    def facts(number: int) -> dict[str, str]:
        vin = make_vin("LZ9", "DEMS1", number)
        return {"store": net.home, "vin": vin, "person": str(person), "starts_at": time}

    for number in range(bays - 1):
        book_visit(by=SYSTEM, at=now, **facts(number))
    answers = in_threads(MANY, lambda number: post(server, secret, "/visits", facts(100 + number)))
    assert outcomes(answers) == {(200, ""): 1, (409, "care.bay_taken"): MANY - 1}
    with reading(SYSTEM.scope):
        assert sorted(Visit.objects.values_list("bay", flat=True)) == list(range(1, bays + 1))
