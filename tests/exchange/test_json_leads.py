"""WeCom bodies and our own JSON."""

import json
from datetime import UTC
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest

import forecourt.exchange
from forecourt.exchange.leads import Read
from forecourt.exchange.leads import Unreadable
from forecourt.exchange.leads import read_leads
from tests.exchange.places import SAMPLES
from tests.exchange.places import shared


def read(name):
    found = read_leads((SAMPLES / name).read_bytes(), filename=name)
    assert isinstance(found, Read), found
    return found


def codes(lead):
    return {line.code for line in lead.report}


def own(**lead):
    found = read_leads(json.dumps(lead).encode())
    assert isinstance(found, Read), found
    return found.leads[0]


def test_create_lead():
    (lead,) = read("11-wecom-create-lead.json").leads
    assert lead.requested_at == datetime(2026, 11, 5, 7, 9, 54, 245000, tzinfo=UTC)
    assert lead.keys[0].key == "+8613300007111" and lead.name.salutation == "女士"
    assert dict(lead.wish.codes)["series"] == "1476410380566495231", "64 bits are kept exactly"
    assert lead.vendor.ids == ("1538394065134600197",)
    assert {"wecom.source_type_unknown", "id.as_number", "time.unix_milliseconds"} <= codes(lead)


def test_clue_list_with_masked_phone_union_id_and_rounded_id():
    found = read("12-wecom-clue-list.json")
    masked, known, invalid = found.leads
    assert [point.kind for point in masked.keys] == ["wechat_union"]
    assert masked.contacts[0].reason == "phone.masked" and masked.vendor.ids == ("2", "7")
    assert masked.status == "to_be_assigned" and masked.external_ids[0].exact
    assert not known.external_ids[0].exact and "id.rounded" in codes(known)
    assert known.keys[0].key == "+8613600007101"
    assert invalid.invalid_reason == "空错号: 两次拨打均为空号" and "wecom.status_unknown" in codes(invalid)
    assert masked.position == "/Response/PageData/0"


def test_arrivals_and_follow_ups_are_activities_of_a_known_lead():
    (arrival,) = read("13-wecom-arrivals.json").leads
    assert arrival.activity and arrival.activity.kind == "arrival" and arrival.activity.first
    assert arrival.external_ids[0].value == "1448080105398452227"
    found = read("14-wecom-follow-ups.json")
    (follow_up,) = found.leads
    assert follow_up.activity and follow_up.activity.kind == "follow_up" and follow_up.activity.overdue
    assert follow_up.activity.text == "自然逾期"
    assert [(one.code, one.position) for one in found.refused] == [
        ("lead.not_an_object", "/Response/PageData/1")
    ]


def test_an_adviser_who_enters_the_own_number_makes_no_key():
    body = json.loads((SAMPLES / "11-wecom-create-lead.json").read_text(encoding="utf-8"))
    body["CustomerPhone"] = body["SalesPhone"]
    found = read_leads(json.dumps(body).encode())
    assert isinstance(found, Read)
    assert found.leads[0].keys == () and found.leads[0].contacts[0].reason == "phone.is_staff_phone"


def test_the_shared_examples_as_published():
    create = read_leads(shared("wecom_auto_leads/create_lead.request.json").read_bytes())
    assert isinstance(create, Read) and not create.leads[0].reachable
    clues = read_leads(shared("wecom_auto_leads/query_clue_info_list.response.json").read_bytes())
    assert isinstance(clues, Read)
    (clue,) = clues.leads
    assert clue.vendor.ids[:3] == ("1", "3", "5") and clue.external_ids[0].value == "1348080105398452226"
    assert {"time.unix_seconds", "time.zone_assumed", "phone.masked", "wecom.contradicts_flag"} <= codes(clue)
    for name, kind in (("arrival", "arrival"), ("follow", "follow_up")):
        found = read_leads(shared(f"wecom_auto_leads/query_{name}_list.response.json").read_bytes())
        assert isinstance(found, Read) and found.leads[0].activity
        assert found.leads[0].activity.kind == kind and not found.leads[0].external_ids[0].exact
    for name, code in (("create_lead", "json.answer"), ("query_dealer_info_list", "json.not_leads")):
        refusal = read_leads(shared(f"wecom_auto_leads/{name}.response.json").read_bytes())
        assert isinstance(refusal, Unreadable) and refusal.code == code


SCHEMA = json.loads(
    (Path(forecourt.exchange.__file__).parent / "schema" / "lead.schema.json").read_text(encoding="utf-8")
)


def test_what_follows_the_schema_is_read_without_a_guess():
    sample = json.loads((SAMPLES / "17-website.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(sample)
    (lead,) = read("17-website.json").leads
    assert lead.counts["guessed"] == lead.counts["ignored"] == lead.counts["refused"] == 0
    assert lead.contacts[1].key == "mengjie.jiang@mail.example"
    assert [(one.purpose, one.given) for one in lead.consents] == [("contact", True), ("marketing", False)]


def test_every_property_of_the_schema_is_read():
    """A field that the schema offers and the reader does not know would be lost."""
    lead = SCHEMA["$defs"]["lead"]["properties"]
    (found,) = read("17-website.json").leads
    assert "field.unknown" not in codes(found)
    everything = own(**{name: _example(part) for name, part in lead.items()})
    assert "field.unknown" not in codes(everything), [
        li for li in everything.report if li.code == "field.unknown"
    ]


def _example(part):
    if "$ref" in part:
        return (
            "13700007103"
            if part["$ref"].endswith("text")
            else _example(SCHEMA["$defs"][part["$ref"].split("/")[-1]])
        )
    if "enum" in part:
        return part["enum"][0]
    if "oneOf" in part:
        return _example(part["oneOf"][-1])
    kind = part.get("type")
    if kind == "object":
        return {name: _example(inner) for name, inner in part["properties"].items()}
    if kind == "array":
        return [_example(part["items"])]
    return {"integer": 2025, "number": 1, "boolean": True, "string": "2026-11-03"}[kind]


def test_a_partner_batch_with_flat_fields():
    found = read("18-partner-batch.json")
    first, second = found.leads
    assert first.external_ids[0].value == "9007199254740993123"
    assert first.wish.budget and first.wish.budget.low == 1_000_000
    assert first.wish.text == "尊界S800 四座"
    assert [line.raw for line in first.report if line.code == "field.unknown"] == ["no place for this"]
    assert second.keys == () and {"email.role", "wechat.not_unique", "field.placeholder"} <= codes(second)
    assert [(one.code, one.position) for one in found.refused] == [("lead.nobody", "/leads/2")]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('{"phone": "13700007103",\n "email": }', "json.broken", 2),
        ('{"weather": "fine"}', "json.not_leads", 1),
        ("[]", "json.no_entries", None),
        ('{"leads": []}', "json.no_entries", None),
        ("[" * 100 + "]" * 100, "json.too_deep", 1),
        ('["a", 1]', "json.not_leads", 1),
    ],
)
def test_what_is_no_lead_is_refused(text, code, line):
    refusal = read_leads(text.encode())
    assert isinstance(refusal, Unreadable) and (refusal.code, refusal.line) == (code, line)
    assert refusal.message


def test_a_key_given_twice_is_said():
    found = read_leads(b'{"phone": "13700007103", "phone": "13700007104"}')
    assert isinstance(found, Read)
    assert found.report[0].code == "json.repeated_key" and found.leads[0].keys[0].key == "+8613700007104"


def test_values_of_another_kind_are_refused_field_by_field():
    lead = own(
        phone="13700007103",
        email=["a@mail.example"],
        vehicle=7,
        consents=[{"given": "perhaps"}, 3],
        budget={"low": {}},
    )
    refused = [(line.path, line.code) for line in lead.report if line.outcome == "refused"]
    assert ("/email", "field.not_text") in refused and (
        "/consents/0/given",
        "consent.not_understood",
    ) in refused
    assert ("/consents/1", "lead.not_an_object") in refused and ("/budget/low", "field.not_text") in refused
