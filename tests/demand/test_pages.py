"""The room's pages, as a browser without JavaScript gets them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forecourt.demand.actions import intake
from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.veiling import shown_field
from forecourt.demand.veiling import veiled
from forecourt.journal.models import Entry
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from tests.demand.documents import BOMB
from tests.demand.documents import SAMPLES
from tests.demand.documents import lead
from tests.demand.documents import one_opportunity
from tests.demand.documents import table

MOST_QUERIES = 25


@pytest.fixture
def browse(trade: None, at: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Client]:
    """A browser signed in as a persona of the demo, in English, at the time of the tests."""
    monkeypatch.setattr("forecourt.platform.clock.now", lambda: at)

    def sign_in(persona: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(User.objects.get(persona=persona))
        return client

    return sign_in


def text(answer: Any) -> str:
    return answer.content.decode()


def test_leads_are_listed_with_their_outcome_and_store(
    browse: Any, ops: Any, at: Any, django_assert_max_num_queries: Any
):
    for path in sorted(SAMPLES.iterdir()):
        intake(by=ops, at=at, raw=path.read_bytes())
    client = browse("network_ops")
    with django_assert_max_num_queries(MOST_QUERIES):
        shown = text(client.get("/leads/"))
    assert "Joined to a known person" in shown and "Waiting to be routed" in shown and "136****7101" in shown
    assert "13600007101" not in shown and "沈若溪" not in shown
    only = text(client.get("/leads/?outcome=refused"))
    assert 0 < only.count('href="/leads/0') < shown.count('href="/leads/0')
    assert client.get("/leads/?outcome=nonsense&cursor=x").status_code == 422


def test_a_lead_shows_each_field_and_why_it_went_where_it_went(
    browse: Any, ops: Any, at: Any, django_assert_max_num_queries: Any
):
    taken = intake(by=ops, at=at, raw=(SAMPLES / "02-adf-full.xml").read_bytes())["leads"][0]
    client = browse("network_ops")
    with django_assert_max_num_queries(MOST_QUERIES):
        shown = text(client.get(f"/leads/{taken['lead']}/"))
    assert "Why this store" in shown and "further away" in shown and "named by the sender" in shown
    assert "Understood by an assumption" in shown
    assert "13900007102" not in shown and "zhiyuan.ouyang@" not in shown and "志远" not in shown


def test_a_lead_of_the_night_says_when_the_stores_open(browse: Any, ops: Any, at: Any):
    night = at.replace(hour=18)  # 02:00 in Shanghai
    taken = intake(by=ops, at=night, raw=(SAMPLES / "02-adf-full.xml").read_bytes())["leads"][0]
    shown = text(browse("network_ops").get(f"/leads/{taken['lead']}/"))
    assert "Closed" in shown and "opens" in shown


def test_an_adviser_sees_the_leads_of_their_store_only(browse: Any, ops: Any, at: Any):
    near = intake(by=ops, at=at, raw=lead(1, store="sh-001"))["leads"][0]["lead"]
    far = intake(by=ops, at=at, raw=lead(2, city="北京"))["leads"][0]["lead"]
    client = browse("adviser")
    assert client.get(f"/leads/{near}/").status_code == 200
    assert client.get(f"/leads/{far}/").status_code == 404
    assert far not in text(client.get("/leads/"))
    assert client.get("/leads/upload/").status_code == 403


def test_documents_are_taken_in_by_upload(browse: Any):
    client = browse("network_ops")
    files = [SimpleUploadedFile("leads.csv", table(3)), SimpleUploadedFile("bomb.xml", BOMB)]
    answer = client.post("/leads/upload/", {"files": files, "source": "Car show"}, follow=True)
    assert "2 documents were taken in" in text(answer) and "bomb.xml" in text(answer)
    with reading(NETWORK_SCOPE):
        assert set(Document.objects.values_list("status", flat=True)) == {"accepted", "refused"}
        assert set(Lead.objects.values_list("source", flat=True)) == {"Car show"}
    assert client.post("/leads/upload/", {}).status_code == 422


def test_a_refused_document_says_where_and_why(browse: Any):
    client = browse("network_ops")
    raw = (SAMPLES / "07-adf-not-well-formed.xml").read_bytes()
    shown = text(client.post("/leads/upload/", {"files": SimpleUploadedFile("a.xml", raw)}, follow=True))
    assert (
        "line 14, column" in shown and "xml.not_well_formed" in shown and "Correct the place named" in shown
    )


def test_taking_the_bytes_out_needs_a_reason_that_is_kept(browse: Any, ops: Any, at: Any):
    document = intake(by=ops, at=at, raw=lead())["document"]
    client = browse("network_ops")
    assert client.post(f"/documents/{document}/content/", {"reason": ""}).status_code == 422
    answer = client.post(f"/documents/{document}/content/", {"reason": "asked by the sender"})
    assert answer.content == lead() and answer["Content-Disposition"].startswith("attachment")
    with reading(NETWORK_SCOPE):
        assert Entry.objects.filter(kind="demand.document_opened").count() == 1
    assert browse("adviser").post(f"/documents/{document}/content/", {"reason": "curious"}).status_code == 403


def test_a_large_table_shows_how_far_it_is(browse: Any, ops: Any, at: Any):
    document = intake(by=ops, at=at, raw=table(90), most=1)["document"]
    assert "20 of 90 leads" in text(browse("network_ops").get(f"/documents/{document}/"))


def test_network_operations_route_what_waits(browse: Any, ops: Any, at: Any):
    waiting = intake(by=ops, at=at, raw=lead(vehicle="随便"))["leads"][0]["lead"]
    client = browse("network_ops")
    assert "No car of the network was recognised" in text(client.get("/leads/unrouted/"))
    refused = client.post("/leads/unrouted/", {"lead": waiting, "model": "aito-m9", "store": "xx-001"})
    assert refused.status_code == 409 and "may not sell" in text(refused)
    done = client.post("/leads/unrouted/", {"lead": waiting, "model": "aito-m9"}, follow=True)
    assert "Nothing waits" in text(done)


def test_an_adviser_receives_a_customer(browse: Any):
    client = browse("adviser")
    assert "aito-m9" in text(client.get("/leads/walk-in/"))
    answer = client.post("/leads/walk-in/", {"name": "赵敏", "phone": "13700001111", "model": "aito-m9"})
    assert answer.status_code == 302 and "/journeys/" in answer["Location"]
    wrong = client.post("/leads/walk-in/", {"name": "赵敏", "phone": "123", "model": "aito-m9"})
    assert wrong.status_code == 422 and "is not a telephone number" in text(wrong)


def test_a_customer_of_another_store_stays_there_and_nothing_of_them_is_shown(browse: Any, ops: Any, at: Any):
    known = one_opportunity(intake(by=ops, at=at, raw=lead(1, city="北京")))
    sent = {"name": "某人", "phone": "13800130001", "model": "aito-m7"}
    shown = text(browse("adviser").post("/leads/walk-in/", sent, follow=True))
    assert "already in contact with a store" in shown
    assert known.store not in shown and known.owner not in shown and "李伟" not in shown


def test_a_manager_hands_over_on_the_page(browse: Any, ops: Any, at: Any):
    taken = intake(by=ops, at=at, raw=lead(store="sh-001"))["leads"][0]
    client = browse("store_manager")
    shown = text(client.get(f"/leads/{taken['lead']}/"))
    other = next(
        code for code in ("st-00069", "st-00070", "st-00071") if code in shown and code != taken["owner"]
    )
    answer = client.post(
        f"/leads/{taken['lead']}/", {"do": "reassign", "to": other, "reason": "workload"}, follow=True
    )
    assert f"Handed to {other}" in text(answer)


def test_what_a_document_says_is_veiled(ops: Any):
    assert (
        veiled("call +86 138-0013-8000 or li@x.cn on 2026-11-08")
        == "call 138****8000 or l****@x.cn on 2026-11-08"
    )
    assert shown_field("person/name", "李伟", ops) == "李*"
    assert shown_field("vehicle", "问界M7 2025", ops) == "问界M7 2025"
