"""Which store and adviser a lead comes to, who sees it there, and what becomes of it when nobody answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from forecourt import journal
from forecourt.demand.actions import intake
from forecourt.demand.actions import reassign
from forecourt.demand.actions import route
from forecourt.demand.actions import take_walk_in
from forecourt.demand.models import AdviserLoad
from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.models import Opportunity
from forecourt.journal.models import Entry
from forecourt.journeys.actions import mark_late
from forecourt.journeys.actions import reassign as hand_over
from forecourt.journeys.actions import record_step
from forecourt.journeys.models import Journey
from forecourt.network.models import Franchise
from forecourt.network.models import Staff
from forecourt.people.models import Person
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading
from tests.demand.documents import lead
from tests.demand.documents import one_lead
from tests.demand.documents import one_opportunity


def _loads() -> dict[str, int]:
    with reading(NETWORK_SCOPE):
        return dict(AdviserLoad.objects.filter(open__gt=0).values_list("staff", "open"))


def test_leads_spread_over_the_stores_of_a_city_and_their_advisers(trade: None, ops: Any, at: Any):
    for number in range(26):
        intake(by=ops, at=at + timedelta(minutes=number), raw=lead(number))
    with reading(NETWORK_SCOPE):
        stores = set(Opportunity.objects.values_list("store", flat=True))
    assert stores == {"sh-001", "sh-002"}
    assert max(_loads().values()) - min(_loads().values()) <= 1


def test_the_customer_is_sent_to_a_store_of_their_city(trade: None, ops: Any, at: Any):
    for number, city in enumerate(("北京", "Beijing", "北京市"), 1):
        result = intake(by=ops, at=at, raw=lead(number, city=city))
        assert result["leads"][0]["store"].startswith("bj-"), city


def test_a_city_without_a_store_goes_to_the_nearest(trade: None, ops: Any, at: Any):
    found = intake(by=ops, at=at, raw=lead(city="苏州"))["leads"][0]
    assert found["store"].startswith("sh-") and found["reasons"]["km"] > 50


def test_a_store_that_the_sender_names_is_respected_if_it_may_sell_the_brand(trade: None, ops: Any, at: Any):
    with reading(NETWORK_SCOPE):
        sellers = set(Franchise.objects.filter(brand="aito", work="sales").values_list("store", flat=True))
        others = set(Franchise.objects.values_list("store", flat=True)) - sellers
    far = next(code for code in sorted(sellers) if not code.startswith("sh-"))
    asked = intake(by=ops, at=at, raw=lead(1, store=far))["leads"][0]
    assert (asked["store"], asked["reasons"]["named"]) == (far, True)
    assert asked["next"][0]["behind"] == "not_named"
    for number, code in enumerate(sorted(others)[:1], 2):
        elsewhere = intake(by=ops, at=at, raw=lead(number, store=code))
        assert elsewhere["leads"][0]["store"].startswith("sh-")
        assert one_lead(elsewhere).routing["asked"] == code


def test_only_advisers_with_the_certificate_of_the_first_step_are_chosen(trade: None, ops: Any, at: Any):
    owner = one_opportunity(intake(by=ops, at=at, raw=lead())).owner
    with reading(NETWORK_SCOPE):
        able = Staff.objects.in_role("adviser").holding("reception", at.date())
        assert owner in set(able.values_list("code", flat=True))


def test_at_night_it_says_when_the_store_opens(trade: None, ops: Any, at: Any):
    night = at + timedelta(hours=16)
    found = intake(by=ops, at=night, raw=lead())["leads"][0]["reasons"]
    assert not found["open"] and found["opens_at"] > night.isoformat()


def test_people_of_other_operators_see_nothing_of_it(trade: None, ops: Any, at: Any):
    result = intake(by=ops, at=at, raw=lead())
    opportunity = one_opportunity(result)
    with reading(NETWORK_SCOPE):
        other = Staff.objects.exclude(operator=opportunity.operator).values_list("store", flat=True)[0]
    for scope, seen in (
        (Scope("store", (opportunity.store,)), True), (Scope("operator", (opportunity.operator,)), True),
        (Scope("brand", ("aito",)), True), (Scope("store", (other,)), False), (Scope("brand", ("luxeed",)), False),
        (Scope("person", (str(opportunity.person_id),)), True), (Scope(), False),
    ):  # fmt: skip
        with reading(scope):
            assert (Lead.objects.exists(), Opportunity.objects.exists()) == (seen, seen), scope
            assert not Document.objects.exists()


def test_who_sends_a_known_person_of_another_store_learns_only_that_it_joined(
    trade: None, ops: Any, at: Any, staff_actor: Callable[..., Actor]
):
    known = one_opportunity(intake(by=ops, at=at, raw=lead(city="北京")))
    stranger = staff_actor("sh-001")
    said = intake(by=stranger, at=at, raw=lead(1, id="mine", city="上海"))
    assert set(said["leads"][0]) == {"position", "outcome", "report"}
    assert said["leads"][0]["outcome"] == "joined" and str(known.id) not in str(said)
    assert known.store not in str(said) and known.owner not in str(said)
    again = intake(by=stranger, at=at, raw=lead(1, id="mine", city="上海"))
    assert again["repeated"] and set(again["leads"][0]) == {"position", "outcome", "report"}
    with reading(stranger.scope):
        assert not Lead.objects.exists() and not Person.objects.exists()


def test_a_walk_in_stays_with_whoever_received_the_customer(
    trade: None, ops: Any, at: Any, staff_actor: Callable[..., Actor]
):
    adviser = staff_actor("sh-002", "adviser", 1)
    result = take_walk_in(by=adviser, at=at, name="赵敏", phone="13700001111", model="问界M9")
    found = one_opportunity(result)
    assert (found.owner, found.store, found.model) == (adviser.code, "sh-002", "aito-m9")
    assert _loads() == {adviser.code: 1}
    with pytest.raises(Forbidden):
        take_walk_in(by=ops, at=at, name="赵敏", phone="13700001111", model="问界M9")


def test_a_walk_in_repeated_later_under_its_key_is_told_what_it_was_told(
    trade: None, at: Any, staff_actor: Callable[..., Actor]
):
    adviser = staff_actor("sh-002", "adviser", 1)
    who = {"name": "赵敏", "phone": "13700001111", "model": "问界M9"}
    first = take_walk_in(by=adviser, at=at, key="stand-1", **who)
    again = take_walk_in(by=adviser, at=at + timedelta(minutes=2), key="stand-1", **who)
    assert (again["document"], again["leads"]) == (first["document"], first["leads"])


def test_the_end_of_the_journey_closes_the_opportunity(trade: None, ops: Any, at: Any):
    opportunity = one_opportunity(intake(by=ops, at=at, raw=lead()))
    owner = Actor(opportunity.owner, "adviser", Scope("store", (opportunity.store,)))
    for step, record in (
        ("respond", {"outcome": "wrong_number"}),
        ("close_invalid", {"reason": "wrong_number"}),
    ):
        record_step(by=owner, at=at, journey=opportunity.journey, step=step, record=record)
    journal.drain(at)
    with reading(NETWORK_SCOPE):
        opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.closed_at) == ("invalid", at)
    assert _loads() == {}
    again = intake(by=ops, at=at, raw=lead(1, id="later"))["leads"][0]
    assert again["outcome"] == "joined" and again["opportunity"] != str(opportunity.id)


def test_a_lead_that_nobody_answers_goes_to_another_adviser(trade: None, ops: Any, at: Any):
    before = one_opportunity(intake(by=ops, at=at, raw=lead()))
    late = at + timedelta(hours=3)
    mark_late(by=Actor.system("tests"), at=late)
    journal.drain(late)
    with reading(NETWORK_SCOPE):
        after = Opportunity.objects.get()
        run = Journey.objects.get()
        entry = Entry.objects.get(kind="demand.opportunity_reassigned")
    assert after.owner not in ("", before.owner) and after.store == before.store
    assert run.owner == after.owner and _loads() == {after.owner: 1}
    assert (entry.data["from"], entry.data["to"], entry.data["reason"]) == (
        before.owner,
        after.owner,
        "rerouted",
    )


def test_and_when_they_do_not_answer_either_to_another_store(trade: None, ops: Any, at: Any):
    before = one_opportunity(intake(by=ops, at=at, raw=lead()))
    with reading(NETWORK_SCOPE):
        Opportunity.objects.update(reroutes=1)
    late = at + timedelta(hours=3)
    mark_late(by=Actor.system("tests"), at=late)
    journal.drain(late)
    with reading(NETWORK_SCOPE):
        after, run, row = Opportunity.objects.get(), Journey.objects.get(), Lead.objects.get()
    assert before.store != after.store == run.store == row.store
    assert _loads() == {after.owner: 1}
    with reading(Scope("store", (after.store,))):
        assert Lead.objects.exists() and Person.objects.exists()


def test_a_manager_hands_over_within_the_store_only(
    trade: None, ops: Any, at: Any, staff_actor: Callable[..., Actor]
):
    opportunity = one_opportunity(intake(by=ops, at=at, raw=lead()))
    manager = staff_actor(opportunity.store, "store_manager")
    with reading(NETWORK_SCOPE):
        inside = list(Staff.objects.in_store(opportunity.store).in_role("adviser").order_by("code"))
        outside = Staff.objects.in_role("adviser").exclude(operator=opportunity.operator).first()
    other = next(one.code for one in inside if one.code != opportunity.owner)
    with pytest.raises(Missing):
        reassign(by=manager, at=at, opportunity=opportunity.id, to=outside.code)
    with pytest.raises(Refused):
        reassign(by=manager, at=at, opportunity=opportunity.id, to=opportunity.owner)
    reassign(by=manager, at=at, opportunity=opportunity.id, to=other)
    journal.drain(at)
    assert _loads() == {other: 1}
    with reading(NETWORK_SCOPE):
        assert Journey.objects.get().owner == other
        assert Entry.objects.filter(kind="demand.opportunity_reassigned").count() == 1


def test_a_journey_handed_over_takes_the_opportunity_along(
    trade: None, ops: Any, at: Any, staff_actor: Callable[..., Actor]
):
    opportunity = one_opportunity(intake(by=ops, at=at, raw=lead()))
    manager = staff_actor(opportunity.store, "store_manager")
    with reading(NETWORK_SCOPE):
        inside = Staff.objects.in_store(opportunity.store).in_role("adviser").exclude(code=opportunity.owner)
        other = inside.order_by("code")[0].code
    hand_over(by=manager, at=at, journeys=[opportunity.journey], to=other, reason="absent")
    journal.drain(at)
    with reading(NETWORK_SCOPE):
        assert Opportunity.objects.get().owner == other
    assert _loads() == {other: 1}


def test_a_waiting_lead_of_a_known_person_joins_what_is_open(trade: None, ops: Any, at: Any):
    first = one_opportunity(intake(by=ops, at=at, raw=lead(1)))
    second = intake(by=ops, at=at, raw=lead(1, id="s", vehicle="智界R7"))
    waiting = intake(by=ops, at=at, raw=lead(1, id="t", vehicle="随便看看"))["leads"][0]
    assert second["leads"][0]["opportunity"] and waiting["outcome"] == "unrouted"
    done = route(by=ops, at=at, lead=waiting["lead"], model="aito-m9")
    assert (done["outcome"], done["opportunity"]) == ("joined", str(first.id))
