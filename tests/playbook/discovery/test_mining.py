"""Mining a tree from traces: the four cuts, the fall-throughs, and that with no noise every trace fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.playbook.discovery.mining import mine
from forecourt.playbook.discovery.trees import Leaf
from forecourt.playbook.discovery.trees import Nothing
from forecourt.playbook.discovery.trees import Tree

SIGNS = {"sequence": " ", "choice": " or ", "together": " and "}


def written(tree: Tree) -> str:
    """A tree in one line: `a (b and c)`, `(d or -)`, `(a / b)3` for a loop of at most three rounds."""
    if isinstance(tree, Leaf):
        return "abcdefghij"[tree.activity]
    if isinstance(tree, Nothing):
        return "-"
    if tree.operator == "loop":
        return f"({' / '.join(map(written, tree.children))}){tree.times}"
    return f"({SIGNS[tree.operator].join(map(written, tree.children))})"


def mined(*traces: str, noise: float = 0.0) -> str:
    counted: dict[tuple[int, ...], int] = {}
    for trace in traces:
        events = tuple("abcdefghij".index(letter) for letter in trace)
        counted[events] = counted.get(events, 0) + 1
    return written(mine(counted, noise))


@pytest.mark.parametrize(
    ("traces", "tree"),
    [
        (["abc"], "(a b c)"),
        (["ab", "ac"], "(a (b or c))"),
        (["abc", "acb"], "(a (b and c))"),
        (["a", "aba"], "(a / b)2"),
        (["ab", "a"], "(a (- or b))"),
        (["abcabc", "abc"], "((a b c) / -)2"),
        (["aaa", "a"], "(a / -)3"),
        (["abcd", "acbd", "aed"], "(a ((b and c) or e) d)"),
        (["abdceg", "abcdefbdceg", "abcdefbcdefbdceh"], "(a ((b (c and d) e) / f)3 (g or h))"),
        (["", "ab"], "(- or (a b))"),
    ],
)
def test_each_cut_is_found(traces: list[str], tree: str) -> None:
    assert mined(*traces) == tree


def test_rare_edges_are_not_looked_at_when_asked() -> None:
    """One journey of a hundred went backwards: with noise the order is clear, without it the tree allows much more."""
    traces = ["abc"] * 99 + ["cba"]
    assert mined(*traces, noise=0.1) == "(a b c)"
    assert mined(*traces) == "((a or c) / b)2"


def test_noise_is_a_share() -> None:
    with pytest.raises(ValueError, match="at least 0 and below 1"):
        mine({(0,): 1}, 1.0)


def test_a_loop_has_the_bound_that_was_seen_but_no_more_than_the_language_allows() -> None:
    assert mined("a" * 7, "a") == "(a / -)7"
    assert mined("a" * 80, "a") == "(a / -)50"


@given(st.lists(st.text("abcd", max_size=6), min_size=1, max_size=6))
def test_without_noise_nothing_that_happened_is_forgotten(traces: list[str]) -> None:
    """Every activity of the traces stands in the tree (that every trace fits is tested on the playbook)."""
    assert {letter for trace in traces for letter in trace} <= set(mined(*traces))
