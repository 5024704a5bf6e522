"""Store, network, my stores, my brand: numbers that can be counted by hand in the played town, each in its scope."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from forecourt.base.ids import new_id
from forecourt.network.models import Holding
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from forecourt.supply.models import AllocationRequest
from forecourt.supply.models import QueuePlace
from forecourt.supply.models import Vehicle
from forecourt.web.pages import figures
from forecourt.web.pages import store_people
from forecourt.web.pages import store_queue
from tests.web.conftest import NOW
from tests.web.town import DAY
from tests.web.town import SYSTEM
from tests.web.town import Town

WEEKS = figures.Span(NOW - 28 * DAY, NOW + DAY, {})


def text(answer: Any) -> str:
    return answer.content.decode()


def charts(page: str) -> list[dict[str, Any]]:
    return [
        json.loads(found)
        for found in re.findall(r'<script type="application/json">(.*?)</script>', page, re.S)
    ]


@pytest.fixture
def visitor(town: Town, client: Client) -> Any:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def visit(role: str, address: str) -> Any:
        client.force_login(town.user(role))
        return client.get(address)

    return visit


def test_the_funnel_follows_the_enquiries_of_the_span(town: Town) -> None:
    with reading(SYSTEM.scope):
        assert figures.funnel(WEEKS) == {
            "leads": 5, "reached": 4, "driven": 3, "ordered": 3, "locked": 2, "handed_over": 1,
        }  # fmt: skip
        young = figures.Span(NOW - 2 * DAY, NOW + DAY, {})
        assert list(figures.funnel(young).values()) == [3, 2, 1, 1, 0, 0]
        assert figures.funnel(figures.Span(WEEKS.start_at, WEEKS.end_at, {"brand": "stelato"}))["leads"] == 0


def test_order_states_are_kept_apart(town: Town) -> None:
    with reading(SYSTEM.scope):
        assert figures.orders_by_state({}) == {"reserved": 1, "firm": 0, "locked": 2, "cancelled": 0}
        assert figures.orders_by_store({}) == {town.store: {"reserved": 1, "locked": 1}}


def test_the_curve_has_a_zero_where_nothing_came(town: Town) -> None:
    with reading(SYSTEM.scope):
        grain, rows = figures.curve(WEEKS)
        hours, by_hour = figures.curve(figures.Span(NOW - DAY, NOW, {}))
    assert (grain, hours, len(rows)) == ("day", "hour", 30)
    assert [sum(row[column] for row in rows) for column in (1, 2, 3)] == [3, 2, 2]
    assert len(by_hour) == 25


def test_deadlines_kept_are_shares_of_what_was_done(town: Town) -> None:
    with reading(SYSTEM.scope):
        kept = figures.kept_by_store(WEEKS)
        days = figures.kept_by_day(figures.Span(WEEKS.start_at, WEEKS.end_at, {"store": town.store}))
        late = figures.late(NOW, "store", {})
    assert set(kept) == {town.store}
    assert sum(done for done, _kept in days.values()) == kept[town.store].done > 10
    assert late == {town.store: 2}


def test_the_network_page_counts_the_same(town: Town, visitor: Any) -> None:
    page = text(visitor("network_ops", "/network/"))
    found = {chart["columns"][0]: chart for chart in charts(page)}
    assert [row[1] for row in found["Stage"]["rows"]] == [5, 4, 3, 3, 2, 1]
    assert len(found["Store"]["rows"]) == 9
    assert [row for row in found["Region"]["rows"] if row[1]] == [["East", 2]]
    assert f"/stores/{town.store}/" in page.split("Which stores need help?")[1]


def test_filters_hold(visitor: Any) -> None:
    page = text(visitor("network_ops", "/network/?brand=stelato&region=north&days=7"))
    found = {chart["columns"][0]: chart for chart in charts(page)}
    assert [row[1] for row in found["Stage"]["rows"]] == [0] * 6
    assert len(found["Store"]["rows"]) < 9
    for nonsense in ("?days=abc", "?days=999999999999", "?region='%3B--", "?brand=%00x"):
        assert visitor("network_ops", f"/network/{nonsense}").status_code == 200


def test_the_store_page_tells_who_is_late_and_who_comes(town: Town, visitor: Any) -> None:
    assert visitor("store_manager", "/store/")["Location"] == f"/stores/{town.store}/"
    page = text(visitor("store_manager", f"/stores/{town.store}/"))
    for words in (
        "孙可",
        "First personal answer",
        "Test drive",
        "Service visit",
        "陈安",
        "Handover bays",
        "Adviser",
    ):
        assert words in page


def test_the_store_page_shows_who_waits_for_a_car(town: Town, visitor: Any) -> None:
    order = town.orders["waiting"]
    with reading(SYSTEM.scope):
        place = QueuePlace.objects.get(order=order)
        first = QueuePlace.objects.ahead_of(place).count() + 1
        other = new_id(NOW)
        QueuePlace(
            order=other, trim=place.trim, model=place.model, configuration=place.configuration, city=place.city, price=place.price,
            locked_at=place.locked_at - DAY, promised_from_on=place.promised_from_on, promised_to_on=place.promised_to_on,
            promise_rule=place.promise_rule, **place.place().columns() | {"store": town.second},
        ).save(force_insert=True)  # fmt: skip
    rows, count = _waits(town, "store_manager")
    assert [(row.order, row.number, row.overdue) for row in rows] == [(order, first + 1, False)]
    assert count == 1
    page = text(visitor("store_manager", f"/stores/{town.store}/"))
    card = page.split("Orders waiting for a car")[-1].split("</table>")[0]
    assert f"/queue/{order}/" in card or str(order) in card
    assert "周明" in card
    assert str(other) not in page


def _waits(town: Town, role: str) -> Any:
    actor = town.user(role).actor()
    with reading(actor.scope):
        found = store_queue.waiting(town.store, NOW.date(), actor)
        assert not QueuePlace.objects.filter(store=town.second).exists(), "the scope is narrow again"
    return found


def test_the_store_page_shows_people_and_until_when_they_are_certified(town: Town, visitor: Any) -> None:
    with reading(SYSTEM.scope):
        held = Holding.objects.valid_on(NOW.date()).filter(store=town.store).order_by("valid_to")[0]
        held.valid_to = NOW.date() + 9 * DAY
        held.save()
        gone = Staff.objects.in_store(town.store).exclude(code=held.staff_id).order_by("code")[0]
        gone.left_on = NOW.date()
        gone.save()
        team = store_people.team(town.store, NOW.date())
        codes = set(Staff.objects.in_store(town.store).working_on(NOW.date()).values_list("code", flat=True))
    assert set(team) == codes
    assert gone.code not in team
    assert (team[held.staff_id].held[0].on, team[held.staff_id].held[0].days) == (held.valid_to, 9)
    page = text(visitor("store_manager", f"/stores/{town.store}/"))
    card = page.split("Who works here?")[-1].split("</table>")[0]
    assert held.staff.name in card
    assert f"{held.valid_to}" in card
    assert "ends soon" in card


def test_the_store_page_shows_what_waits_for_a_decision(town: Town, visitor: Any) -> None:
    address = f"/stores/{town.store}/"
    assert "Decisions waiting" not in text(visitor("store_manager", address))
    with reading(SYSTEM.scope):
        order = Order.objects.get(id=town.orders["waiting"])
        order.refund_approved_by, order.refund_approved_at = town.staff["store_manager"].code, NOW
        order.save()
        vehicle = Vehicle.objects.get(vin=town.vin)
        AllocationRequest(
            id=new_id(NOW), order=order.id, vehicle=vehicle, reason="moves abroad", passes=2, asked_by="sh-001-x",
            asked_at=NOW - DAY, **order.place().columns(),
        ).save(force_insert=True)  # fmt: skip
    card = text(visitor("store_manager", address)).split("Decisions waiting")[-1].split("</table>")[0]
    assert card.index(f"Car {town.vin} out of turn") < card.index(f"Full refund of order {order.number}")


def test_operations_sees_the_store_with_names_masked(town: Town, visitor: Any) -> None:
    page = text(visitor("network_ops", f"/stores/{town.store}/"))
    assert "孙*" in page
    assert "孙可" not in page


def test_a_dealer_group_sees_its_own_stores_only(town: Town, visitor: Any) -> None:
    with reading(SYSTEM.scope):
        mine = town.user("operator_manager").ids[0]
        own = set(Store.objects.filter(operator=mine).values_list("code", flat=True))
        other = Store.objects.exclude(operator=mine).order_by("code")[0].code
    page = text(visitor("operator_manager", "/my-stores/"))
    assert set(re.findall(r"/stores/([\w-]+)/", page)) == own
    assert "/statements/" in page
    assert visitor("operator_manager", f"/stores/{other}/").status_code == 404


def test_a_manager_sees_no_other_store(town: Town, visitor: Any) -> None:
    assert visitor("store_manager", f"/stores/{town.second}/").status_code == 404
    assert visitor("store_manager", "/stores/none/").status_code == 404


def test_a_carmaker_sees_the_brand_and_no_customer(town: Town, visitor: Any) -> None:
    page = text(visitor("carmaker", "/my-brand/"))
    assert "AITO" in page
    assert "/stores/" not in page
    assert not any(name in page for name in ("林悦", "周明"))


@pytest.mark.parametrize(
    ("role", "address"),
    [("adviser", "/network/"), ("carmaker", "/network/"), ("operator_manager", "/my-brand/"), ("store_manager", "/my-stores/"),
     ("adviser", "/store/"), ("carmaker", "/stores/sh-001/")],
)  # fmt: skip
def test_pages_are_for_their_roles(visitor: Any, role: str, address: str) -> None:
    assert visitor(role, address).status_code == 403


@pytest.mark.parametrize(
    ("role", "first"),
    [("store_manager", "/store/"), ("operator_manager", "/my-stores/"), ("carmaker", "/my-brand/"), ("network_ops", "/network/"),
     ("planner", "/network/"), ("engineer", "/network/")],
)  # fmt: skip
def test_everybody_arrives_at_their_first_page(visitor: Any, role: str, first: str) -> None:
    assert visitor(role, "/")["Location"] == first
