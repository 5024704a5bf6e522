"""The routes: what programs see and do, and how they are refused."""

import json

import pytest

from forecourt.journeys import actions
from tests.journeys.conftest import ADVISER
from tests.journeys.conftest import DELIVERY
from tests.journeys.conftest import MANAGER
from tests.journeys.conftest import OPS
from tests.journeys.conftest import STRANGER
from tests.journeys.conftest import TEA

pytestmark = pytest.mark.django_db
API = "/api/v1"


def post(browser, path, body=None, key=""):
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    answer = browser.post(API + path, json.dumps(body or {}), content_type="application/json", **headers)
    return answer.status_code, answer.json()


def test_the_worklist_comes_in_pages(published, begin, signed_in):
    runs = {begin(f"c-{number}") for number in range(5)}
    browser, seen, cursor = signed_in(ADVISER), [], ""
    for _ in range(3):
        page = browser.get(f"{API}/worklist", {"limit": 2, "cursor": cursor}).json()
        seen += [item["journey"] for item in page["items"]]
        cursor = page["next"]
    assert cursor == ""
    assert set(seen) == runs
    assert len(seen) == 5
    assert page["items"][0]["title"] == "Boil water"
    assert browser.get(f"{API}/worklist?cursor=nonsense").status_code == 422


def test_a_step_is_recorded_and_repeated_under_its_key(tea, signed_in):
    browser = signed_in(ADVISER)
    body = {"record": {"outcome": "hot", "degrees": 90}}
    status, done = post(browser, f"/journeys/{tea}/steps/boil", body, key="a")
    assert (status, done["next"][0]["step"]) == (200, "brew")
    assert post(browser, f"/journeys/{tea}/steps/boil", body, key="a") == (200, done)
    status, problem = post(browser, f"/journeys/{tea}/steps/boil", {"record": {"outcome": "broken"}}, key="a")
    assert (status, problem["code"]) == (422, "platform.key_reused")


def test_refusals_are_problems(tea, signed_in, at):
    browser = signed_in(ADVISER)
    status, problem = post(browser, f"/journeys/{tea}/steps/boil", {"record": {"outcome": "warm"}})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/outcome")
    status, problem = post(browser, f"/journeys/{tea}/steps/mend")
    assert (status, problem["code"]) == (403, "journeys.wrong_role")
    actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record={"outcome": "hot", "degrees": 20})
    status, problem = post(browser, f"/journeys/{tea}/steps/brew")
    assert (status, problem["code"]) == (409, "journeys.gate")
    assert "not hot enough" in problem["detail"]


def test_a_journey_says_what_is_next(tea, signed_in):
    run = signed_in(ADVISER).get(f"{API}/journeys/{tea}").json()
    assert [step["step"] for step in run["next"]] == ["boil", "stop"]
    assert run["next"][0]["record"][0] == {
        "name": "outcome",
        "kind": "choice",
        "optional": False,
        "choices": ["hot", "broken"],
    }


def test_others_find_nothing(tea, signed_in):
    browser = signed_in(STRANGER)
    assert browser.get(f"{API}/journeys/{tea}").status_code == 404
    assert post(browser, f"/journeys/{tea}/steps/boil", {"record": {"outcome": "hot"}})[0] == 404


def test_runs_are_handed_over_taken_and_moved(tea, signed_in):
    browser = signed_in(MANAGER)
    assert post(browser, f"/journeys/{tea}/assign", {"to": "st-2", "reason": "absent"})[1]["steps"] == 1
    assert post(browser, "/journeys/assign", {"journeys": [tea], "to": "st-1", "reason": "other"})[0] == 200
    assert post(browser, f"/journeys/{tea}/assign", {"to": "st-2", "reason": "because"})[0] == 422
    assert post(browser, f"/journeys/{tea}/migrate", {"version": "9"})[0] == 404
    assert post(browser, f"/journeys/{tea}/end")[0] == 409
    assert post(browser, f"/journeys/{tea}/withdrawal")[0] == 409


def test_the_pool_is_taken(tea, signed_in):
    assert post(signed_in(DELIVERY), f"/journeys/{tea}/take")[1]["steps"] == 0


def test_playbooks_are_listed_checked_and_published(published, signed_in):
    browser = signed_in(OPS)
    (one,) = browser.get(f"{API}/playbooks").json()
    assert (one["playbook"], one["version"], one["title"]) == ("tea", "1", "Tea")
    assert browser.get(f"{API}/playbooks/tea/versions/1").json()["text"] == TEA
    assert browser.get(f"{API}/playbooks/tea/versions/7").status_code == 404
    wrong = TEA.replace("by: technician", "by: plumber")
    checked = post(browser, "/playbooks/check", {"text": wrong})[1]
    assert checked["ok"] is False
    assert checked["diagnostics"][0]["code"] == "PB031"
    assert post(browser, "/playbooks", {"text": wrong})[0] == 422
    assert post(browser, "/playbooks", {"text": TEA.replace('"1"', '"2"', 1)})[1]["published"] is True
    assert post(browser, "/playbooks", {"text": TEA.replace("Boil water", "Heat")})[0] == 409
