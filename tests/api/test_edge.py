"""What every answer of the API keeps to: problems for whatever goes wrong, sizes, methods, headers."""

import json

import pytest
from django.conf import settings
from django.test import Client

from forecourt.api.parsing import Unreadable
from forecourt.api.parsing import read
from tests.api.world import World

API = "/api/v1"


@pytest.fixture
def client(world: World, caller) -> Client:
    return caller("adviser")


def problem(answer, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["type"] == f"urn:forecourt:problem:{code}" and said["code"] == code
    assert said["status"] == status and said["title"] and said["detail"] and said["instance"]
    return said


@pytest.mark.parametrize("address", ["/nothing", "/orders/no-uuid/", "/journeys/1", "/entries/x", "/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_without_a_route_is_a_problem(db: None, method: str, address: str) -> None:
    problem(getattr(Client(enforce_csrf_checks=True), method)(f"{API}{address}"), 404, "api.no_route")


def test_a_wrong_method_names_the_right_ones(db: None) -> None:
    answer = Client().delete(f"{API}/brands")
    problem(answer, 405, "api.method")
    assert answer["Allow"] == "GET"


@pytest.mark.parametrize(
    "body", [b"{", b'{"reason": NaN}', b"\xff", b'{"reason": "\\u0000"}', b'{"a": "\\ud800"}', b"[" * 100_000]
)
def test_a_body_that_is_no_json_says_where(client: Client, world: World, body: bytes) -> None:
    address = f"{API}/persons/{world.home.customers[0].id}/unmask"
    said = problem(client.post(address, body, content_type="application/json"), 400, "api.malformed")
    assert said["detail"].startswith("The body is ")


def test_fields_are_named_by_pointer(client: Client, world: World) -> None:
    address = f"{API}/persons/{world.home.customers[0].id}/consents"
    answer = client.post(address, {"purpose": 1}, content_type="application/json")
    pointers = {one["pointer"] for one in problem(answer, 422, "api.invalid")["errors"]}
    assert pointers == {"/purpose", "/channel", "/text_version"}


def test_too_large_a_body_is_not_read(client: Client, world: World) -> None:
    body = b"x" * (settings.FORECOURT_MAX_UPLOAD + 1)
    problem(client.post(f"{API}/vehicles", body, content_type="application/json"), 413, "api.too_large")


def test_a_nul_in_the_address_is_malformed(client: Client, world: World) -> None:
    problem(client.get(f"{API}/stores?city=a%00b"), 400, "api.malformed")


@pytest.mark.parametrize(
    "query", ["cursor=abc", "cursor=eyJhIjoxfQ==", "limit=0", "limit=x", "limit=100000000000000000000"]
)
def test_a_wrong_page_is_invalid(client: Client, world: World, query: str) -> None:
    for address in (
        "/entries",
        "/orders",
        "/stores",
        "/vehicles",
        "/handovers",
        "/repair-orders",
    ):
        assert client.get(f"{API}{address}?{query}").status_code == 422, address


def test_answers_are_not_cached_framed_or_run(client: Client, world: World) -> None:
    for address in ("/stores", "/nothing", f"/persons/{world.away.customers[0].id}"):
        answer = client.get(f"{API}{address}")
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer["X-Frame-Options"] == "DENY"


def test_nobody_is_let_in_without_a_token(world: World) -> None:
    for headers in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic YTpi"}):
        answer = Client(headers=headers).get(f"{API}/orders")
        problem(answer, 401, "api.unauthenticated")
        assert answer["WWW-Authenticate"] == "Bearer, Link"


def test_a_session_writes_with_its_csrf_token_only(world: World) -> None:
    from forecourt.platform.models import User

    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="adviser"))
    address = f"{API}/persons/{world.home.customers[0].id}/unmask"
    assert client.get(f"{API}/orders").status_code == 200
    answer = client.post(address, json.dumps({"reason": "calls back"}), content_type="application/json")
    problem(answer, 403, "api.http_403")


def test_a_fault_of_ours_is_a_problem_and_in_the_log(client, world, monkeypatch, caplog) -> None:
    from forecourt.network import api

    def broken(*_: object) -> None:
        raise RuntimeError("the cause")

    monkeypatch.setattr(api, "_store", broken)
    said = problem(client.get(f"{API}/stores"), 500, "api.fault")
    assert "the cause" not in json.dumps(said)
    assert "the cause" in caplog.text


def test_every_page_of_a_list_is_seen_once(client: Client, world: World) -> None:
    seen, cursor = [], ""
    while True:
        page = client.get(f"{API}/entries?limit=7&cursor={cursor}").json()
        seen += [one["id"] for one in page["items"]]
        if not (cursor := page["next_cursor"]):
            break
    assert len(seen) == len(set(seen)) > 25
    assert seen == sorted(seen, reverse=True)


def test_json_is_read_strictly() -> None:
    assert read(b'{"a": ["\xe6\x9d\x8e", 1.5, null, "\\ud83d\\ude97"]}') == {"a": ["李", 1.5, None, "🚗"]}
    for text in (b"", b"1" * 5000, b'{"a\\u0000": 1}', b'"\\udc00"', b"[" * 70 + b"]" * 70):
        with pytest.raises(Unreadable):
            read(text)


def test_an_address_with_a_line_end_is_answered_as_the_api_does(db: None) -> None:
    problem(Client().get(f"{API}/leads/a%0Ab/route"), 404, "api.no_route")
