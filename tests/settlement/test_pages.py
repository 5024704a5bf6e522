"""Statements as the dealer group, the carmaker and the network see them, down to the journal entry; and the routes."""

import re
from datetime import datetime
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from forecourt import journal
from forecourt.platform import clock
from forecourt.platform.actions import Action
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.settlement.actions import issue_statements
from tests.fixtures import SYSTEM
from tests.fixtures import Three

LANGUAGES = [("en", False), ("zh-hans", True)]


def _work(do: Any, *, place: Any, person: Any, steps: tuple[tuple[str, str], ...]) -> None:
    for playbook, step in steps:
        journal.write(
            do, "journeys.step_done", stream=uuid4(), place=place, person=person, playbook=playbook, version="2026.11", step=step
        )  # fmt: skip


def _hand_over(do: Any, *, place: Any, person: Any) -> None:
    order = uuid4()
    data = {"order": order, "vin": "", "price": "300000.00", "model": "", "trim": ""}
    journal.write(
        do,
        "delivery.handed_over",
        stream=order,
        place=place,
        person=person,
        objects={"order": order},
        data=data,
    )


work = Action("tests.work", frozenset({"adviser", "delivery_specialist"}), _work)
hand_over = Action("tests.deliver", frozenset(), _hand_over)


@pytest.fixture
def sold(network_of_three: Three) -> Three:
    """A car that `home` sold and handed over in March."""
    net, person = network_of_three, uuid4()
    retail = (("retail", "respond"), ("retail", "test_drive"), ("retail", "place_order"))
    work(by=net.staff("adviser"), at=net.at, place=net.place, person=person, steps=retail)
    handed = (("order-to-handover", "hand_over"),)
    work(by=net.staff("delivery_specialist"), at=net.at, place=net.place, person=person, steps=handed)
    hand_over(by=SYSTEM, at=net.at, place=net.place, person=person)
    journal.drain(net.at + timedelta(minutes=1))
    return net


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=30))


def shown(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content.decode()[:300]
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize(("language", "chinese"), LANGUAGES)
def test_a_group_drills_from_the_month_to_the_entry(
    sold: Three, operator: Actor, playbooks: Any, signed_in: Any, language: str, chinese: bool
) -> None:
    playbooks("retail")
    client = signed_in(operator, language)
    page = shown(client, reverse("settlement:statements"))
    assert "15,600" in page and ("进行中" if chinese else "Running") in page
    month = reverse("settlement:statement", args=[operator.scope.ids[0], "2026-03"])
    assert month in page
    page = shown(client, month)
    assert ("试驾" if chinese else "Test drive") in page and "−¥" in page
    lines = reverse("settlement:lines", args=[operator.scope.ids[0], "2026-03", "test_drive"])
    assert lines in page
    page = shown(client, lines)
    entry = re.search(r'href="(/statements/entries/[^"]+)"', page)
    assert entry and "3,000" in page
    page = shown(client, entry[1])
    assert (
        sold.staff("adviser").code in page and "journeys.step_done" in page and "2026-03-10 10:00:00" in page
    )
    assert ("校验印记" if chinese else "Seal") in page and re.search(r"[0-9a-f]{16}…", page)


def test_an_issued_month_says_so(sold: Three, operator: Actor, signed_in: Any) -> None:
    issue_statements(by=SYSTEM, at=sold.at + timedelta(days=25), month="2026-03-01")
    page = shown(signed_in(operator), reverse("settlement:statements"))
    assert "Issued" in page and "Running" not in page


def test_another_group_sees_nothing(sold: Three, operator: Actor, signed_in: Any) -> None:
    client = signed_in(Actor("op-x-head", "operator_manager", Scope("operator", ("op-999",))))
    assert "15,600" not in shown(client, reverse("settlement:statements"))
    shown(client, reverse("settlement:statement", args=[operator.scope.ids[0], "2026-03"]), 404)
    line = reverse("settlement:lines", args=[operator.scope.ids[0], "2026-03", "close"])
    assert "Nothing was booked" in shown(client, line)
    shown(client, reverse("settlement:entry", args=[uuid4()]), 404)


def test_a_carmaker_sees_fees_and_nobodys_pay(
    sold: Three, operator: Actor, carmaker: Actor, signed_in: Any
) -> None:
    client = signed_in(carmaker)
    page = shown(client, reverse("settlement:statements"))
    assert "17,400" in page and "Running" not in page
    page = shown(client, reverse("settlement:statement", args=[operator.scope.ids[0], "2026-03"]))
    assert "Staff pay" not in page
    assert re.search("Your brand.{1,6}s part", page)


def test_the_network_sees_that_all_sums_to_zero(sold: Three, ops: Actor, signed_in: Any) -> None:
    page = shown(signed_in(ops), reverse("settlement:statements"))
    assert "All together" in page and ">¥ 0<" in page


def test_stores_have_no_statements(sold: Three, manager: Actor, signed_in: Any) -> None:
    assert signed_in(manager).get(reverse("settlement:statements")).status_code == 403


@pytest.mark.parametrize("month", ["2026-13", "march", "0000-01"])
def test_a_month_that_is_none_is_not_found(sold: Three, operator: Actor, signed_in: Any, month: str) -> None:
    shown(signed_in(operator), f"/statements/{operator.scope.ids[0]}/{month}/", 404)


def test_routes(sold: Three, operator: Actor, ops: Actor, signed_in: Any) -> None:
    client, code = signed_in(operator), operator.scope.ids[0]
    assert client.get("/api/v1/statements").json() == []
    account = client.get(f"/api/v1/statements/{code}/2026-03").json()
    assert (account["gross"], account["net"], account["issued"]) == ("17400.00", "15600.00", False)
    lines = client.get("/api/v1/postings", {"month": "2026-03", "component": "close", "party": code}).json()[
        "items"
    ]
    assert [line["amount"] for line in lines] == ["6000.00"]
    wrong = client.get("/api/v1/postings", {"month": "March"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "settlement.bad_month")
    assert client.get(f"/api/v1/statements/{code}/2019-01").status_code == 404
    close = {"data": {"month": "2026-03"}, "content_type": "application/json"}
    assert client.post("/api/v1/statements", **close).status_code == 403
    client = signed_in(ops)
    assert client.post("/api/v1/statements", **close).json() == {"month": "2026-03", "issued": 1}
    open_month = client.post("/api/v1/statements", {"month": "2026-04"}, "application/json")
    assert (open_month.status_code, open_month.json()["code"]) == (409, "settlement.month_open")
    (statement,) = client.get("/api/v1/statements", {"month": "2026-03"}).json()
    assert (statement["operator"], statement["total"]) == (code, "15600.00")
