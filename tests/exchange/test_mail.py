"""Leads that come as mail, and mail that is no lead."""

from datetime import UTC
from datetime import datetime
from email.message import EmailMessage

from forecourt.exchange.leads import Read
from forecourt.exchange.leads import Unreadable
from forecourt.exchange.leads import read_leads
from tests.exchange.places import SAMPLES


def mail(**headers):
    message = EmailMessage()
    message["From"], message["To"] = "leads@sender.example", "intake@network.example"
    for name, value in {"Subject": "A lead", "Date": "Thu, 05 Nov 2026 14:20:11 +0800", **headers}.items():
        message[name] = value
    return message


def test_a_multipart_mail_with_an_xml_part():
    found = read_leads((SAMPLES / "08-adf-in-a-mail.eml").read_bytes())
    assert isinstance(found, Read)
    (lead,) = found.leads
    assert lead.name.full == "方晓彤" and lead.keys[0].key == "+8615800007108"
    assert lead.requested_at == datetime(2026, 11, 5, 6, 20, 11, tzinfo=UTC)
    assert lead.report[-1].code == "time.from_mail"


def test_a_lead_in_a_comment_of_a_page():
    found = read_leads((SAMPLES / "09-adf-hidden-in-a-page.eml").read_bytes())
    assert isinstance(found, Read)
    (lead,) = found.leads
    assert lead.name.full == "Kevin Example" and lead.comment == "Sent from the page of Maextro S800"
    assert lead.requested_at == datetime(2026, 11, 5, 7, 1, 48, 542000, tzinfo=UTC)
    assert dict(lead.extras)["leadtype"] == "Internet"


def test_a_mail_without_a_lead_is_refused_with_its_subject():
    refusal = read_leads((SAMPLES / "10-not-a-lead.eml").read_bytes())
    assert isinstance(refusal, Unreadable)
    assert refusal.code == "mail.no_lead" and "Your weekly digest" in refusal.message and refusal.hint


def test_a_broken_lead_in_a_mail_says_what_is_broken_not_that_there_was_none():
    message = mail()
    message.set_content("see attachment")
    broken = (SAMPLES / "07-adf-not-well-formed.xml").read_bytes()
    message.add_attachment(broken, maintype="application", subtype="xml", filename="lead.xml")
    refusal = read_leads(message.as_bytes())
    assert isinstance(refusal, Unreadable) and (refusal.code, refusal.line) == ("xml.not_well_formed", 14)


def test_tables_and_json_come_as_attachments_too():
    for name, persons in (("16-stand-list-gb18030.csv", 4), ("12-wecom-clue-list.json", 3)):
        message = mail(Subject="外展登记表")
        message.set_content("您好, 见附件, 谢谢。")
        message.add_attachment(
            (SAMPLES / name).read_bytes(), maintype="application", subtype="octet-stream", filename=name
        )
        found = read_leads(message.as_bytes())
        assert isinstance(found, Read) and len(found.leads) == persons, name


def test_a_forwarded_mail_is_opened():
    from email import message_from_bytes
    from email import policy

    outer = mail(Subject="Fwd: A lead")
    outer.set_content("please see below")
    outer.add_attachment(
        message_from_bytes((SAMPLES / "08-adf-in-a-mail.eml").read_bytes(), policy=policy.default)
    )
    found = read_leads(outer.as_bytes())
    assert isinstance(found, Read) and found.leads[0].name.full == "方晓彤"


def test_a_plain_text_body_with_the_lead():
    message = mail()
    message.set_content("New lead below\n\n" + (SAMPLES / "01-adf-minimal.xml").read_text(encoding="utf-8"))
    found = read_leads(message.as_bytes())
    assert isinstance(found, Read) and found.leads[0].name.full == "沈若溪"


def test_prose_with_commas_is_no_table():
    message = mail()
    message.set_content("phone, email, and more\nwe call you, or write, soon\n")
    refusal = read_leads(message.as_bytes())
    assert isinstance(refusal, Unreadable) and refusal.code == "mail.no_lead"


def test_a_mail_of_very_many_parts_is_refused():
    message = mail()
    message.set_content("x")
    for _ in range(60):
        inner = mail()
        inner.set_content("y")
        inner.add_attachment(b"z", maintype="application", subtype="octet-stream")
        message.add_attachment(inner)
    refusal = read_leads(message.as_bytes())
    assert isinstance(refusal, Unreadable) and refusal.code == "mail.too_many_parts"
