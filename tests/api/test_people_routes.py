"""Persons by route: masked, found by exact key in one's own scope, unmasked for a reason that is kept."""

import pytest
from django.test import Client

from forecourt.journal.models import Entry
from forecourt.people import masking
from forecourt.platform.models import IdempotencyKey
from forecourt.platform.scope import reading
from tests.api.world import SYSTEM
from tests.api.world import World

API = "/api/v1"


@pytest.fixture
def client(world: World, caller) -> Client:
    return caller("adviser")


def post(client: Client, address: str, body: dict | None = None, **headers: str):
    return client.post(f"{API}{address}", body or {}, content_type="application/json", headers=headers)


def test_a_person_is_shown_masked(client: Client, world: World) -> None:
    known = world.home.customers[0]
    said = client.get(f"{API}/persons/{known.id}")
    shown = said.json()
    assert shown["phone"] == masking.masked_phone(known.phone)
    assert {one["value"] for one in shown["contact_points"]} == {
        masking.masked_phone(known.phone), masking.masked_email(known.email),
    }  # fmt: skip
    assert known.phone[3:] not in said.content.decode() and known.email not in said.content.decode()
    assert "test-drive" in [one["purpose"] for one in shown["consents"]]


def test_headquarters_sees_no_name(world: World, caller) -> None:
    known = world.home.customers[0]
    assert caller("planner").get(f"{API}/persons/{known.id}").json()["name"] == masking.masked_name(
        known.name
    )


def test_a_person_is_found_by_exact_key_in_ones_own_scope(client: Client, world: World) -> None:
    known, strange = world.home.customers[0], world.away.customers[0]
    for query in (f"phone={known.phone[3:]}", f"email={known.email}"):
        assert [one["id"] for one in client.get(f"{API}/persons?{query}").json()] == [str(known.id)]
    assert client.get(f"{API}/persons?phone={strange.phone[3:]}").json() == []
    assert client.get(f"{API}/persons?phone=134xxxx1234").status_code == 422
    assert client.get(f"{API}/persons").status_code == 422


def test_a_stranger_is_not_there(client: Client, world: World) -> None:
    strange = world.away.customers[0].id
    for address in ("", "/consents", "/link"):
        assert client.get(f"{API}/persons/{strange}{address}").status_code == 404, address
    consent = {"purpose": "p", "channel": "c", "text_version": "1"}
    for address, body in (
        ("unmask", {"reason": "curious"}), ("consents", consent), ("consents/withdraw", {"purpose": "test-drive"}),
    ):  # fmt: skip
        assert post(client, f"/persons/{strange}/{address}", body).status_code == 404, address


def test_unmasking_is_recorded_and_its_answer_not_kept(client: Client, world: World) -> None:
    known = world.home.customers[1]
    answers = [post(client, f"/persons/{known.id}/unmask", {"reason": "calls back"}, **{"Idempotency-Key": "u-1"}) for _ in range(2)]  # fmt: skip
    assert [one.status_code for one in answers] == [200, 200]
    assert known.phone in {one["value"] for one in answers[0].json()["contact_points"]}
    with reading(SYSTEM.scope):
        assert Entry.objects.filter(kind="people.unmasked", person_id=known.id).count() == 2
    kept = IdempotencyKey.objects.values_list("result", flat=True)
    assert not any(known.phone in str(one) for one in kept)
    assert post(client, f"/persons/{known.id}/unmask", {"reason": "x"}).status_code == 422


def test_a_planner_unmasks_nobody(world: World, caller) -> None:
    answer = post(caller("planner"), f"/persons/{world.home.customers[0].id}/unmask", {"reason": "plans"})
    assert (answer.status_code, answer.json()["code"]) == (403, "platform.role")


def test_consents_are_given_and_withdrawn(client: Client, world: World) -> None:
    person = world.home.customers[0].id
    given = post(
        client, f"/persons/{person}/consents", {"purpose": "news", "channel": "store", "text_version": "1"}
    )
    assert given.status_code == 201
    assert post(client, f"/persons/{person}/consents/withdraw", {"purpose": "news"}).json() == {
        "withdrawn": 1
    }
    newest = client.get(f"{API}/persons/{person}/consents").json()[0]
    assert newest["purpose"] == "news" and newest["withdrawn_at"]


def test_the_link_opens_the_customers_own_page(client: Client, world: World) -> None:
    url = client.get(f"{API}/persons/{world.home.customers[0].id}/link").json()["url"]
    assert Client(headers={"accept-language": "en"}).get(url).status_code == 200


def test_who_asked_to_be_forgotten_is_locked(world: World, caller) -> None:
    person = world.home.customers[1].id
    assert post(caller("adviser"), f"/persons/{person}/restrict").status_code == 403
    assert post(caller("network_ops"), f"/persons/{person}/restrict").status_code == 200
    adviser = caller("adviser")
    assert adviser.get(f"{API}/persons/{person}").json()["restricted"] is True
    assert post(adviser, f"/persons/{person}/unmask", {"reason": "calls back"}).status_code == 404
    assert adviser.get(f"{API}/persons/{person}/link").status_code == 404


def test_entries_are_filtered(client: Client, world: World) -> None:
    run, person = world.home.ids["journey_owner"], world.home.customers[0].id
    for query, same in (
        (f"journey={run}", lambda one: one["journey"] == run),
        (f"person={person}", lambda one: one["person_id"] == str(person)),
        ("kind=sales.order_placed", lambda one: one["kind"] == "sales.order_placed"),
        (f"store={world.home.store}", lambda one: one["store"] == world.home.store),
        (f"stream={run}", lambda one: one["stream"] == run),
    ):
        found = client.get(f"{API}/entries?{query}").json()["items"]
        assert found and all(same(one) for one in found), query
    assert client.get(f"{API}/entries?store={world.away.store}").json()["items"] == []
    assert client.get(f"{API}/entries?since=2030-01-01T00:00:00Z").json()["items"] == []
    one = found[0]
    assert client.get(f"{API}/entries/{one['id']}").json() == one
