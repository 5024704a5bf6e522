"""The routes of the network, as a program calls them."""

import hashlib
from typing import Any

import pytest
from django.test import Client

from forecourt.network.models import Staff
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.models import ApiToken
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from tests.network.conftest import AT


@pytest.fixture
def call(sample: dict) -> Any:
    """Call a route as a persona of the demo."""
    client = Client()

    def send(persona: str, path: str, body: dict | None = None, key: str = "") -> Any:
        token, digest = f"token-{persona}", hashlib.sha256(f"token-{persona}".encode()).hexdigest()
        user = User.objects.get(persona=persona)
        ApiToken.objects.get_or_create(digest=digest, defaults={"user": user, "name": "test", "made_at": AT})
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        if body is None:
            return client.get(f"/api/v1{path}", headers=headers)
        return client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)

    return send


def test_stores_come_in_pages_that_neither_repeat_nor_hide(call: Any):
    seen: list[str] = []
    cursor = ""
    while True:
        page = call("adviser", f"/stores?limit=4&cursor={cursor}").json()
        seen += [store["code"] for store in page["items"]]
        if not (cursor := page["next_cursor"]):
            break
    assert len(seen) == 9
    assert seen == sorted(set(seen))


def test_a_store_tells_its_hours_and_what_it_may_do(call: Any):
    answer = call("adviser", "/stores/sh-001").json()
    assert answer["format"] == "user_centre"
    assert {"calendar": "store hours", "weekday": 1, "opens": "09:00", "closes": "20:00"} in answer["hours"]
    assert {row["work"] for row in answer["franchises"]} == {"sales", "delivery", "service"}


def test_an_unknown_store_is_a_problem_that_names_it(call: Any):
    answer = call("adviser", "/stores/xx-001")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert "xx-001" in answer.json()["detail"]


def test_only_stores_that_service_a_brand_are_listed_for_it(call: Any):
    formats = {
        store["format"] for store in call("adviser", "/stores?brand=aito&work=service").json()["items"]
    }
    assert formats == {"user_centre", "exclusive_centre"}


def test_brands_and_the_models_of_one(call: Any):
    assert [brand["code"] for brand in call("adviser", "/brands").json()] == [
        "aito",
        "luxeed",
        "maextro",
        "shangjie",
        "stelato",
    ]
    models = call("adviser", "/models?brand=shangjie&on=2025-10-01").json()
    assert {model["code"]: len(model["trims"]) for model in models} == {"shangjie-h5": 2, "shangjie-z7": 0}


def test_staff_of_the_own_store_only(call: Any):
    items = call("store_manager", "/staff?limit=200").json()["items"]
    assert len(items) == 25
    assert {person["store"] for person in items} == {"sh-001"}
    with reading(NETWORK_SCOPE):
        stranger = Staff.objects.exclude(store="sh-001").first()
    assert stranger is not None
    assert call("store_manager", f"/staff/{stranger.code}").status_code == 404


def test_the_network_certifies_and_the_same_key_certifies_once(call: Any):
    with reading(NETWORK_SCOPE):
        adviser = Staff.objects.in_store("sh-001").in_role("adviser").order_by("code")[0].code
    body = {"certificate": "test-drive", "valid_from": "2026-06-01"}
    first = call("network_ops", f"/staff/{adviser}/certificates", body, key="k-1")
    again = call("network_ops", f"/staff/{adviser}/certificates", body, key="k-1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    shown = call("network_ops", f"/staff/{adviser}").json()["certificates"]
    assert [held["holding"] for held in shown].count(first.json()["holding"]) == 1


def test_a_manager_may_not_certify(call: Any):
    answer = call(
        "store_manager",
        "/staff/st-00001/certificates",
        {"certificate": "reception", "valid_from": "2026-06-01"},
    )
    assert answer.status_code == 403


def test_a_certificate_that_does_not_exist_is_pointed_at(call: Any):
    answer = call(
        "network_ops", "/staff/st-00001/certificates", {"certificate": "juggling", "valid_from": "2026-06-01"}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/certificate"
