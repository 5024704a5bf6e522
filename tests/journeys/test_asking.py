"""The routes that tell how the work goes, and the one that keeps proofs."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from forecourt.journeys import actions
from forecourt.platform import clock
from forecourt.platform.actor import Actor
from forecourt.platform.models import Evidence
from forecourt.platform.scope import reading
from tests.journeys.conftest import ADVISER
from tests.journeys.conftest import MANAGER
from tests.journeys.conftest import STRANGER

pytestmark = pytest.mark.django_db
API = "/api/v1"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def hour_later(tea, at, monkeypatch):
    """The step went late, and the manager was told."""
    late = at + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    actions.mark_late(by=Actor.system("tests"), at=late)
    return late


def test_notices_are_listed_and_read(tea, hour_later, signed_in):
    browser = signed_in(MANAGER)
    (one,) = browser.get(f"{API}/notices").json()["items"]
    assert (one["kind"], one["step"], one["title"], one["journey"]) == ("late", "boil", "Boil water", tea)
    body = json.dumps({"notices": [one["id"]]})
    for read in (1, 0):
        done = browser.post(f"{API}/notices/read", body, content_type="application/json")
        assert (done.status_code, done.json()) == (200, {"read": read})
    assert browser.get(f"{API}/notices").json()["items"] == []


def test_notices_of_others_stay_unread(tea, hour_later, signed_in):
    (one,) = signed_in(MANAGER).get(f"{API}/notices").json()["items"]
    browser = signed_in(ADVISER)
    assert browser.get(f"{API}/notices").json()["items"] == []
    done = browser.post(
        f"{API}/notices/read", json.dumps({"notices": [one["id"]]}), content_type="application/json"
    )
    assert done.json() == {"read": 0}
    assert browser.get(f"{API}/notices?cursor=odd").status_code == 422


def test_late_steps_by_store_and_region(tea, hour_later, begin, signed_in):
    browser = signed_in(MANAGER)
    found = browser.get(f"{API}/steps/late").json()
    assert (found["stores"], found["regions"]) == ({"sh-001": 1}, {"east": 1})
    (one,) = found["items"]
    assert (one["step"], one["late_minutes"], one["assigned_to"]) == ("boil", 45, "st-1")
    assert browser.get(f"{API}/steps/late?store=sh-001&region=east").json()["items"] == [one]
    assert browser.get(f"{API}/steps/late?store=sh-002").json()["items"] == []
    assert browser.get(f"{API}/steps/late?region=west").json()["items"] == []
    assert browser.get(f"{API}/steps/late?store=%27;drop").status_code == 422


def test_late_steps_come_in_pages(published, begin, at, signed_in, monkeypatch):
    runs = {begin(f"c-{number}") for number in range(3)}
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=1))
    browser, seen, cursor = signed_in(MANAGER), set(), ""
    for _page in range(2):
        page = browser.get(f"{API}/steps/late", {"limit": 2, "cursor": cursor}).json()
        seen |= {one["journey"] for one in page["items"]}
        cursor = page["next_cursor"]
    assert (seen, cursor) == (runs, "")


def test_others_see_no_late_steps(tea, hour_later, signed_in):
    found = signed_in(STRANGER).get(f"{API}/steps/late").json()
    assert (found["items"], found["stores"], found["regions"]) == ([], {}, {})


def test_adherence_by_store_region_and_step(published, begin, at, signed_in, monkeypatch):
    for number, minutes in enumerate((5, 10, 40)):
        record = {"outcome": "hot", "degrees": 95}
        then = at + timedelta(minutes=minutes)
        actions.record_step(by=ADVISER, at=then, journey=begin(f"c-{number}"), step="boil", record=record)
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=2))
    browser = signed_in(MANAGER)
    for by, of in (("store", "sh-001"), ("region", "east"), ("step", "boil")):
        found = browser.get(f"{API}/adherence?by={by}&playbook=tea").json()
        assert (found["since"], found["until"]) == ("2026-02-11", "2026-03-10")
        assert found["items"] == [{"of": of, "done": 3, "on_time": 2, "share": 2 / 3}]
    assert browser.get(f"{API}/adherence?since=2026-03-11&until=2026-03-12").json()["items"] == []
    assert browser.get(f"{API}/adherence?playbook=coffee").json()["items"] == []


@pytest.mark.parametrize(
    "asked",
    [
        "by=step", "by=person", "since=2026-03-10&until=2026-03-01", "until=0001-01-01", "until=9999-12-31",
        "since=1999-01-01", "since=soon",
    ],
)  # fmt: skip
def test_adherence_refuses_what_makes_no_sense(published, signed_in, asked):
    assert signed_in(MANAGER).get(f"{API}/adherence?{asked}").status_code == 422


def test_a_playbook_has_live_numbers(tea, at, hour_later, signed_in):
    browser = signed_in(MANAGER)
    boil = browser.get(f"{API}/playbooks/tea/versions/1/numbers").json()[0]
    assert (boil["step"], boil["open"], boil["late"], boil["done"]) == ("boil", 1, 1, 0)
    actions.record_step(by=ADVISER, at=hour_later, journey=tea, step="boil", record={"outcome": "hot"})
    found = {one["step"]: one for one in browser.get(f"{API}/playbooks/tea/versions/1/numbers").json()}
    assert (found["boil"]["done"], found["boil"]["median_minutes"], found["boil"]["late_share"]) == (1, 60, 1)
    assert (found["brew"]["open"], found["serve"]["title"]) == (1, "Serve")
    assert browser.get(f"{API}/playbooks/tea/versions/9/numbers").status_code == 404


def test_a_proof_is_kept_and_given_to_its_step(tea, at, signed_in):
    browser = signed_in(ADVISER)
    url = f"{API}/journeys/{tea}/evidence"
    kept = browser.post(url, {"kind": "photo", "file": SimpleUploadedFile("cup.png", PNG, "image/png")})
    assert kept.status_code == 200, kept.content
    actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record={"outcome": "hot", "degrees": 95})
    body = json.dumps({"evidence": [kept.json()]})
    done = browser.post(f"{API}/journeys/{tea}/steps/brew", body, content_type="application/json").json()
    assert "evidence_missing" not in [one["kind"] for one in done["deviations"]]
    with reading(ADVISER.scope):
        row = Evidence.objects.get(id=kept.json()["id"])
    assert (bytes(row.content), row.store, row.digest) == (PNG, "sh-001", kept.json()["digest"])


@pytest.mark.parametrize(
    ("kind", "content", "media", "status"),
    [
        ("photo", PNG, "text/html", 422),
        ("photo", b"", "image/png", 422),
        ("rumour", PNG, "image/png", 422),
        ("photo", b"0" * (5 * 1024 * 1024 + 1), "image/png", 413),
    ],
)
def test_what_is_no_proof_is_refused(tea, signed_in, kind, content, media, status):
    sent = {"kind": kind, "file": SimpleUploadedFile("cup.png", content, media)}
    assert signed_in(ADVISER).post(f"{API}/journeys/{tea}/evidence", sent).status_code == status


def test_no_proof_for_a_journey_out_of_sight(tea, signed_in):
    sent = {"kind": "photo", "file": SimpleUploadedFile("cup.png", PNG, "image/png")}
    assert signed_in(STRANGER).post(f"{API}/journeys/{tea}/evidence", sent).status_code == 404
    browser = signed_in(ADVISER)
    assert browser.post(f"{API}/journeys/{tea}/evidence", {"kind": "photo"}).status_code == 422
