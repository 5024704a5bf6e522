"""The lenient ADF reader on our samples with the oddities of real senders, and on the shared documents of others."""

from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal

import pytest

from forecourt.exchange.leads import Outcome
from forecourt.exchange.leads import Read
from forecourt.exchange.leads import Unreadable
from forecourt.exchange.leads import read_leads
from tests.exchange.places import SAMPLES
from tests.exchange.places import shared


def read(name):
    found = read_leads((SAMPLES / name).read_bytes(), filename=name)
    assert isinstance(found, Read), found
    return found


def codes(lead, outcome=None):
    return [line.code for line in lead.report if outcome in (None, line.outcome)]


def lines(lead, path):
    return [line for line in lead.report if line.path.endswith(path)]


def test_the_minimal_lead():
    (lead,) = read("01-adf-minimal.xml").leads
    assert lead.name.full == "沈若溪" and lead.name.family == "沈"
    assert [point.key for point in lead.contacts] == ["+8613600007101"]
    assert (lead.wish.brand, lead.wish.model, lead.wish.year) == ("AITO", "问界M7", 2025)
    assert lead.requested_at == datetime(2026, 11, 2, 2, 12, 40, tzinfo=UTC)
    assert lead.vendor.name == "上海样例用户中心"
    assert lead.line == 4 and lead.format == "adf"


def test_the_full_lead_loses_nothing():
    (lead,) = read("02-adf-full.xml").leads
    assert [(one.value, one.sequence) for one in lead.external_ids if one.of == "lead"] == [
        ("SA-2026-88012", 1),
        ("XC-40077", 2),
    ]
    assert lead.wish.interest == "test-drive" and lead.wish.colours[0] == "深蓝 / 米白"
    assert [(option.name, option.weighting) for option in lead.wish.options] == [
        ("Air suspension", 50),
        ("Tow bar", -100),
    ]
    assert lead.wish.budget and lead.wish.budget.high == Decimal(300000)
    assert [other.text for other in lead.other_vehicles] == ["2018 Volkswagen Golf"]
    assert lead.timeframe.earliest_on == date(2026, 12, 1) and lead.timeframe.text == "春节前提车"
    assert [point.kind for point in lead.contacts] == ["phone", "email"], "the number given twice counts once"
    assert lead.vendor.ids == ("sh-003",) and lead.campaign == "双十一专场"
    assert dict(lead.extras)["navigationhistory"].startswith("2026-11-02")
    assert lines(lead, "finance/amount")[-1].outcome is Outcome.IGNORED


def test_every_text_and_attribute_of_the_document_is_in_the_report():
    """Nothing is lost silently: each leaf of the document stands in some report line."""
    from lxml import etree

    (lead,) = read("02-adf-full.xml").leads
    raws = " ".join(line.raw for line in lead.report)
    for element in etree.parse(str(SAMPLES / "02-adf-full.xml")).iter(etree.Element):
        if len(element) == 0 and (element.text or "").strip():
            assert " ".join(element.text.split()) in raws, element.tag


def test_capitals_before_the_declaration_twelve_hours_and_a_hidden_trade_in():
    found = read("03-adf-capital-declaration.xml")
    (lead,) = found.leads
    assert found.report[0].code == "adf.prolog_removed"
    assert lead.requested_at == datetime(2026, 11, 3, 8, 35, 52, tzinfo=UTC)
    assert "time.twelve_hour_clock" in codes(lead)
    assert "field.value_unknown" in codes(lead), 'phone type="phone" is not of the format'
    switchboard, mobile, nothing = lead.contacts
    assert (switchboard.extension, switchboard.key) == ("302", None)
    assert mobile.key == "+8613700007103" and nothing.reason == "email.placeholder"
    assert lead.other_vehicles[0].text == "2015 Buick Excelle"
    assert lead.comment == "在商场看到展车, 想了解贷款 & 置换"


def test_a_car_and_consents_that_stand_only_in_the_comment():
    (lead,) = read("04-adf-car-in-comment.xml").leads
    assert lead.wish.text == "Stelato S9 Ultra" and lead.wish.year == 2025 and lead.wish.stock == "S9-0071"
    assert [(one.channel, one.given) for one in lead.consents] == [
        ("email", True),
        ("phone", False),
        ("sms", True),
    ]
    assert "<br" not in lead.comment
    assert {"adf.wrong_place", "field.placeholder", "field.case_changed", "adf.no_vendor"} <= set(codes(lead))
    assert lead.contacts[0].key == "+85251237104"


def test_credit_data_stays_out_of_the_comment_and_is_said():
    (lead,) = read("05-adf-credit-lines.xml").leads
    assert lead.comment == "Comments: 想先了解问界M7的分期"
    hidden = [line for line in lead.report if line.code == "comment.credit_data"]
    assert [line.facts["kind"] for line in hidden] == [
        "employer",
        "monthly income",
        "date of birth",
        "身份证",
    ]
    assert all(line.raw == "" for line in hidden)
    assert "id.sequence_missing" in codes(lead)


def test_careless_xml_is_repaired_only_where_that_is_safe():
    found = read("06-adf-two-and-careless.xml")
    assert [line.code for line in found.report] == [
        "adf.bare_ampersand",
        "adf.html_entity",
        "adf.unquoted_attribute",
    ]
    first, second = found.leads
    assert first.comment == "Tom & partner ask for a quiet viewing".replace("quiet ", "quiet\u00a0")
    assert first.external_ids[0].source == "ClassicCRM"
    assert first.keys == () and first.contacts[0].reason == "phone.masked" and not first.reachable
    assert first.name.reason == "name.salutation_only"
    assert second.keys[0].key == "+8613600007101" and second.wish.year == 2025
    assert (first.line, second.line) == (3, 11)


def test_what_cannot_be_repaired_is_refused_with_its_place():
    refusal = read_leads((SAMPLES / "07-adf-not-well-formed.xml").read_bytes())
    assert isinstance(refusal, Unreadable)
    assert (refusal.code, refusal.line) == ("xml.not_well_formed", 14)
    assert "contact" in refusal.message and refusal.hint


def test_positions_are_those_of_the_whole_document():
    page = (
        b"<html>\n<body>\nhello\n</body></html>\n<!--\n"
        + (SAMPLES / "07-adf-not-well-formed.xml").read_bytes()
    )
    refusal = read_leads(page)
    assert isinstance(refusal, Unreadable) and refusal.line == 19


def test_a_lead_escaped_into_a_page_is_read():
    page = (
        "<html><pre>"
        + (SAMPLES / "01-adf-minimal.xml").read_text(encoding="utf-8").replace("<", "&lt;")
        + "</pre>"
    )
    found = read_leads(page.encode())
    assert isinstance(found, Read) and found.leads[0].name.full == "沈若溪"
    assert "adf.escaped_body" in [line.code for line in found.report]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_other_encodings(encoding):
    text = (SAMPLES / "01-adf-minimal.xml").read_text(encoding="utf-8").replace('encoding="UTF-8"', "")
    found = read_leads(text.encode(encoding))
    assert isinstance(found, Read) and found.leads[0].name.full == "沈若溪"


def test_a_prospect_nobody_could_answer_is_refused_alone():
    text = (SAMPLES / "06-adf-two-and-careless.xml").read_text(encoding="utf-8")
    text = text.replace("<phone>138****7106</phone>", "").replace(
        "<id sequence=1 source=ClassicCRM>CC-1</id>", ""
    )
    found = read_leads(text.encode())
    assert isinstance(found, Read) and len(found.leads) == 1
    assert [(one.code, one.position) for one in found.refused] == [("lead.nobody", "prospect 1")]


def test_the_shared_documents_of_others():
    expected = {
        "01_spec_minimal_as_printed.xml": ("John Doe", 1999, 0),
        "02_spec_minimal_wellformed.xml": ("John Doe", 1999, 0),
        "03_approvalgenie_2019.xml": ("John Test01292019", 2023, 1),
        "04_fetchauto_2018.xml": ("Peter Smith", None, 1),
        "05_dealerspike_2014.xml": ("test test", 2013, 0),
        "06_activix_full.xml": ("Test Activix 2", 2020, 1),
        "07_room58_request_details.xml": ("Alex Customer", 2022, 1),
        "08_elead_hidden_body.html": ("Alex Sample", None, 1),
    }
    for name, (person, year, keys) in expected.items():
        found = read_leads(shared(f"adf/{name}").read_bytes(), filename=name)
        assert isinstance(found, Read) and len(found.leads) == 1, name
        (lead,) = found.leads
        assert (lead.name.full, lead.wish.year, len(lead.keys)) == (person, year, keys), name
        assert lead.requested_at is not None and not found.refused
