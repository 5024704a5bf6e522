"""Distinct traces: none lost, none joined that differ."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.playbook import compile_playbook
from forecourt.playbook.alignment import kernel
from forecourt.playbook.alignment import variants_of
from forecourt.playbook.alignment.variants import Variants
from tests.playbook.alignment.logs import events
from tests.playbook.building import playbook

PROGRAM = compile_playbook(playbook(["a", "b", "c"]))
LOGS = st.lists(st.lists(st.sampled_from("abcq"), min_size=1, max_size=5), max_size=40)


def traces(variants: Variants) -> list[list[int]]:
    return [part.tolist() for part in np.split(variants.symbol, variants.offsets[1:-1])]


@settings(deadline=None)
@given(LOGS)
def test_journeys_that_went_the_same_way_are_one_variant(log: list[list[str]]) -> None:
    some = events(PROGRAM, *log)
    variants = variants_of(some)
    symbols = [PROGRAM.symbols.numbers.get((step, None), -1) for trace in log for step in trace]
    assert some.symbol.tolist() == symbols
    expected = [[PROGRAM.symbols.numbers.get((step, None), -1) for step in trace] for trace in log]
    assert variants.count.sum() == len(log)
    if log:
        found = traces(variants)
        assert [found[number] for number in variants.of_journey] == expected
        assert len({tuple(trace) for trace in found}) == len(found)
        assert [variants.name(number) for number in range(len(found))] == [
            f"j{expected.index(trace)}" for trace in found
        ]


@given(LOGS.filter(bool))
@settings(deadline=None)
def test_a_collision_of_hashes_joins_nothing(log: list[list[str]]) -> None:
    """Every trace is given the same hash; the answer stays the same."""
    some = events(PROGRAM, *log)
    right = variants_of(some)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "hash_traces", lambda offsets, symbol, hashes: hashes.fill(7))
        wrong = variants_of(some)
    assert np.array_equal(right.of_journey, wrong.of_journey)
    assert np.array_equal(right.symbol, wrong.symbol)
    assert np.array_equal(right.count, wrong.count)
