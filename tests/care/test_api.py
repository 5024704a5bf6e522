"""The workshop's routes: what pages do, programs do too; refusals are problems."""

from typing import Any

import pytest

from forecourt.platform import clock
from tests.care.conftest import OWN
from tests.care.conftest import STRANGE
from tests.care.conftest import Garage


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch, at: Any) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def desk(garage: Garage, signed_in: Any) -> Any:
    return signed_in(garage.adviser)


def post(client: Any, path: str, key: str = "", **body: Any) -> Any:
    return client.post(
        f"/api/v1{path}", body, "application/json", headers={"Idempotency-Key": key} if key else {}
    )


def get(client: Any, path: str, **query: Any) -> Any:
    return client.get(f"/api/v1{path}", query)


def test_from_a_free_time_to_a_repair_order(garage: Garage, desk: Any) -> None:
    on = garage.time()[:10]
    times = get(desk, "/visits/slots", store=garage.home, on=on, items="inspect").json()
    body = {"store": garage.home, "vin": OWN, "starts_at": times[0]["starts_at"], "items": ["inspect"]}
    booked = post(desk, "/visits", "k-1", **body)
    assert booked.status_code == 200, booked.content
    assert post(desk, "/visits", "k-1", **body).json() == booked.json(), "the same key books once"
    visit = booked.json()["visit"]
    assert [one["id"] for one in get(desk, "/visits", store=garage.home, on=on).json()] == [visit]
    assert post(desk, f"/visits/{visit}/move", starts_at=garage.time(15)).status_code == 200
    opened = post(desk, f"/visits/{visit}/repair-order").json()
    (order,) = get(desk, "/repair-orders").json()["items"]
    assert order["id"] == opened["repair_order"] and order["lines"][0]["labour"] == "180.00"
    assert get(desk, f"/repair-orders/{order['id']}").json() == order
    again = post(desk, f"/visits/{visit}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "care.visit_over")


def test_refusals_are_problems(garage: Garage, desk: Any) -> None:
    body = {"store": garage.home, "vin": STRANGE, "starts_at": garage.time()}
    assert (post(desk, "/visits", **body).status_code) == 422
    naive = post(desk, "/visits", **body | {"starts_at": "2026-03-11T11:00:00"})
    assert naive.status_code == 422
    gone = get(desk, f"/repair-orders/{garage.owner}")
    assert (gone.status_code, gone.json()["code"]) == (404, "care.unknown_repair_order")
    far = post(desk, "/visits", **body | {"vin": OWN, "starts_at": "9999-12-31T23:59:59+00:00"})
    assert (far.status_code, far.json()["code"]) == (409, "care.time_out_of_range")


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
def test_a_far_day_has_nothing(garage: Garage, desk: Any, on: str) -> None:
    for path in ("/visits", "/visits/slots"):
        answer = get(desk, path, store=garage.home, on=on)
        assert (answer.status_code, answer.json()) == (200, [])


def test_a_store_sees_its_own(garage: Garage, signed_in: Any) -> None:
    garage.open()
    other = signed_in(garage.net.staff("service_adviser", garage.net.other))
    assert get(other, "/repair-orders").json()["items"] == []
    assert get(other, "/cars").json() == []


def test_the_menu_is_the_same_for_everybody(garage: Garage, desk: Any) -> None:
    menu = {item["code"]: item["price"] for item in get(desk, "/service-menu").json()}
    assert menu["brake-pads"] == "1000.00"


def test_cars_and_their_warranty(garage: Garage, desk: Any) -> None:
    (car,) = get(desk, "/cars", vin=OWN).json()
    assert (car["warranty_until_on"], car["warranty_km"]) == ("2030-03-10", 100_000)
