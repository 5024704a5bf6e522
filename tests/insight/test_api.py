"""Routes of figures, each in the caller's scope."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from forecourt.insight import trials
from forecourt.platform.scope import reading
from tests.insight.test_drafts import DRAFT
from tests.web.conftest import NOW
from tests.web.town import Town

API = "/api/v1"
READERS = ("store_manager", "operator_manager", "carmaker", "network_ops", "planner", "engineer")


@pytest.fixture
def ask(town: Town, client: Client) -> Any:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def call(role: str, address: str, body: dict[str, Any] | None = None) -> Any:
        client.force_login(town.user(role))
        if body is None:
            return client.get(API + address)
        return client.post(
            API + address, body, content_type="application/json", headers={"Idempotency-Key": f"k-{role}"}
        )

    return call


@pytest.mark.parametrize("role", READERS)
def test_figures_at_the_callers_place(town: Town, ask: Any, role: str) -> None:
    rows = {row["playbook"]: row for row in ask(role, "/measures").json()}
    retail = rows["retail"]
    assert (retail["journeys"], retail["fitting"]) == (5, 5)
    assert retail["level"] == {
        "store_manager": "store",
        "operator_manager": "operator",
        "carmaker": "brand",
    }.get(role, "network")
    assert retail["standards"]["answer_in_time"] == {
        "cases": 5,
        "value": 80.0,
        "low": 37.553,
        "high": 96.378,
        "met": False,
        "sure": False,
    }
    whole = ask(role, "/measures/retail").json()
    assert whole["figures"]["steps"]["respond"]["done"] == 4


def test_a_standard_place_by_place(town: Town, ask: Any) -> None:
    rows = ask("network_ops", "/measures/retail/standards/answer_in_time").json()
    assert {(row["level"], row["code"]) for row in rows} == {
        ("network", ""), ("brand", "aito"), ("region", town.place.region), ("operator", town.place.operator), ("store", town.store),
    }  # fmt: skip
    assert {row["value"] for row in rows} == {80.0}
    assert ask("operator_manager", "/measures/retail/standards/answer_in_time").json() == [
        row for row in rows if row["level"] in ("operator", "store")
    ]
    assert {(row["level"], row["brand"]) for row in ask("carmaker", "/measures/retail/standards/answer_in_time").json()} == {
        ("brand", "aito"), ("store", "aito"),
    }  # fmt: skip


def test_people_are_their_stores_business(town: Town, ask: Any) -> None:
    address = f"/measures/retail/people?standard=answer_in_time&store={town.store}"
    (one,) = ask("store_manager", address).json()
    assert (one["code"], one["cases"]) == (town.staff["adviser"].code, 5)
    assert ask("carmaker", address).status_code == 403


def test_journeys_behind_a_figure(town: Town, ask: Any) -> None:
    first = ask("store_manager", "/measures/retail/journeys?limit=2").json()
    rest = ask("store_manager", f"/measures/retail/journeys?limit=200&cursor={first['next_cursor']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 3, "")
    missed = ask("store_manager", "/measures/retail/journeys?standard=answer_in_time&met=false").json()[
        "items"
    ]
    assert [one["journey"] for one in missed] == [town.runs["late"]]
    assert (
        ask("store_manager", "/measures/retail/journeys?deviation=overdue:respond").json()["items"] == missed
    )
    assert ask("store_manager", "/measures/retail/journeys?fits=false").json()["items"] == []


def test_one_journey_replayed(town: Town, ask: Any) -> None:
    said = ask("adviser", f"/replays/{town.runs['owner']}").json()
    assert (said["fits"], said["outcome"], len(said["steps"])) == (True, "ordered", 7)
    assert said["steps"][0]["late_minutes"] is None and said["steps"][0]["opened_at"]
    assert ask("adviser", f"/replays/{UUID(int=7)}").status_code == 404


def test_a_draft_is_asked_for_and_answered(town: Town, ask: Any) -> None:
    body = {"text": DRAFT, "since": "2026-02-01", "until": "2026-03-10"}
    asked = ask("network_ops", "/drafts", body)
    assert asked.status_code == 200, asked.content
    number = asked.json()["trial"]
    assert ask("network_ops", "/drafts", body).json()["trial"] == number, (
        "the same key asks for nothing twice"
    )
    assert ask("engineer", f"/drafts/{number}").json()["status"] == "queued"
    trials.run(number, NOW)
    assert ask("network_ops", f"/drafts/{number}").json()["figures"]["after"]["fitting"] == 1
    assert len(ask("network_ops", f"/drafts/{number}/journeys").json()["items"]) == 4
    assert ask("network_ops", "/drafts", {**body, "text": "playbook: 7"}).status_code == 422
    assert ask("store_manager", "/drafts", body).status_code == 403
    assert ask("store_manager", f"/drafts/{number}").status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/measures",
        "/measures/retail",
        "/measures/retail/standards/answer_in_time",
        "/measures/retail/journeys",
    ],
)
def test_figures_are_not_for_everybody(ask: Any, address: str) -> None:
    assert ask("adviser", address).status_code == 403


@pytest.mark.parametrize(
    "address", ["/measures/nothing", "/measures/retail?version=9", "/measures/retail?level=store&code=none"]
)
def test_what_is_not_there_is_said(ask: Any, address: str) -> None:
    answer = ask("network_ops", address)
    assert answer.status_code == 404 and answer.json()["code"].startswith("insight.")


def test_another_group_sees_nothing(town: Town, ask: Any) -> None:
    from forecourt.insight.models import Case
    from forecourt.insight.models import Report
    from forecourt.platform.actor import Scope

    for scope in (
        Scope("operator", ("op-999",)),
        Scope("brand", ("luxeed",)),
        Scope("store", (town.second,)),
        Scope(),
    ):
        with reading(scope):
            assert not Case.objects.exists() and not Report.objects.exists()
    with reading(Scope("brand", ("aito",))):
        assert not Report.objects.filter(level__in=("network", "operator", "region", "person")).exists()
