"""Beginning a case: on the page, by the API, and who may do it where."""

import json
import re

import pytest

from forecourt.journal.models import Entry
from forecourt.journeys import actions
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.journeys.models import Notice
from forecourt.platform import clock
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from tests.fixtures import SYSTEM

pytestmark = pytest.mark.django_db
WORDS = "Paint of the bonnet peels"


@pytest.fixture(autouse=True)
def at_ten(monkeypatch, at):
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def cases(network_of_three, playbooks):
    playbooks("complaint", "audit", "store-opening", "brand-joining", "playbook-change", "first-month")


def begun(actor, at, playbook, store, **more):
    done = actions.open_case(by=actor, at=at, playbook=playbook, store=store, about=WORDS, **more)
    with reading(actor.scope):
        return Journey.objects.get(id=done["journey"])


def test_a_complaint_is_begun_and_lies_with_who_began_it(cases, network_of_three, service_adviser, at):
    run = begun(service_adviser, at, "complaint", network_of_three.home)
    assert re.fullmatch(r"case-260310-[0-9a-f]{12}", run.subject_id)
    assert (run.subject_type, run.store, run.owner) == ("case", network_of_three.home, service_adviser.code)
    assert run.facts["case"]["about"] == WORDS
    with reading(service_adviser.scope):
        step = DueStep.objects.get(journey_id=run.id, step="take_up")
    assert (step.assigned_to, step.due_at is not None) == (service_adviser.code, True)


def test_the_words_are_not_in_the_journal(cases, network_of_three, service_adviser, at):
    run = begun(service_adviser, at, "complaint", network_of_three.home)
    with reading(SYSTEM.scope):
        (entry,) = Entry.objects.filter(stream=run.id)
    assert entry.kind == "journeys.started"
    assert WORDS not in json.dumps(entry.data)
    assert entry.about == {"case": run.subject_id}


def test_two_complaints_are_two_cases(cases, network_of_three, manager, at):
    first, second = (begun(manager, at, "complaint", network_of_three.home) for _number in range(2))
    assert first.id != second.id
    assert first.subject_id != second.subject_id


def test_each_of_the_five_is_begun_by_somebody(cases, network_of_three, manager, operator, carmaker, ops, at):
    who = [
        (manager, "complaint"), (ops, "audit"), (operator, "store-opening"), (carmaker, "brand-joining"),
        (manager, "playbook-change"), (carmaker, "playbook-change"), (operator, "playbook-change"),
    ]  # fmt: skip
    for actor, playbook in who:
        assert begun(actor, at, playbook, network_of_three.home).playbook == playbook


def test_a_carmakers_case_is_of_its_brand(cases, network_of_three, carmaker, at):
    assert begun(carmaker, at, "brand-joining", network_of_three.home).brand == "aito"


@pytest.mark.parametrize(
    ("role", "playbook"),
    [("adviser", "complaint"), ("technician", "playbook-change"), ("store_manager", "audit"), ("store_manager", "store-opening")],
)  # fmt: skip
def test_who_may_not_do_the_first_step_may_not_begin(cases, network_of_three, at, role, playbook):
    actor = Actor("st-x", role, Scope("store", (network_of_three.home,)))
    with pytest.raises(Forbidden) as refusal:
        actions.open_case(by=actor, at=at, playbook=playbook, store=network_of_three.home, about=WORDS)
    assert refusal.value.code == "journeys.wrong_role"


def test_no_case_in_a_store_out_of_sight(cases, network_of_three, manager, operator, at):
    foreign = Actor("cm-x", "carmaker", Scope("brand", ("nobody",)))
    for actor in (manager, operator, foreign):
        for store in (network_of_three.other, "sh-999", "no store"):
            with pytest.raises(Missing) as refusal:
                actions.open_case(by=actor, at=at, playbook="playbook-change", store=store, about=WORDS)
            assert refusal.value.code == "journeys.case_store"
    with reading(SYSTEM.scope):
        assert not Journey.objects.exists()


def test_without_the_certificate_the_case_waits_in_the_pool(cases, network_of_three, at):
    actor = Actor("st-new", "service_adviser", Scope("store", (network_of_three.home,)))
    run = begun(actor, at, "complaint", network_of_three.home)
    assert (run.owner, run.team) == ("", {})


def test_somebody_else_carries_it_and_is_told(cases, network_of_three, manager, service_adviser, at):
    run = begun(manager, at, "complaint", network_of_three.home, owner=service_adviser.code)
    assert run.team == {"service_adviser": service_adviser.code}
    with reading(service_adviser.scope):
        notice = Notice.objects.get()
    assert (notice.kind, notice.to_staff, notice.journey_id) == ("assigned", service_adviser.code, run.id)


def test_who_cannot_do_the_first_step_cannot_carry_it(cases, network_of_three, manager, technician, at):
    for owner in (technician.code, "st-none", "\x00"):
        with pytest.raises(Invalid) as refusal:
            begun(manager, at, "complaint", network_of_three.home, owner=owner)
        assert refusal.value.code == "journeys.case_owner"


@pytest.mark.parametrize("about", ["", "  ", "x" * 201, "a\x00b"])
def test_the_words_are_short_and_there(cases, network_of_three, manager, at, about):
    with pytest.raises(Invalid):
        actions.open_case(by=manager, at=at, playbook="complaint", store=network_of_three.home, about=about)


def test_other_playbooks_begin_otherwise(cases, network_of_three, ops, at):
    with pytest.raises(Refused) as refusal:
        begun(ops, at, "first-month", network_of_three.home)
    assert refusal.value.code == "journeys.not_a_case"
    for playbook in ("no-such", "\x00"):
        with pytest.raises(Missing):
            begun(ops, at, playbook, network_of_three.home)


def test_the_page_begins_it_once(cases, network_of_three, manager, signed_in):
    browser = signed_in(manager)
    assert 'href="/playbooks/complaint/begin/"' in browser.get("/playbooks/complaint/").content.decode()
    form = browser.get("/playbooks/complaint/begin/").content.decode()
    assert "Begin a case" in form
    assert "The first step: Take up the complaint" in form
    assert network_of_three.other not in form
    key = re.search(r'name="key" value="([^"]+)"', form)[1]
    sent = {"about": WORDS, "store": network_of_three.home, "owner": "", "key": key}
    done = [browser.post("/playbooks/complaint/begin/", sent, follow=True) for _number in range(2)]
    assert done[0].redirect_chain == done[1].redirect_chain
    page = done[0].content.decode()
    assert WORDS in page
    assert "Take up the complaint" in page
    with reading(SYSTEM.scope):
        assert Journey.objects.count() == 1


def test_the_page_speaks_chinese(cases, manager, signed_in):
    browser = signed_in(manager)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    browser.cookies["django_language"] = "zh-hans"
    form = browser.get("/playbooks/complaint/begin/").content.decode()
    for text in ("发起事项", "第一步：", "受理投诉", "事由", "负责人"):
        assert text in form
    refused = browser.post("/playbooks/complaint/begin/", {"about": ""})
    assert refused.status_code in (404, 422)
    assert "发起事项" in refused.content.decode()


def test_the_page_says_what_is_wrong(cases, network_of_three, manager, signed_in):
    browser = signed_in(manager)
    sent = {"about": WORDS, "store": network_of_three.other}
    refused = browser.post("/playbooks/complaint/begin/", sent)
    assert refused.status_code == 404
    assert WORDS in refused.content.decode()


def test_who_may_not_begin_finds_no_form(cases, adviser, signed_in):
    browser = signed_in(adviser)
    assert "/begin/" not in browser.get("/playbooks/complaint/").content.decode()
    refused = browser.get("/playbooks/complaint/begin/")
    assert refused.status_code == 403
    assert "is done by" in refused.content.decode()
    assert browser.get("/playbooks/first-month/begin/").status_code == 404


def test_the_network_chooses_among_all_stores(cases, network_of_three, ops, signed_in):
    form = signed_in(ops).get("/playbooks/audit/begin/").content.decode()
    assert f'value="{network_of_three.home}"' in form
    assert f'value="{network_of_three.other}"' in form


def test_the_route_begins_it(cases, network_of_three, manager, signed_in):
    browser = signed_in(manager)
    body = {"playbook": "complaint", "store": network_of_three.home, "about": WORDS}
    headers = {"HTTP_IDEMPOTENCY_KEY": "c1"}
    made, again = (
        browser.post("/api/v1/journeys", json.dumps(body), content_type="application/json", **headers)
        for _number in range(2)
    )
    assert made.status_code == 200, made.content
    assert made.json() == again.json()
    run = browser.get(f"/api/v1/journeys/{made.json()['journey']}").json()
    assert (run["about"], run["subject_id"], run["next"][0]["step"]) == (
        WORDS,
        made.json()["case"],
        "take_up",
    )


def test_the_route_refuses(cases, network_of_three, manager, adviser, signed_in):
    body = {"playbook": "complaint", "store": network_of_three.home, "about": WORDS}

    def post(browser, **other):
        answer = browser.post("/api/v1/journeys", json.dumps(body | other), content_type="application/json")
        return answer.status_code, answer.json()["code"]

    browser = signed_in(manager)
    assert post(browser, store=network_of_three.other) == (404, "journeys.case_store")
    assert post(browser, about="  ") == (422, "journeys.case_words")
    assert post(browser, playbook="first-month") == (409, "journeys.not_a_case")
    assert post(browser, playbook="audit") == (403, "journeys.wrong_role")


def test_the_route_refuses_another_role(cases, network_of_three, adviser, signed_in):
    body = {"playbook": "complaint", "store": network_of_three.home, "about": WORDS}
    answer = signed_in(adviser).post("/api/v1/journeys", json.dumps(body), content_type="application/json")
    assert answer.status_code == 403
