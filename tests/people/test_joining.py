"""Persons: joined by exact keys above row permissions, shown masked, kept apart by the database."""

from uuid import UUID
from uuid import uuid4

import pytest

from forecourt.journal.models import Entry
from forecourt.people import actions
from forecourt.people import queries
from forecourt.people.actions import Contact
from forecourt.people.masking import masked_email
from forecourt.people.masking import masked_name
from forecourt.people.masking import masked_phone
from forecourt.people.masking import masked_plate
from forecourt.people.models import Person
from forecourt.platform.actions import Action
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import Place
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.scope import reading

PHONE = "+8613800138000"


def _meet(do, *, store, contacts, name="李伟"):
    joined = actions.join(do, name=name, contacts=contacts)
    actions.relate(do, person=joined.person, place=Place(brand="aito", operator=f"op-{store}", store=store))
    return {"person": str(joined.person), "known_by": list(joined.known_by)}


meet = Action("tests.meet", frozenset({"adviser"}), _meet)


def adviser(store: str) -> Actor:
    return Actor(f"st-{store}", "adviser", Scope("store", (store,)))


def test_the_same_phone_in_two_stores_is_one_person(db, at):
    first = meet(by=adviser("a"), at=at, store="a", contacts=[Contact("phone", PHONE)])
    second = meet(
        by=adviser("b"), at=at, store="b", contacts=[Contact("phone", PHONE), Contact("email", "li@x.cn")]
    )
    assert first["known_by"] == [] and second["known_by"] == ["phone"]
    assert first["person"] == second["person"]


def test_a_number_that_is_no_key_joins_nobody(db, at):
    hidden = [Contact("phone", "134****1234", is_key=False)]
    first = meet(by=adviser("a"), at=at, store="a", contacts=hidden)
    assert meet(by=adviser("a"), at=at, store="a", contacts=hidden)["person"] != first["person"]


def test_two_stores_at_once_make_one_person(forecourt_db, at, in_threads):
    contacts = [Contact("phone", PHONE), Contact("email", "li@x.cn")]
    made = in_threads(
        16, lambda n: meet(by=adviser(f"s{n % 4}"), at=at, store=f"s{n % 4}", contacts=contacts)
    )
    assert len({one["person"] for one in made}) == 1


def test_a_store_that_does_not_know_a_person_sees_nothing_of_them(db, at):
    person = UUID(meet(by=adviser("a"), at=at, store="a", contacts=[Contact("phone", PHONE)])["person"])
    with reading(Scope("store", ("b",))):
        assert not Person.objects.exists()
        assert queries.contact_points(person) == []
        assert queries.display([person], adviser("b")) == {}


def test_the_phone_is_masked_for_all_and_the_name_for_those_who_do_not_meet_the_person(db, at):
    person = UUID(meet(by=adviser("a"), at=at, store="a", contacts=[Contact("phone", PHONE)])["person"])
    operator = Actor("op", "operator_manager", Scope("operator", ("op-a",)))
    for actor, name in ((adviser("a"), "李伟"), (operator, "李*")):
        with reading(actor.scope):
            shown = queries.display_one(person, actor)
        assert (shown.name, shown.phone) == (name, "138****8000")


def test_unmasking_needs_a_reason_and_leaves_an_entry(db, at):
    person = meet(by=adviser("a"), at=at, store="a", contacts=[Contact("phone", PHONE)])["person"]
    with pytest.raises(Invalid, match="Say why"):
        actions.unmask(by=adviser("a"), at=at, person=person, reason=" ")
    shown = actions.unmask(by=adviser("a"), at=at, person=person, reason="call about the test drive")
    assert shown["contact_points"] == [{"kind": "phone", "value": PHONE}]
    with reading(Scope("network")):
        entry = Entry.objects.get(kind="people.unmasked")
    assert entry.data == {"reason": "call about the test drive"} and PHONE not in str(entry.data)


def test_another_store_cannot_unmask(db, at):
    person = meet(by=adviser("a"), at=at, store="a", contacts=[Contact("phone", PHONE)])["person"]
    with pytest.raises(Missing):
        actions.unmask(by=adviser("b"), at=at, person=person, reason="curious about them")


def test_consent_stands_until_it_is_withdrawn(db, at):
    person = meet(by=adviser("a"), at=at, store="a", contacts=[Contact("phone", PHONE)])["person"]
    customer = Actor.customer(person)
    actions.give_consent(
        by=adviser("a"), at=at, person=person, purpose="marketing", channel="store", text_version="1"
    )
    with reading(customer.scope):
        assert queries.consented(UUID(person), "marketing")
    actions.withdraw_consent(by=customer, at=at, person=person, purpose="marketing")
    with reading(customer.scope):
        assert not queries.consented(UUID(person), "marketing")


def test_a_person_who_asks_to_be_forgotten_is_locked(db, at):
    person = meet(by=adviser("a"), at=at, store="a", contacts=[Contact("phone", PHONE)])["person"]
    actions.restrict(by=Actor.customer(person), at=at, person=person)
    with reading(adviser("a").scope):
        shown = queries.display_one(UUID(person), adviser("a"))
    assert shown.restricted and shown.name == "李*"
    with pytest.raises(Missing, match="locked"):
        actions.unmask(by=adviser("a"), at=at, person=person, reason="call them anyway")


def test_a_customer_sees_themselves_only(db, at):
    one = meet(by=adviser("a"), at=at, store="a", contacts=[Contact("phone", PHONE)])["person"]
    meet(by=adviser("a"), at=at, store="a", contacts=[Contact("phone", "+8613900139000")])
    with reading(Actor.customer(one).scope):
        assert [str(person.id) for person in Person.objects.all()] == [one]
    with reading(Actor.customer(uuid4()).scope):
        assert not Person.objects.exists()


def test_masks():
    assert masked_phone("+8613800138000") == "138****8000"
    assert masked_phone("12345") == "****45"
    assert masked_name("欧阳娜娜") == "欧***"
    assert masked_email("li.wei@example.com") == "l****@example.com"
    assert masked_plate("沪A12345") == "沪A***45"
