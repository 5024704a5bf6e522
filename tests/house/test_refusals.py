"""A refusal has a stable code that means one thing, in the room that owns it, and a sentence that says what to do."""

import re
from collections import defaultdict

import pytest

from tools.refusals import Refusal
from tools.refusals import refusals

FOUND = refusals()
# Codes that another room may use, and why.
SHARED = {
    "platform.role": "the role is wrong: the same answer whether the action or the route says so",
    "platform.evidence": "proofs are platform's, and journeys asks for them",
}


@pytest.mark.parametrize("one", FOUND, ids=lambda one: f"{one.code}-{one.file}:{one.line}")
def test_a_code_is_its_rooms_own(one: Refusal) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z][a-z0-9]*(_[a-z0-9]+)*", one.code)
    assert one.code.split(".")[0] == one.file.split("/")[0] or one.code in SHARED


def test_a_code_is_of_one_kind() -> None:
    """Nobody can handle a code that sometimes forbids and sometimes advises."""
    kinds = defaultdict(set)
    for one in FOUND:
        kinds[one.code].add(one.kind)
    assert {code: kind for code, kind in kinds.items() if len(kind) > 1} == {}


def test_a_code_means_one_thing() -> None:
    """One code has one subject: its sentences speak of the same placeholders, or none of them speaks of any other thing."""
    meanings = defaultdict(set)
    for one in FOUND:
        if one.text:
            meanings[one.code].add(one.text)
    many = {code: sorted(texts) for code, texts in meanings.items() if len(texts) > 1}
    assert {code: texts for code, texts in many.items() if code not in VARIANTS} == {}


# Codes with more than one sentence, and what they have in common.
VARIANTS = {
    "care.bad_time": "what was given is no time with an offset",
    "delivery.no_appointment": "there is no appointment, by its id or by its order",
    "delivery.reason_missing": "the item needs a reason, to be left out or taken back",
    "journeys.no_step": "the journey has no such step, with or without a near miss",
    "journeys.no_version": "there is no such version",
    "journeys.wrong_role": "the step is another role's, or the system's",
    "platform.role": "the role may not",
    "sales.order_missing": "there is no such order here",
    "supply.no_such_place": "the order is not in the queue",
    "web.no_customer": "there is no such customer, by id or by link",
}


def test_every_variant_is_still_needed() -> None:
    assert {one.code for one in FOUND} >= set(VARIANTS)
