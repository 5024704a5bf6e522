"""A customer signs in with their link: sees what is their own, answers their survey, books their visit, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from forecourt.api.schema import SECURITY
from forecourt.api.site import openapi
from forecourt.base.calendars import SHANGHAI
from forecourt.platform.links import sign
from forecourt.platform.scope import reading
from forecourt.voice.actions import instrument_of
from forecourt.voice.models import Survey
from tests.api.conftest import stop_clocks
from tests.api.world import SYSTEM
from tests.api.world import Customer
from tests.api.world import World

API = "/api/v1"


def client_of(customer: Customer) -> Client:
    return Client(headers={"authorization": f"Link {sign(customer.id)}", "accept-language": "en"})


@pytest.fixture
def owner(world: World) -> Client:
    return client_of(world.home.customers[0])


def post(client: Client, address: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"{API}{address}", body, content_type="application/json")
    return answer.status_code, answer.json()


def survey_for(customer: Customer) -> str:
    """A survey that was sent to them; the one that is open longest, as their own page names it."""
    with reading(SYSTEM.scope):
        sent = Survey.objects.filter(person_id=customer.id, sent_at__isnull=False)
        return str(sent.order_by("-closes_at")[0].id)


def good_answers(survey: str) -> dict[str, str]:
    """The lowest number, the first choice, nothing said."""
    with reading(SYSTEM.scope):
        questions = instrument_of(Survey.objects.get(id=survey)).questions
    return {
        one.code: str(one.low) if one.kind == "scale" else one.options[0][0]
        for one in questions
        if one.kind in ("scale", "choice")
    }


def test_a_customer_answers_their_own_survey_once(
    world: World, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = survey_for(world.home.customers[0])
    given = {"answers": good_answers(survey)}
    other = client_of(world.away.customers[0])
    assert post(other, f"/surveys/{survey}/answers", given)[0] == 404
    with reading(SYSTEM.scope):
        found = Survey.objects.get(id=survey)
    assert (found.answered_at, str(found.person_id)) == (None, str(world.home.customers[0].id))
    assert post(owner, f"/surveys/{survey}/answers", given)[1]["code"] == "voice.closed"
    stop_clocks(monkeypatch, found.closes_at - timedelta(hours=1))
    status, said = post(owner, f"/surveys/{survey}/answers", given)
    assert (status, said.get("survey")) == (200, survey), said
    assert post(owner, f"/surveys/{survey}/answers", given)[1]["code"] == "voice.answered"


def test_staff_answer_no_survey(world: World, caller: Any) -> None:
    survey = survey_for(world.home.customers[0])
    status, said = post(caller("adviser"), f"/surveys/{survey}/answers", {"answers": {}})
    assert (status, said["code"]) == (403, "platform.role")


def test_a_customer_books_moves_and_cancels_their_own_visit(world: World, owner: Client) -> None:
    house = world.home
    free = free_times(owner, world)
    body = {"store": house.store, "vin": house.ids["vin"], "starts_at": free[0]}
    status, booked = post(owner, "/visits", body)
    assert status == 200, booked
    stranger = client_of(world.away.customers[0])
    assert post(stranger, f"/visits/{booked['visit']}/cancel", {})[0] == 404
    assert post(owner, f"/visits/{booked['visit']}/move", {"starts_at": free[-1]})[0] == 200
    assert post(owner, f"/visits/{booked['visit']}/cancel", {}) == (200, {"visit": booked["visit"]})


def free_times(client: Client, world: World) -> list[str]:
    """The free times of the first day soon on which the workshop at home has some."""
    today = world.at.astimezone(SHANGHAI).date()
    for days in range(1, 10):
        address = f"{API}/visits/slots?store={world.home.store}&on={today + timedelta(days=days)}"
        if found := client.get(address).json():
            return [one["starts_at"] for one in found]
    raise AssertionError("the workshop is never free")


def test_nobody_books_the_car_of_somebody_else(world: World, owner: Client) -> None:
    body = {"store": world.home.store, "vin": world.away.ids["vin"], "starts_at": free_times(owner, world)[0]}
    status, said = post(owner, "/visits", body)
    assert (status, said["code"]) == (409, "care.not_your_car")
    body |= {"vin": world.home.ids["vin"]}
    second = client_of(world.home.customers[1])
    assert post(second, "/visits", body)[1]["code"] == "care.not_your_car"


def test_a_key_repeats_a_customers_booking(world: World, owner: Client) -> None:
    body = {"store": world.home.store, "vin": world.home.ids["vin"], "starts_at": free_times(owner, world)[1]}
    headers = {"idempotency-key": "own-1"}
    answers = [
        owner.post(f"{API}/visits", body, content_type="application/json", headers=headers).json()
        for _ in range(2)
    ]
    assert answers[0]["visit"] == answers[1]["visit"]
    assert post(owner, f"/visits/{answers[0]['visit']}/cancel", {})[0] == 200


def test_a_customer_sees_only_what_is_theirs(world: World, owner: Client) -> None:
    me, house = str(world.home.customers[0].id), world.home
    assert [one["id"] for one in owner.get(f"{API}/orders").json()["items"]] == [house.ids["order"]]
    assert [one["vin"] for one in owner.get(f"{API}/cars").json()] == [house.ids["vin"]]
    assert owner.get(f"{API}/persons/{me}").json()["id"] == me
    assert {one["person_id"] for one in owner.get(f"{API}/entries").json()["items"]} <= {me}
    assert {one["person_id"] for one in owner.get(f"{API}/repair-orders").json()["items"]} == {me}
    second = client_of(world.home.customers[1])
    assert second.get(f"{API}/orders").json()["items"] == [] and second.get(f"{API}/cars").json() == []


def test_consents_are_given_for_oneself_only(world: World, owner: Client) -> None:
    consent = {"purpose": "own-news", "channel": "link", "text_version": "1"}
    mine = f"/persons/{world.home.customers[0].id}"
    assert post(owner, f"{mine}/consents", consent)[0] == 201
    assert post(owner, f"{mine}/consents/withdraw", {"purpose": "own-news"}) == (200, {"withdrawn": 1})
    for other in (world.home.customers[1], world.away.customers[0]):
        theirs = f"/persons/{other.id}"
        assert post(owner, f"{theirs}/consents", consent)[0] == 404
        assert post(owner, f"{theirs}/consents/withdraw", {"purpose": "test-drive"})[0] == 404
        assert post(owner, f"{theirs}/restrict", {})[0] == 404


def test_what_is_for_staff_is_refused(world: World, owner: Client) -> None:
    me = world.home.customers[0].id
    assert post(owner, f"/persons/{me}/unmask", {"reason": "curious about it"})[0] == 403
    assert owner.get(f"{API}/persons/{me}/link").status_code == 403
    assert owner.get(f"{API}/tokens").json()["code"] == "api.no_account"
    assert post(owner, "/tokens", {"name": "mine"})[0] == 403
    assert post(owner, f"/visits/{world.home.ids['visit_coming']}/repair-order", {})[0] == 403


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\u00e4\u00f6:\u00fc", "altered", "as bearer"])
def test_a_bad_link_is_nobody(world: World, token: str) -> None:
    good = sign(world.home.customers[0].id)
    header = {
        "altered": f"Link {good[:-2]}{'AA' if good[-2:] != 'AA' else 'BB'}",
        "as bearer": f"Bearer {good}",
    }
    client = Client(headers={"authorization": header.get(token, f"Link {token}")})
    answer = client.get(f"{API}/orders")
    assert (answer.status_code, answer.json()["code"]) == (401, "api.unauthenticated")
    assert post(client, "/visits", {})[0] == 401


def test_a_link_too_old_is_nobody(owner: Client, settings: Any) -> None:
    settings.FORECOURT_LINK_LIFETIME = timedelta(seconds=-1)
    assert owner.get(f"{API}/orders").status_code == 401


def test_a_bad_link_is_not_helped_by_a_session(world: World) -> None:
    from forecourt.platform.models import User

    client = Client(headers={"authorization": "Link wrong"})
    client.force_login(User.objects.get(username="adviser"))
    assert client.get(f"{API}/orders").status_code == 401


def test_the_description_names_both_ways() -> None:
    said = openapi()
    assert said["components"]["securitySchemes"] == SECURITY
    assert said["security"] == [{"token": []}, {"link": []}]
