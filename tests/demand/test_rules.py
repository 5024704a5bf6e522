"""The ranking of stores and the recognition of cars, as pure rules."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.demand.naming import Called
from forecourt.demand.naming import Found
from forecourt.demand.naming import Names
from forecourt.demand.rules import RINGS_KM
from forecourt.demand.rules import Candidate
from forecourt.demand.rules import RankKey
from forecourt.demand.rules import key_of
from forecourt.demand.rules import rank
from forecourt.demand.rules import ring_of
from forecourt.demand.terms import status_of

AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        store=st.from_regex(r"s[0-9]{1,3}", fullmatch=True),
        km=st.none() | st.floats(0, 4000),
        opens_at=st.none() | st.integers(1, 72).map(lambda hours: AT + timedelta(hours=hours)),
        advisers=st.integers(0, 30),
        open_leads=st.integers(0, 5000),
        named=st.booleans(),
        closed=st.booleans(),
    ),
    max_size=30,
    unique_by=lambda one: one.store,
)


@given(CANDIDATES, st.randoms(use_true_random=False))
def test_the_order_in_which_stores_are_listed_does_not_matter(candidates, random):
    shuffled = random.sample(candidates, len(candidates))
    assert rank(shuffled, AT) == rank(candidates, AT)


@given(CANDIDATES)
def test_nobody_who_is_not_shown_would_have_been_better(candidates):
    shown = [one.candidate for one in rank(candidates, AT)]
    assert len(shown) == min(4, len(candidates))
    keys = [key_of(one, AT) for one in shown]
    assert keys == sorted(keys)
    assert all(key_of(one, AT) > keys[-1] for one in candidates if one not in shown)


@given(CANDIDATES)
def test_the_reason_names_the_first_part_in_which_the_chosen_store_is_better(candidates):
    ranked = rank(candidates, AT)
    for one in ranked[1:]:
        best, key = key_of(ranked[0].candidate, AT), key_of(one.candidate, AT)
        place = RankKey._fields.index(one.behind)
        assert best[:place] == key[:place] and best[place] < key[place]


@given(CANDIDATES.filter(bool))
def test_one_open_opportunity_less_never_makes_a_store_worse(candidates):
    first = candidates[0]
    lighter = Candidate(
        first.store, first.km, first.opens_at, first.advisers, max(first.open_leads - 1, 0), first.named,
        first.closed,
    )  # fmt: skip
    before = sorted(key_of(one, AT) for one in candidates).index(key_of(first, AT))
    after = sorted(key_of(one, AT) for one in [lighter, *candidates[1:]]).index(key_of(lighter, AT))
    assert after <= before


@given(st.floats(0, 5000), st.floats(0, 5000))
def test_a_ring_further_out_is_never_nearer(one, other):
    near, far = sorted((one, other))
    assert ring_of(near) <= ring_of(far) <= len(RINGS_KM) == ring_of(None)


@pytest.mark.parametrize(
    ("better", "worse", "part"),
    [
        (Candidate("b", 900.0, None, 3, 0, named=True), Candidate("a", 1.0, None, 3, 0), "not_named"),
        (Candidate("b", 500.0, None, 1, 900), Candidate("a", 1.0, None, 0, 0), "unstaffed"),
        (Candidate("b", 29.0, None, 1, 900), Candidate("a", 31.0, None, 9, 0), "ring"),
        (Candidate("b", 29.0, None, 1, 900), Candidate("a", 2.0, AT + timedelta(hours=11), 9, 0), "waiting"),
        (Candidate("b", 29.0, None, 4, 8), Candidate("a", 2.0, None, 4, 12), "load"),
        (Candidate("b", 3.0, None, 4, 11), Candidate("a", 4.0, None, 4, 8), "km"),
        (Candidate("a", 3.0, None, 4, 8), Candidate("b", 3.0, None, 4, 8), "store"),
    ],
)
def test_each_part_decides_when_those_before_it_are_equal(better, worse, part):
    ranked = rank([worse, better], AT)
    assert (ranked[0].candidate, ranked[1].behind) == (better, part)


def test_without_stores_there_is_nothing_to_rank():
    assert rank([], AT) == []


BRANDS = [Called("aito", "aito", ("问界", "AITO")), Called("stelato", "stelato", ("享界", "Stelato"))]
MODELS = [
    Called("aito-m7", "aito", ("问界 M7", "AITO M7")), Called("aito-m5", "aito", ("问界 M5", "AITO M5")),
    Called("stelato-s9", "stelato", ("享界 S9", "Stelato S9")), Called("stelato-s9t", "stelato", ("享界 S9T", "Stelato S9T")),
]  # fmt: skip
NAMES = Names.of(BRANDS, MODELS)


@pytest.mark.parametrize(
    ("written", "brand", "model"),
    [
        ({"model": "问界M7"}, "aito", "aito-m7"),
        ({"model": "ＡＩＴＯ　Ｍ７"}, "aito", "aito-m7"),
        ({"brand": "AITO", "model": "M7"}, "aito", "aito-m7"),
        ({"model": "m7"}, "aito", "aito-m7"),
        ({"model": "aito-m7"}, "aito", "aito-m7"),
        ({"text": "想先了解问界M7的分期"}, "aito", "aito-m7"),
        ({"text": "我要看享界S9T和问界"}, "stelato", "stelato-s9t"),
        ({"text": "Stelato S9 Ultra"}, "stelato", "stelato-s9"),
        ({"text": "想看M7"}, "aito", "aito-m7"),
        ({"codes": ["1476410380566495231", "aito-m5"]}, "aito", "aito-m5"),
        ({"brand": "问界", "model": "不限"}, "aito", ""),
        ({"brand": "BMW", "model": "M5"}, "", ""),
        ({"text": "my BMW M5 is old"}, "", ""),
        ({"brand": "Stelato", "model": "M7"}, "stelato", ""),
        ({"text": "M77"}, "", ""),
        ({}, "", ""),
    ],
)
def test_written_cars(written, brand, model):
    found = NAMES.recognise(**written)
    assert (found.brand, found.model) == (brand, model)


def test_a_near_miss_is_named():
    assert NAMES.recognise(brand="享界", model="享界 S8") == Found("stelato", "", "享界 S9")


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200))
def test_whatever_is_written_is_recognised_or_not_but_never_fails(brand, model, text):
    found = NAMES.recognise(brand=brand, model=model, text=text)
    assert found.model == "" or NAMES.brand_of[found.model] == found.brand


def test_what_becomes_of_a_document():
    assert status_of({"accepted": 2, "unrouted": 1}, 0) == "accepted"
    assert status_of({"joined": 2, "updated": 1}, 0) == "joined"
    assert status_of({"accepted": 1, "joined": 1}, 0) == "mixed"
    assert status_of({"accepted": 1}, 1) == "mixed"
    assert status_of({}, 3) == status_of({}, 0) == status_of({"refused": 1}, 0) == "refused"
