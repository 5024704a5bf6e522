"""The queue, a place in it, and the stock, as people see them; and the same by the API."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from forecourt import journal
from forecourt.platform.actor import Actor
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from forecourt.supply import queries
from forecourt.supply import refusing
from forecourt.supply.models import Vehicle
from tests.supply.yard import SYSTEM
from tests.supply.yard import TRIM
from tests.supply.yard import Yard
from tests.supply.yard import vin


def browser(actor: Actor, language: str = "en") -> Client:
    """Signed in as the actor."""
    user = User.objects.filter(staff=actor.code).first() or User.objects.create(
        username=f"u-{actor.code}",
        staff=actor.code,
        role=actor.role,
        level=actor.scope.level,
        ids=list(actor.scope.ids),
        language=language,
    )
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


@pytest.fixture
def three(yard: Yard) -> list[UUID]:
    """Three orders that wait."""
    return [yard.lock(minutes=number) for number in range(3)]


def test_the_queue_page_shows_what_one_may_see(yard: Yard, three: list[UUID]) -> None:
    said = browser(yard.specialist).get("/queue/").content.decode()
    assert "3" in said
    assert "/queue/line/?model=aito-m9" in said
    assert "No order waits" in browser(yard.stranger).get("/queue/").content.decode()


def test_a_line_is_drawn_with_ones_own_orders_in_it(yard: Yard, three: list[UUID]) -> None:
    query = f"/queue/line/?model=aito-m9&configuration={TRIM}&city={yard.city}"
    own = browser(yard.specialist).get(query).content.decode()
    assert all(f"/queue/{order}/" in own for order in three)
    assert own.count('<li class="own') == 3
    other = browser(yard.stranger).get(query).content.decode()
    assert not any(str(order) in other for order in three)
    assert other.count("<li class=") == 3, "the length of a queue is no secret, whose orders they are is"


def test_a_place_shows_number_promise_and_story(yard: Yard, three: list[UUID]) -> None:
    yard.receive(1)
    said = browser(yard.specialist).get(f"/queue/{three[1]}/").content.decode()
    assert "An order ahead was given its car." in said
    assert "from place 2 to place 1" in said
    assert "Standard promise" in said
    assert '<span class="supply-number">1</span>' in said


def test_a_place_of_others_is_not_there(yard: Yard, three: list[UUID]) -> None:
    assert browser(yard.stranger).get(f"/queue/{three[0]}/").status_code == 404


def test_names_are_masked_for_those_who_do_not_meet_the_customer(yard: Yard, three: list[UUID]) -> None:
    assert "王小明" in browser(yard.specialist).get(f"/queue/{three[0]}/").content.decode()
    assert "王小明" not in browser(yard.maker).get(f"/queue/{three[0]}/").content.decode()


def test_a_car_is_refused_and_the_next_is_asked(yard: Yard, three: list[UUID]) -> None:
    yard.receive(1)
    client = browser(yard.specialist)
    assert client.post(f"/queue/{three[0]}/refuse/", {"reason": "damage"}).status_code == 302
    journal.drain(yard.at)
    said = client.get(f"/queue/{three[1]}/").content.decode()
    assert "A car is offered" in said
    with reading(SYSTEM.scope):
        offer = queries.standing_of(three[1], SYSTEM, yard.at).offer
    client.post(f"/queue/offers/{offer.id}/", {"accepts": "yes"})  # type: ignore[union-attr]
    assert vin(1) in client.get(f"/queue/{three[1]}/").content.decode()


def test_a_list_of_cars_is_answered_line_by_line(yard: Yard) -> None:
    client = browser(yard.maker)
    text = f"vin,trim,city\n{vin(1)},{TRIM},{yard.city}\nWRNG,{TRIM},{yard.city}\n{vin(2)},luxeed-r7-2024-bev-667km-max,{yard.city}\n"
    said = client.post("/vehicles/", {"text": text}).content.decode()
    assert "A VIN has 17 characters" in said
    assert "belongs to a brand that you do not act for" in said
    with reading(SYSTEM.scope):
        assert list(Vehicle.objects.values_list("vin", flat=True)) == [vin(1)]
    assert "Known already" in client.post("/vehicles/", {"text": text}).content.decode()
    assert browser(yard.specialist).post("/vehicles/", {"text": text}).status_code == 200
    with reading(SYSTEM.scope):
        assert Vehicle.objects.count() == 1


def test_a_list_without_columns_is_refused(yard: Yard) -> None:
    answer = browser(yard.maker).post("/vehicles/", {"text": "a,b\n1,2\n"})
    assert answer.status_code == 422
    assert "lacks the columns vin, trim" in answer.content.decode()


def test_the_pages_speak_chinese(yard: Yard, three: list[UUID]) -> None:
    with translation.override("zh-hans"):
        said = browser(yard.specialist, "zh-hans").get(f"/queue/{three[0]}/").content.decode()
    assert "排队位置" in said
    assert "What moved it" not in said


def test_the_api_says_the_same(yard: Yard, three: list[UUID]) -> None:
    client = browser(yard.specialist)
    found = client.get(f"/api/v1/queue/{three[2]}").json()
    assert (found["number"], found["length"], found["promise"]["rule"]) == (3, 3, "promise.standard")
    (line,) = client.get("/api/v1/queue?model=aito-m9").json()
    assert (line["length"], line["own"]) == (3, 3)
    assert browser(yard.stranger).get(f"/api/v1/queue/{three[2]}").status_code == 404
    assert browser(yard.stranger).get("/api/v1/queue").json() == []


def test_a_list_by_the_api_is_repeatable(yard: Yard) -> None:
    client, body = browser(yard.maker), {"csv": f"vin,trim,city\n{vin(1)},{TRIM},{yard.city}\n"}
    for _again in range(2):
        answer = client.post(
            "/api/v1/vehicles", body, content_type="application/json", headers={"Idempotency-Key": "k1"}
        )
        assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    answer = client.post("/api/v1/vehicles", body, content_type="application/json")
    assert answer.json()["known"] == 1
    assert client.get("/api/v1/vehicles").json()["items"][0]["vin"] == vin(1)


def test_a_carmaker_sees_no_car_of_another_brand(yard: Yard) -> None:
    yard.receive(1)
    other = Actor("chery", "carmaker", yard.maker.scope.__class__("brand", ("luxeed",)))
    assert browser(other).get("/api/v1/vehicles").json()["items"] == []
    assert len(browser(yard.maker).get("/api/v1/vehicles").json()["items"]) == 1


def test_delay_is_counted_from_the_promise(yard: Yard, three: list[UUID]) -> None:
    from datetime import timedelta

    later = yard.at + timedelta(weeks=6, days=3)
    with reading(yard.specialist.scope):
        delay = queries.standing_of(three[0], yard.specialist, later).delay
        owed = queries.compensations(later.date())
    assert (delay.days, str(delay.amount)) == (3, "600.00")
    assert [str(delay.amount) for _place, delay in owed] == ["600.00"] * 3
    with reading(yard.stranger.scope):
        assert queries.compensations(later.date()) == []


def test_arrivals_give_an_estimate(yard: Yard, three: list[UUID]) -> None:
    yard.lock(minutes=-5), yard.lock(minutes=-4), yard.lock(minutes=-3)
    yard.receive(1, 2, 3)
    with reading(yard.specialist.scope):
        found = queries.standing_of(three[0], yard.specialist, yard.at)
    assert found.number == 1
    assert found.estimate is not None
    assert found.estimate.facts["arrivals"] == 3
    assert refusing.lapse_offers(by=SYSTEM, at=yard.at) == {"lapsed": 0}


@pytest.mark.parametrize("path", ["/queue/", "/queue/line/", "/queue/{order}/", "/vehicles/"])
def test_a_page_asks_little_of_the_database(
    yard: Yard, three: list[UUID], path: str, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    yard.receive(1, 2)
    query = {"model": "aito-m9", "configuration": TRIM, "city": yard.city}
    client = browser(yard.specialist)
    with django_assert_max_num_queries(25):
        assert client.get(path.format(order=three[2]), query if "line" in path else {}).status_code == 200
