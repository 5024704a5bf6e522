"""The checklist, the appointment and the day board, as people use them; and the same by the API."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from forecourt.delivery import checklists
from forecourt.delivery.models import Appointment
from forecourt.delivery.models import DeliveryFile
from forecourt.delivery.models import SheetMark
from forecourt.delivery.reading import checklist
from forecourt.platform.models import Evidence
from forecourt.platform.scope import reading
from tests.supply.test_pages import browser
from tests.supply.yard import SYSTEM
from tests.supply.yard import Yard

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def order(yard: Yard) -> UUID:
    """An order with a car, ready to be prepared."""
    order = yard.lock(journey=True)
    yard.receive(1)
    return order


@pytest.fixture
def client(yard: Yard) -> Client:
    return browser(yard.specialist)


def fill(client: Client, order: UUID, code: str) -> None:
    """Go through a checklist on the page, item by item."""
    for item, given in checklists.in_order(checklist(code).for_car("EREV")).items():
        body = {"value": given.get("value", "")}
        if given.get("evidence"):
            body["proof"] = SimpleUploadedFile("proof.png", PNG, "image/png")
        answer = client.post(f"/preparation/{order}/{code}/{item}/check/", body)
        assert answer.status_code == 302, (item, answer.content.decode())


def test_a_car_is_prepared_on_a_phone(yard: Yard, order: UUID, client: Client) -> None:
    said = client.get(f"/preparation/?order={order}").content.decode()
    assert 'capture="environment"' in said
    assert "0 of 12" in said
    fill(client, order, "pdi")
    assert client.post(f"/preparation/{order}/pdi/close/").status_code == 302
    with reading(SYSTEM.scope):
        assert DeliveryFile.objects.get(order=order).state == "prepared"
        assert Evidence.objects.count() == 4


def test_an_item_is_swapped_in_place(order: UUID, client: Client) -> None:
    row = client.post(
        f"/preparation/{order}/pdi/accessories/check/", headers={"HX-Request": "true"}
    ).content.decode()
    assert row.lstrip().startswith("<li")
    assert "Done" in row
    assert "1 of 12" in row, "the progress comes with it"
    refused = client.post(
        f"/preparation/{order}/pdi/charge/check/", {"value": "40"}, headers={"HX-Request": "true"}
    )
    assert (refused.status_code, "at least 80 %" in refused.content.decode()) == (409, True)


def test_a_mistake_is_taken_back_on_the_page(order: UUID, client: Client) -> None:
    client.post(f"/preparation/{order}/pdi/accessories/check/")
    assert (
        client.post(f"/preparation/{order}/pdi/accessories/undo/", {"reason": "cable missing"}).status_code
        == 302
    )
    with reading(SYSTEM.scope):
        assert list(SheetMark.objects.order_by("id").values_list("outcome", flat=True)) == ["done", "undone"]
    assert "0 of 12" in client.get(f"/preparation/?order={order}").content.decode()


def test_closing_too_early_names_what_is_missing(order: UUID, client: Client) -> None:
    answer = client.post(f"/preparation/{order}/pdi/close/")
    assert answer.status_code == 409
    assert answer.content.decode().count("is not done. Check it and record it.") == 11


def test_the_law_is_named_when_a_handover_is_closed_too_early(
    yard: Yard, order: UUID, client: Client
) -> None:
    fill(client, order, "pdi")
    client.post(f"/preparation/{order}/pdi/close/")
    answer = browser(yard.manager).post(f"/preparation/{order}/handover/close/")
    assert answer.status_code == 409
    assert "Required by law: MOFCOM 1/2017." in answer.content.decode()


def test_from_the_page_to_the_handover(yard: Yard, order: UUID, client: Client) -> None:
    fill(client, order, "pdi")
    client.post(f"/preparation/{order}/pdi/close/")
    tomorrow = (yard.at + timedelta(days=1)).date()
    fill(client, order, "handover")
    answer = browser(yard.manager).post(f"/preparation/{order}/handover/close/")
    assert answer.status_code == 302, answer.content.decode()
    with reading(SYSTEM.scope):
        assert DeliveryFile.objects.get(order=order).state == "handed_over"
    assert tomorrow


def test_an_hour_is_chosen_and_moved_by_the_board(
    order: UUID, client: Client, monkeypatch: pytest.MonkeyPatch, yard: Yard
) -> None:
    monkeypatch.setattr("forecourt.platform.clock.now", lambda: yard.at)
    tomorrow = (yard.at + timedelta(days=1)).date()
    said = client.get(f"/handovers/appoint/?order={order}&on={tomorrow}").content.decode()
    hours = re.findall(r'name="starts_at" value="([^"]+)"', said)
    assert len(hours) == 11, "nine to eight"
    assert client.post(f"/handovers/appoint/?order={order}", {"starts_at": hours[2]}).status_code == 302
    with reading(SYSTEM.scope):
        row = Appointment.objects.get()
    assert row.specialist == yard.specialist.code
    board = client.get(f"/handovers/?on={tomorrow}&move={row.id}").content.decode()
    assert "王小明" in board
    assert board.count("Move here") > 20
    moved = client.post(
        f"/handovers/{row.id}/move/", {"starts_at": hours[5], "bay": "3", "on": str(tomorrow)}
    )
    assert moved.status_code == 302
    with reading(SYSTEM.scope):
        row.refresh_from_db()
        assert (row.bay, row.starts_at.isoformat()) == (3, hours[5])
    file = client.get(f"/handovers/{order}/handover.ics")
    assert b"BEGIN:VCALENDAR" in file.content
    assert "王小明" in file.content.decode()


def test_the_board_without_work_says_so(yard: Yard, client: Client) -> None:
    said = client.get("/handovers/").content.decode()
    assert "No car waits for its handover" in said


def test_others_have_no_page_of_it(yard: Yard, order: UUID) -> None:
    stranger = browser(yard.stranger)
    assert stranger.get(f"/preparation/?order={order}").status_code == 404
    assert stranger.post(f"/preparation/{order}/pdi/accessories/check/").status_code == 404
    assert str(order) not in stranger.get("/handovers/").content.decode()


def test_the_pages_speak_chinese(yard: Yard, order: UUID) -> None:
    with translation.override("zh-hans"):
        said = browser(yard.specialist, "zh-hans").get(f"/preparation/?order={order}").content.decode()
        day = browser(yard.specialist, "zh-hans").get("/handovers/").content.decode()
    assert "交付前检查" in said
    assert "动力电池电量不低于80%" in said
    assert "车位与时段" in day


def test_the_api_goes_the_same_way(
    yard: Yard, order: UUID, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forecourt.platform.clock.now", lambda: yard.at)
    monkeypatch.setattr("forecourt.api.auth.clock.now", lambda: yard.at)
    tomorrow = (yard.at + timedelta(days=1)).date()
    slots = client.get(f"/api/v1/handovers/slots?store={yard.home}&on={tomorrow}&brand=aito").json()
    body = {"order": str(order), "starts_at": slots[3]["starts_at"]}
    made = client.post(
        "/api/v1/handovers", body, content_type="application/json", headers={"Idempotency-Key": "a1"}
    )
    assert made.status_code == 200, made.content
    again = client.post(
        "/api/v1/handovers", body, content_type="application/json", headers={"Idempotency-Key": "a1"}
    )
    assert again.json() == made.json()
    moved = client.post(
        f"/api/v1/handovers/{made.json()['appointment']}/move",
        {"starts_at": slots[5]["starts_at"], "bay": 2},
        content_type="application/json",
    )
    assert moved.json()["bay"] == 2
    sheet = client.get(f"/api/v1/preparations/{order}").json()
    assert (sheet["left"], len(sheet["items"])) == (11, 12)
    items = checklists.in_order(checklist("pdi").for_car("EREV"))
    refused = client.post(
        f"/api/v1/preparations/{order}/done", {"items": {}}, content_type="application/json"
    )
    assert (refused.status_code, len(refused.json()["errors"])) == (409, 11)
    done = client.post(
        f"/api/v1/preparations/{order}/done", {"items": items}, content_type="application/json"
    )
    assert (done.status_code, done.json()["step"]) == (200, "prepare")
    undone = client.post(
        f"/api/v1/preparations/{order}/corrections",
        {"item": "tyres", "reason": "wrong wheel"},
        content_type="application/json",
    )
    assert undone.json()["left"] == ["tyres"]
    assert client.get("/api/v1/handovers").json()["items"][0]["order"] == str(order)


@pytest.mark.parametrize(
    "path", ["/handovers/", "/handovers/appoint/", "/preparation/", "/handovers/hand-over/"]
)
def test_a_page_asks_little_of_the_database(
    order: UUID, client: Client, path: str, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_max_num_queries(25):
        assert client.get(path, {"order": str(order)}).status_code == 200
