"""The routes of demand, as a program calls them."""

import hashlib
from typing import Any

import pytest
from django.test import Client

from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.models import ApiToken
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from tests.demand.documents import BOMB
from tests.demand.documents import SAMPLES
from tests.demand.documents import counted
from tests.demand.documents import lead


@pytest.fixture
def call(trade: None, at: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call a route as a persona of the demo, at the time of the tests."""
    monkeypatch.setattr("forecourt.platform.clock.now", lambda: at)
    client = Client()

    def send(persona: str, path: str, body: Any = None, kind: str = "application/json", key: str = "") -> Any:
        token, digest = f"token-{persona}", hashlib.sha256(f"token-{persona}".encode()).hexdigest()
        with reading(NETWORK_SCOPE):
            user = User.objects.get(persona=persona)
            ApiToken.objects.get_or_create(
                digest=digest, defaults={"user": user, "name": "test", "made_at": at}
            )
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"} | (
            {"Idempotency-Key": key} if key else {}
        )
        if body is None:
            return client.get(f"/api/v1{path}", headers=headers)
        return client.post(f"/api/v1{path}", body, content_type=kind, headers=headers)

    return send


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("02-adf-full.xml", "application/xml"), ("08-adf-in-a-mail.eml", "message/rfc822"),
        ("15-platform-export.csv", "text/csv"), ("17-website.json", "application/json"),
    ],
)  # fmt: skip
def test_any_format_is_taken_by_its_content(call: Any, name: str, kind: str):
    answer = call("network_ops", "/leads", (SAMPLES / name).read_bytes(), kind)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert body["leads"][0]["store"] and len(body["leads"][0]["next"]) == 3
    assert call("network_ops", f"/leads/{body['leads'][0]['lead']}").json()["fields"]
    assert call("network_ops", f"/documents/{body['document']}").json()["status"] == body["status"]


def test_the_same_key_gives_the_same_answer(call: Any):
    first = call("network_ops", "/leads", lead(), key="k1")
    again = call("network_ops", "/leads", lead(), key="k1")
    assert (first.status_code, again.json()) == (201, first.json())
    assert call("network_ops", "/leads", lead(2), key="k1").status_code == 422


def test_an_unreadable_document_is_a_problem_with_a_position_and_is_kept(call: Any):
    answer = call(
        "network_ops", "/leads", (SAMPLES / "07-adf-not-well-formed.xml").read_bytes(), "application/xml"
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "xml.not_well_formed")
    assert answer["Content-Type"] == "application/problem+json"
    assert "line 14" in problem["detail"]
    kept = problem["detail"].rpartition("Kept as document ")[2].rstrip(".")
    assert call("network_ops", f"/documents/{kept}").json()["refused"][0]["line"] == 14
    taken_out = call("network_ops", f"/documents/{kept}/content", {"reason": "to show the sender"})
    assert taken_out.content.startswith(b"<?xml")


def test_an_xml_bomb_is_refused(call: Any):
    assert call("network_ops", "/leads", BOMB, "application/xml").json()["code"] == "xml.entities"


def test_a_document_that_is_too_large_is_413(call: Any, settings: Any):
    settings.FORECOURT_MAX_UPLOAD = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = call("network_ops", "/leads", b"x" * 1001, "text/csv")
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"
    assert counted()["Document"] == 0


def test_leads_and_opportunities_come_in_pages(call: Any):
    for number in range(5):
        call("network_ops", "/leads", lead(number))
    for path in ("/leads", "/opportunities"):
        first = call("network_ops", f"{path}?limit=3").json()
        rest = call("network_ops", f"{path}?limit=3&cursor={first['next_cursor']}").json()
        assert len({one["id"] for one in first["items"] + rest["items"]}) == 5


def test_an_adviser_does_not_see_documents(call: Any):
    document = call("network_ops", "/leads", lead()).json()["document"]
    assert call("adviser", f"/documents/{document}").status_code == 404


def test_a_walk_in_stays_with_the_adviser(call: Any):
    answer = call("adviser", "/walk-ins", {"name": "赵敏", "phone": "13700001111", "model": "问界M9"})
    assert answer.status_code == 201
    taken = answer.json()["leads"][0]
    with reading(NETWORK_SCOPE):
        user = User.objects.get(persona="adviser")
    assert (taken["owner"], taken["store"], taken["reasons"]["named"]) == (user.staff, user.ids[0], True)
    nobody = call("adviser", "/walk-ins", {"name": "赵敏", "model": "问界M9"})
    assert nobody.status_code == 422


def test_a_waiting_lead_is_routed_by_hand(call: Any):
    waiting = call("network_ops", "/leads", lead(vehicle="不限")).json()["leads"][0]
    assert waiting["outcome"] == "unrouted"
    path = f"/leads/{waiting['lead']}/route"
    assert call("network_ops", path, {"model": "no-such"}).status_code == 422
    assert call("adviser", path, {"model": "aito-m9"}).status_code == 403
    routed = call("network_ops", path, {"model": "aito-m9"})
    assert routed.status_code == 200 and routed.json()["owner"]
    assert call("network_ops", path, {"model": "aito-m9"}).status_code == 409


def test_a_manager_hands_an_opportunity_over(call: Any):
    taken = call("adviser", "/walk-ins", {"name": "赵敏", "phone": "13700001111", "model": "问界M9"}).json()[
        "leads"
    ][0]
    staff = call("store_manager", "/staff?role=adviser&limit=200").json()["items"]
    other = next(one["code"] for one in staff if one["code"] != taken["owner"])
    answer = call("store_manager", f"/opportunities/{taken['opportunity']}/reassign", {"to": other})
    assert answer.status_code == 200 and answer.json()["owner"] == other, answer.content
    assert (
        call("adviser", f"/opportunities/{taken['opportunity']}/reassign", {"to": other}).status_code == 403
    )


def test_the_description_names_every_format(call: Any):
    described = Client().get("/api/v1/openapi.json").json()["paths"]["/api/v1/leads"]["post"]
    assert set(described["requestBody"]["content"]) == {
        "application/json", "application/xml", "text/csv", "message/rfc822",
    }  # fmt: skip
