"""Contact cards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.exchange.vcard import Card
from forecourt.exchange.vcard import CardAddress
from forecourt.exchange.vcard import read_cards
from forecourt.exchange.vcard import write_card
from tests.exchange.places import DOCUMENTS
from tests.exchange.places import shared


def test_two_cards_one_of_2_1_with_quoted_printable():
    old, new = read_cards((DOCUMENTS / "two-cards.vcf").read_bytes())
    assert (old.full_name, old.family, old.given, old.version) == ("沈若溪", "沈", "若溪", "2.1")
    assert old.phones == (("cell", "136 0000 7101"),)
    assert new.phones == (("work", "+85251237104"),) and new.emails == (("", "daniel.sample@mail.example"),)
    assert new.addresses == (CardAddress("Sample Road 5, Flat 2", "Hong Kong", "", "", "HK", "home"),)
    assert new.note == "likes quiet rooms\nand tea" and new.ignored == ("PHOTO",)
    assert (old.line, new.line) == (1, 8)


def test_the_shared_cards_of_others():
    (john,) = read_cards(shared("vcard/John_Doe_GMAIL.vcf").read_bytes())
    assert john.full_name == "Mr. John Richter, James Doe Sr." and john.middle == "Richter, James"
    assert john.phones == (("cell", "905-555-1234"), ("home", "905-666-1234")) and john.organisation == "IBM"
    (full,) = read_cards(shared("vcard/fullcontact.vcf").read_bytes())
    assert len(full.phones) == 9 and len(full.emails) == 5 and full.addresses[0].city == "HomeCity"
    assert full.organisation == "Organization1, Department1"


PLAIN = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), blacklist_characters="\ufeff"),
    max_size=60,
)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@given(name=PLAIN.filter(bool), family=PLAIN, phone=PLAIN.filter(bool), city=PLAIN, note=PLAIN)
def test_what_is_written_reads_back(version, name, family, phone, city, note):
    card = Card(
        name, family, "若溪", phones=(("cell", phone),), addresses=(CardAddress("路 1", city),), note=note
    )
    data = write_card(card, version)
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    (back,) = read_cards(data)
    assert (back.full_name, back.family, back.note, back.version) == (name, family, note, version)
    assert (
        back.phones[0][1].removeprefix("tel:") == phone.removeprefix("tel:")
        and back.addresses[0].city == city
    )


def test_another_version_is_not_written():
    with pytest.raises(ValueError, match=r"2\.1"):
        write_card(Card("沈若溪"), "2.1")


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(
        lambda text: ("BEGIN:VCARD\n" + text + "\nEND:VCARD").encode("utf-8", "replace")
    )
)
def test_nothing_raises(data):
    assert isinstance(read_cards(data), tuple)
