"""The strict ADF writer: valid against the definition, and read back as the same enquiry."""

import io
from dataclasses import replace
from datetime import UTC
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from lxml import etree

from forecourt.exchange.leads import LeadDocument
from forecourt.exchange.leads import Read
from forecourt.exchange.leads import read_leads
from forecourt.exchange.leads.adf_writer import CannotWrite
from forecourt.exchange.leads.adf_writer import write_adf
from tests.exchange.places import SAMPLES
from tests.exchange.places import shared

AT = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


def leads():
    found = [read_leads(path.read_bytes()) for path in sorted(SAMPLES.iterdir())]
    return [lead for one in found if isinstance(one, Read) for lead in one.leads]


def writable(lead: LeadDocument):
    return any(point.kind in {"phone", "email"} for point in lead.contacts)


def definition():
    """The shared definition, with its one ambiguous content model written so that a validator can use it."""
    text = shared("adf/adf_1_0.dtd").read_text(encoding="utf-8")
    start, end = text.index("<!ELEMENT colorcombination"), text.index("<!ELEMENT imagetag")
    clear = "<!ELEMENT colorcombination (((interiorcolor, exteriorcolor?) | exteriorcolor), preference)>\n"
    return etree.DTD(io.StringIO(text[:start] + clear + text[end:]))


def test_what_is_written_is_valid():
    dtd = definition()
    good = [lead for lead in leads() if writable(lead)]
    assert len(good) > 15
    root = etree.fromstring(write_adf(good, written_at=AT))
    assert dtd.validate(root), dtd.error_log.filter_from_errors()


def test_what_is_written_reads_back():
    for lead in (one for one in leads() if writable(one)):
        again = read_leads(write_adf([lead], written_at=AT))
        assert isinstance(again, Read) and len(again.leads) == 1
        (back,) = again.leads
        assert [point.key for point in back.keys] == [
            point.key for point in lead.keys if point.kind != "wechat_union"
        ]
        assert back.requested_at == (lead.requested_at.replace(microsecond=0) if lead.requested_at else AT)
        assert (back.wish.brand, back.wish.year, back.wish.options) == (
            lead.wish.brand,
            lead.wish.year,
            lead.wish.options,
        )
        assert [one.value for one in back.external_ids] == [one.value for one in lead.external_ids]
        assert back.name.full == lead.name.full


@settings(max_examples=60, deadline=None)
@given(comment=st.text(max_size=60), city=st.text(max_size=20), brand=st.text(max_size=20))
def test_any_text_gives_valid_xml(comment, city, brand):
    (lead,) = read_leads((SAMPLES / "01-adf-minimal.xml").read_bytes()).leads
    wish, place = replace(lead.wish, brand=brand), replace(lead.address, city=city)
    root = etree.fromstring(write_adf([replace(lead, comment=comment, wish=wish, address=place)]))
    assert root.tag == "adf"


def test_what_adf_cannot_do_without_is_refused():
    (lead,) = read_leads((SAMPLES / "01-adf-minimal.xml").read_bytes()).leads
    with pytest.raises(CannotWrite, match="telephone"):
        write_adf([replace(lead, contacts=())])
    with pytest.raises(CannotWrite, match="request date"):
        write_adf([replace(lead, requested_at=None)])
    with pytest.raises(CannotWrite, match="at least one"):
        write_adf([])
