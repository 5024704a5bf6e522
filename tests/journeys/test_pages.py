"""What people see and do on their pages."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from forecourt.journeys import actions
from forecourt.journeys import queries
from forecourt.platform import clock
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading
from tests.journeys.conftest import ADVISER
from tests.journeys.conftest import DELIVERY
from tests.journeys.conftest import MANAGER
from tests.journeys.conftest import OPS
from tests.journeys.conftest import STRANGER
from tests.journeys.conftest import TEA

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(monkeypatch, at):
    """The site's clock stands at the tests' Tuesday."""
    monkeypatch.setattr(clock, "now", lambda: at)


def test_today_shows_who_what_why_until_when(tea, signed_in):
    page = signed_in(ADVISER).get("/today/").content.decode()
    assert "Boil water" in page
    assert "Tea" in page
    assert "due in 15 min" in page
    assert "0 of 1 steps" in page


def test_today_is_empty_for_a_stranger(tea, signed_in):
    page = signed_in(STRANGER).get("/today/").content.decode()
    assert "Nothing is due" in page
    assert "Boil water" not in page


def test_a_step_is_recorded_in_place(tea, signed_in, at):
    browser = signed_in(ADVISER)
    url = reverse("journeys:step", args=[tea, "boil"])
    form = browser.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in form
    assert 'type="radio"' in form
    key = re.search(r'name="key" value="([^"]+)"', form)[1]
    wrong = browser.post(url, {"outcome": "hot", "degrees": "x", "key": key}, HTTP_HX_REQUEST="true")
    assert wrong.status_code == 422
    assert "cannot be “x”" in wrong.content.decode()
    done = browser.post(url, {"outcome": "hot", "degrees": "90", "key": key + "2"}, HTTP_HX_REQUEST="true")
    assert done.status_code == 200
    assert "Next: Brew" in done.content.decode()
    again = browser.post(url, {"outcome": "hot", "degrees": "90", "key": key + "2"}, HTTP_HX_REQUEST="true")
    assert again.status_code == 200
    with reading(ADVISER.scope):
        assert queries.find(tea).facts["boil"]["degrees"] == 90


def test_without_javascript_it_goes_back_to_today(tea, signed_in):
    browser = signed_in(ADVISER)
    done = browser.post(reverse("journeys:step", args=[tea, "boil"]), {"outcome": "hot"}, follow=True)
    page = done.content.decode()
    assert done.redirect_chain == [("/today/", 302)]
    assert "Recorded: Boil water" in page
    assert "Brew" in page


def test_a_blocked_step_says_why(tea, signed_in, at):
    actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record={"outcome": "hot", "degrees": 50})
    page = signed_in(ADVISER).get(reverse("journeys:step", args=[tea, "brew"])).content.decode()
    assert "The water is not hot enough." in page
    assert "Advice" in page
    assert '<form class="fc-form"' not in page


def test_a_step_out_of_order_says_what_comes_first(tea, signed_in):
    page = signed_in(MANAGER).get(reverse("journeys:step", args=[tea, "serve"])).content.decode()
    assert "First: Boil water, Brew" in page


def test_the_journey_page_shows_what_is_next_and_was(tea, signed_in, at):
    actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record={"outcome": "hot", "degrees": 95})
    page = signed_in(ADVISER).get(reverse("journeys:journey", args=[tea])).content.decode()
    for text in ("Brew", "Stop", "Boil water", "Take back the last step", "Photo"):
        assert text in page


def test_evidence_is_kept_with_the_step(tea, signed_in, at, tmp_path):
    actions.record_step(by=ADVISER, at=at, journey=tea, step="boil", record={"outcome": "hot", "degrees": 95})
    photo = tmp_path / "cup.png"
    photo.write_bytes(b"\x89PNG not really")
    with photo.open("rb") as file:
        signed_in(ADVISER).post(reverse("journeys:step", args=[tea, "brew"]), {"evidence-photo": file})
    with reading(ADVISER.scope):
        from forecourt.journal.models import Entry

        entry = Entry.objects.get(stream=tea, step="brew")
    assert entry.evidence[0]["kind"] == "photo"
    assert len(entry.evidence[0]["digest"]) == 64
    assert {"kind": "evidence_missing"} not in [{"kind": one["kind"]} for one in entry.data["deviations"]]


def test_the_pool_is_shown_and_taken(tea, signed_in, at):
    for step, record in (("boil", {"outcome": "hot", "degrees": 95}), ("brew", {})):
        actions.record_step(by=ADVISER, at=at, journey=tea, step=step, record=record)
    browser = signed_in(DELIVERY)
    assert "not taken yet" in browser.get("/today/").content.decode()
    browser.post(reverse("journeys:take", args=[tea]))
    page = browser.get("/today/").content.decode()
    assert "Serve" in page
    assert "not taken yet" not in page


def test_the_manager_sees_late_steps_and_is_told(tea, signed_in, at, monkeypatch):
    late = at + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    actions.mark_late(by=Actor.system("tests"), at=late)
    browser = signed_in(MANAGER)
    assert "Late: Boil water" in browser.get("/today/").content.decode()
    page = browser.get("/late/").content.decode()
    assert "Boil water" in page
    assert "late by 45 min" in page
    refused = browser.post("/late/", {"journey": tea, "to": "", "reason": "late"})
    assert refused.status_code == 422


def test_advisers_do_not_see_the_late_board(tea, signed_in):
    assert signed_in(ADVISER).get("/late/").status_code == 403


def test_the_playbook_is_drawn_with_its_numbers(tea, signed_in, at):
    browser = signed_in(MANAGER)
    assert "Tea" in browser.get("/playbooks/").content.decode()
    page = browser.get("/playbooks/tea/").content.decode()
    assert "<svg" in page
    assert '<rect class="s has"' in page
    assert page.count("<polyline") > 10
    assert "1 open" in page
    assert "may be left out" in page
    assert "End: Served" in page
    assert browser.get("/playbooks/tea/1/").status_code == 200
    assert browser.get("/playbooks/coffee/").status_code == 404
    assert "Boil water" in browser.get("/playbooks/tea/1/checklist/").content.decode()


def test_operations_publishes_with_every_mistake_shown(published, signed_in):
    browser = signed_in(OPS)
    wrong = browser.post("/playbooks/publish/", {"text": TEA.replace("by: technician", "by: plumber")})
    assert wrong.status_code == 422
    assert "PB031" in wrong.content.decode()
    newer = TEA.replace('version: "1"', 'version: "2"')
    done = browser.post("/playbooks/publish/", {"text": newer}, follow=True)
    assert done.redirect_chain[-1][0] == "/playbooks/tea/2/"


def test_today_in_chinese(tea, signed_in):
    browser = signed_in(ADVISER)
    browser.cookies["django_language"] = "zh-hans"
    page = browser.get("/today/", HTTP_ACCEPT_LANGUAGE="zh-hans").content.decode()
    assert "烧水" in page
    assert "现在" in page


def test_today_asks_little_of_the_database(published, begin, signed_in, django_assert_max_num_queries):
    for number in range(60):
        begin(f"c-{number}")
    browser = signed_in(ADVISER)
    browser.get("/today/")
    with django_assert_max_num_queries(16):
        page = browser.get("/today/").content.decode()
    assert page.count("<li data-row") == 50
    assert 'rel="next"' in page


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/late/", {"journey": "no id", "to": "st-9", "reason": "late"}, 422),
        ("/late/", {"journey": "x", "to": "\x00", "reason": "\x00"}, 422),
        ("/today/notices/", {"notice": "'; drop"}, 302),
        ("/playbooks/publish/", {"text": "\x00"}, 403),
        ("/playbooks/tea/%00/checklist/", None, 404),
        ("/playbooks/tea/%F0%9F/", None, 404),
        ("/today/?cursor=2026_x", None, 422),
    ],
)
def test_odd_input_is_refused_not_broken(tea, signed_in, path, data, status):
    browser = signed_in(MANAGER)
    answer = browser.get(path) if data is None else browser.post(path, data)
    assert answer.status_code == status


def test_a_record_with_a_broken_character_is_refused(tea, signed_in):
    answer = signed_in(ADVISER).post(
        reverse("journeys:step", args=[tea, "boil"]), {"outcome": "hot", "note": "a\x00b"}
    )
    assert answer.status_code == 422
    assert "holds a character that no text has" in answer.content.decode()
