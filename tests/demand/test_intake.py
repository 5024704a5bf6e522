"""Documents of every format end accepted, joined or refused; their bytes are kept; nothing is doubled."""

from pathlib import Path
from typing import Any

import pytest

from forecourt.demand import intake as taking_in
from forecourt.demand.actions import go_on
from forecourt.demand.actions import intake
from forecourt.demand.intake import TooLarge
from forecourt.demand.models import AdviserLoad
from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.exchange.leads import Read
from forecourt.exchange.leads import read_leads
from forecourt.journal.models import Entry
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.people.models import ContactPoint
from forecourt.people.models import Relation
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.refusals import KeyReused
from forecourt.platform.scope import reading
from tests.demand.documents import BOMB
from tests.demand.documents import SAMPLES
from tests.demand.documents import SHARED
from tests.demand.documents import counted
from tests.demand.documents import kinds
from tests.demand.documents import lead
from tests.demand.documents import one_lead
from tests.demand.documents import one_opportunity
from tests.demand.documents import table

ENDS = {"accepted", "joined", "refused", "mixed"}


def test_a_lead_becomes_a_person_with_an_owner_in_a_store_and_a_journey(trade: None, ops: Any, at: Any):
    result = intake(by=ops, at=at, raw=lead())
    assert (result["status"], result["leads"][0]["outcome"]) == ("accepted", "accepted")
    opportunity = one_opportunity(result)
    assert (opportunity.brand, opportunity.model, opportunity.state) == ("aito", "aito-m7", "open")
    assert opportunity.owner and opportunity.store.startswith("sh-")
    with reading(NETWORK_SCOPE):
        run = Journey.objects.get(id=opportunity.journey)
        step = DueStep.objects.get(journey=run, step="respond")
        assert (run.owner, run.store, run.person_id) == (
            opportunity.owner,
            opportunity.store,
            opportunity.person_id,
        )
        assert step.assigned_to == opportunity.owner and (step.due_at - at).total_seconds() == 15 * 60
        assert Relation.objects.get(person_id=opportunity.person_id).store == opportunity.store
        assert AdviserLoad.objects.get(staff=opportunity.owner).open == 1


def test_its_entries_lie_in_the_chain_of_its_journey_without_personal_data(trade: None, ops: Any, at: Any):
    result = intake(by=ops, at=at, raw=lead(source="site 13800138000 li@x.cn"))
    with reading(NETWORK_SCOPE):
        entries = list(Entry.objects.of_stream(one_opportunity(result).journey))
    assert [one.kind for one in entries] == [
        "journeys.started", "demand.lead_received", "demand.lead_joined", "demand.lead_routed",
    ]  # fmt: skip
    received, joined, routed = (one.data for one in entries[1:])
    assert received["model"] == "aito-m7" and received["city"] == "sh" and received["report"]["read"] > 3
    assert joined == {"keys": [], "known": False}
    assert routed["store"] == routed["reasons"]["store"] and len(routed["next"]) == 3
    assert not any(word in str([one.data for one in entries]) for word in ("李伟", "1380013", "li@x.cn"))


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_our_samples_end_somewhere_and_lose_nothing(trade: None, ops: Any, at: Any, path: Path):
    _check(path, intake(by=ops, at=at, raw=path.read_bytes(), filename=path.name))


def _theirs() -> list[Path]:
    return sorted([*SHARED.glob("adf/0*"), *SHARED.glob("wecom_auto_leads/*.json")])


@pytest.mark.skipif(
    not _theirs(), reason="the sample documents of others are not here; see docs/reference/lead-formats.md"
)
@pytest.mark.parametrize("path", _theirs(), ids=lambda path: path.name)
def test_documents_of_others_end_somewhere_and_lose_nothing(trade: None, ops: Any, at: Any, path: Path):
    _check(path, intake(by=ops, at=at, raw=path.read_bytes(), filename=path.name))


def _check(path: Path, result: dict[str, Any]) -> None:
    raw = path.read_bytes()
    read = read_leads(raw)
    expected = (len(read.leads), len(read.refused)) if isinstance(read, Read) else (0, 1)
    assert result["status"] in ENDS
    assert (len(result["leads"]), result["refused_count"]) == expected
    for one in result["refused"]:
        assert one["message"] and (
            one["position"] or one["line"] or one["code"].startswith(("json.", "mail."))
        )
    with reading(NETWORK_SCOPE):
        document = Document.objects.get(id=result["document"])
        assert bytes(document.content) == raw
        rows = Lead.objects.filter(document=document)
        assert rows.count() == sum(one["outcome"] != "updated" for one in result["leads"])
        assert all(row.report for row in rows)


def test_all_our_samples_together(trade: None, ops: Any, at: Any):
    """The same people in several documents are the same people; masked numbers are nobody's key."""
    results = {
        path.name[:2]: intake(by=ops, at=at, raw=path.read_bytes()) for path in sorted(SAMPLES.iterdir())
    }
    again = results["06"]["leads"][1]
    assert again["outcome"] == "joined" and again["opportunity"] == results["01"]["leads"][0]["opportunity"]
    assert results["13"]["leads"][0]["outcome"] == results["14"]["leads"][0]["outcome"] == "updated"
    told = one_lead(results["12"])
    assert [news["kind"] for news in told.activity] == ["arrival", "follow_up"]
    assert results["12"]["leads"][2]["outcome"] == "refused"
    assert results["18"]["leads"][1] | {"reason": ""} == results["18"]["leads"][1]
    with reading(NETWORK_SCOPE):
        keys = ContactPoint.objects.filter(is_key=True).values_list("value", flat=True)
        assert not any(
            "*" in key or "x" in key.partition("@")[0][:6].lower() for key in keys if key[0] == "1"
        )


def test_a_masked_number_joins_nobody(trade: None, ops: Any, at: Any):
    first = intake(by=ops, at=at, raw=lead(1, phone="138****7106"))
    second = intake(by=ops, at=at, raw=lead(2, phone="138****7106"))
    assert [one["leads"][0]["outcome"] for one in (first, second)] == ["accepted", "accepted"]
    assert counted()["Person"] == 2


def test_a_known_person_who_asks_again_begins_no_second_journey(trade: None, ops: Any, at: Any):
    first = intake(by=ops, at=at, raw=lead(1))
    again = intake(by=ops, at=at, raw=lead(1, id="other", vehicle="问界M9", email="wei@mail.example"))
    assert (
        again["status"] == "joined" and again["leads"][0]["opportunity"] == first["leads"][0]["opportunity"]
    )
    mailed = intake(by=ops, at=at, raw=lead(3, phone="", email="Wei@Mail.example", vehicle="想问问交付时间"))
    assert mailed["leads"][0]["opportunity"] == first["leads"][0]["opportunity"]
    assert counted() == {"Document": 3, "Lead": 3, "Opportunity": 1, "Journey": 1, "Person": 1}


def test_another_brand_is_another_opportunity(trade: None, ops: Any, at: Any):
    intake(by=ops, at=at, raw=lead(1))
    other = intake(by=ops, at=at, raw=lead(1, id="x", vehicle="智界R7"))
    assert other["leads"][0]["outcome"] == "joined" and other["leads"][0]["brand"] == "luxeed"
    assert (counted()["Person"], counted()["Opportunity"]) == (1, 2)


def test_the_same_bytes_are_the_same_document(trade: None, ops: Any, at: Any):
    first = intake(by=ops, at=at, key="a", raw=lead())
    again = intake(by=ops, at=at, key="b", raw=lead())
    assert again["repeated"] and again["document"] == first["document"]
    assert again["leads"][0]["journey"] == first["leads"][0]["journey"]
    assert counted()["Lead"] == 1 and kinds().count("demand.lead_received") == 1


def test_the_same_enquiry_in_other_bytes_is_an_update(trade: None, ops: Any, at: Any):
    first = intake(by=ops, at=at, raw=lead(1))
    again = intake(by=ops, at=at, raw=lead(1, comment="请尽快回电"))
    assert (
        again["leads"][0]["outcome"] == "updated" and again["leads"][0]["lead"] == first["leads"][0]["lead"]
    )
    assert one_lead(first).activity[0]["text"] == "请尽快回电"


def test_a_key_gives_the_same_answer_and_is_for_one_document(trade: None, ops: Any, at: Any):
    first = intake(by=ops, at=at, key="k", raw=lead(1))
    assert intake(by=ops, at=at, key="k", raw=lead(1)) == first
    with pytest.raises(KeyReused):
        intake(by=ops, at=at, key="k", raw=lead(2))


def test_a_car_that_nobody_knows_waits_for_a_person(trade: None, ops: Any, at: Any):
    result = intake(by=ops, at=at, raw=lead(vehicle={"brand": "AITO", "model": "问界 MX"}, city=""))
    assert result["leads"][0]["brand"] == "aito" and result["leads"][0]["outcome"] == "accepted"
    foreign = intake(by=ops, at=at, raw=lead(2, vehicle={"brand": "Chevrolet", "model": "Blazer"}))
    assert (foreign["leads"][0]["outcome"], foreign["leads"][0]["reason"]) == ("unrouted", "no_brand")
    close = intake(by=ops, at=at, raw=lead(3, vehicle={"model": "智界R8"}))
    assert (close["leads"][0]["model"], close["leads"][0]["near"]) == ("", "智界 R7")


def test_an_xml_bomb_is_refused_and_kept(trade: None, ops: Any, at: Any):
    result = intake(by=ops, at=at, raw=BOMB, filename="bomb.xml")
    assert result["status"] == "refused" and result["refused"][0]["code"] == "xml.entities"
    with reading(NETWORK_SCOPE):
        assert bytes(Document.objects.get(id=result["document"]).content) == BOMB
    assert intake(by=ops, at=at, raw=BOMB)["repeated"]


def test_a_document_that_is_too_large_is_said_so(trade: None, ops: Any, at: Any, settings: Any):
    settings.FORECOURT_MAX_UPLOAD = 1000
    with pytest.raises(TooLarge, match="1001 bytes"):
        intake(by=ops, at=at, raw=b"x" * 1001)


def test_a_large_table_is_taken_in_portions_and_finished_by_the_worker(trade: None, ops: Any, at: Any):
    begun = intake(by=ops, at=at, key="t", raw=table(130), most=60)
    assert (begun["status"], begun["taken"], begun["total"]) == ("reading", 60, 130)
    assert go_on(at) == {"leads": 70} and go_on(at) == {"leads": 0}
    again = intake(by=ops, at=at, raw=table(130))
    assert (again["status"], again["repeated"], again["outcomes"]) == ("accepted", True, {"accepted": 130})
    assert counted()["Lead"] == counted()["Person"] == 130


def test_a_table_cut_off_in_the_middle_is_taken_once(trade: None, ops: Any, at: Any, monkeypatch: Any):
    """A crash between two portions loses nothing and doubles nothing."""
    real, calls = taking_in.take_in, []

    def dies(**facts: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return real(**facts)

    monkeypatch.setattr(taking_in, "take_in", dies)
    with pytest.raises(RuntimeError):
        intake(by=ops, at=at, raw=table(80))
    assert counted()["Lead"] == 20
    assert intake(by=ops, at=at, raw=table(80))["status"] == "accepted"
    assert counted()["Lead"] == 80


def test_without_a_playbook_the_lead_waits(db: None, ops: Any, at: Any):
    from forecourt.demand import directory
    from forecourt.journeys import programs
    from forecourt.network.actions import load_sample

    directory.forget()
    programs.forget()
    load_sample(by=ops, at=at, stores=9, seed=1)
    assert intake(by=ops, at=at, raw=lead())["leads"][0]["reason"] == "no_playbook"
    directory.forget()


def test_signs_that_no_database_holds_cost_nobody_a_lead(trade: None, ops: Any, at: Any):
    raw = b'{"id":"a\\u0000b","name":"\\ud83d\\u0000","phone":"13800138000","vehicle":"\\u0000M7","x\\u0000":"\\ud800"}'
    result = intake(by=ops, at=at, raw=raw)
    assert result["leads"][0]["model"] == "aito-m7"
    assert intake(by=ops, at=at, raw=b'{"\\u0000": 1}')["status"] == "refused"
    assert intake(by=ops, at=at, raw=b"\x00\x00<\x00")["status"] == "refused"
