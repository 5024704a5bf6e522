"""Small playbooks for tests: a short way to write one, and hypothesis strategies that generate them."""

from typing import Any

import yaml
from hypothesis import strategies as st

from forecourt.playbook import Playbook
from forecourt.playbook import load

OUTCOMES = ("yes", "no", "later")
PLAIN = tuple("abcdefgh")
DECIDING = ("x", "y", "z")


def playbook(flow: Any, *, anytime: Any = None, steps: Any = None, **more: Any) -> Playbook:
    """Return a playbook with this flow whose steps a..h are plain and x, y, z have the outcomes yes, no, later."""
    loaded = load(text(flow, anytime=anytime, steps=steps, **more), "test.yaml")
    assert loaded.playbook is not None, loaded.diagnostics
    assert loaded.ok, [str(item) for item in loaded.diagnostics]
    return loaded.playbook


def text(flow: Any, *, anytime: Any = None, steps: Any = None, **more: Any) -> str:
    """Return the YAML of such a playbook."""
    plain = {name: _step(name) for name in PLAIN}
    deciding = {name: {**_step(name), "record": {"outcome": list(OUTCOMES)}} for name in DECIDING}
    document = {
        "playbook": "test",
        "version": "1",
        "about": "opportunity",
        "title": {"en": "Test", "zh": "测试"},
        "steps": {**plain, **deciding} if steps is None else steps,
        "flow": flow,
        **({"anytime": anytime} if anytime else {}),
        **more,
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def _step(name: str) -> dict[str, Any]:
    return {"title": {"en": name, "zh": name}, "by": "adviser"}


def blocks(depth: int = 3) -> st.SearchStrategy[Any]:
    """Generate one block as it stands in YAML; a list is a sequence of blocks."""
    plain = st.sampled_from(PLAIN)
    if depth == 0:
        return plain
    inner = blocks(depth - 1)
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        plain,
        several.map(_flat),
        several.map(lambda items: {"any_order": items}),
        inner.map(lambda item: {"maybe": item}),
        st.tuples(inner, st.integers(1, 3)).map(lambda pair: {"repeat": pair[0], "at_most": pair[1]}),
        several.map(
            lambda items: {"one": {f"way_{number}": _list(item) for number, item in enumerate(items)}}
        ),
        decisions(depth - 1),
        st.sampled_from(DECIDING).map(_retry_until),
    )


@st.composite
def decisions(draw: st.DrawFn, depth: int) -> Any:
    """Generate a step followed by the choice that its outcome decides, with a retry or an end in some branches."""
    step = draw(st.sampled_from(DECIDING))
    inner = blocks(depth)
    branches: dict[str, Any] = {}
    for label in ("yes", draw(st.sampled_from(("later", "otherwise")))):
        branches[label] = _list(draw(inner)) if draw(st.booleans()) else []
    retry = {"retry": {"step": step, "every": "1 d", "at_most": draw(st.integers(1, 3))}}
    branches["no"] = [*_list(draw(inner)), retry] if draw(st.booleans()) else [retry, *_list(draw(inner))]
    return [step, {"one": branches}]


@st.composite
def flows(draw: st.DrawFn) -> Any:
    """Generate a whole flow: blocks, and perhaps an end inside a branch."""
    flow = _list(draw(blocks()))
    if draw(st.booleans()):
        other = [draw(st.sampled_from(PLAIN)), {"ends": "stopped"}]
        flow = [*flow, {"one": {"go": _list(draw(blocks(1))), "stop": other}}, *_list(draw(blocks(1)))]
    return flow


@st.composite
def anytimes(draw: st.DrawFn) -> Any:
    """Generate what may happen anytime: an end, an interruption, a note."""
    kinds: dict[str, Any] = {
        "f": {"then": _list(draw(blocks(1))), "ends": "withdrawn"},
        "g": {"then": _list(draw(blocks(1)))},
        "h": {},
        "z": {"ends": "gone"},
    }
    names = draw(st.lists(st.sampled_from(sorted(kinds)), unique=True, max_size=3))
    return {name: kinds[name] for name in names}


def traces() -> st.SearchStrategy[list[tuple[str, str | None]]]:
    """Generate what happened: steps with outcomes, known and unknown ones."""
    step = st.sampled_from((*PLAIN, *DECIDING, *DECIDING, "unheard_of"))
    outcome = st.sampled_from((*OUTCOMES, None, "strange"))
    return st.lists(st.tuples(step, outcome), max_size=14)


def _retry_until(step: str) -> Any:
    return {"retry": {"step": step, "every": "2 h", "at_most": 3, "until": ["yes"]}}


def _list(block: Any) -> list[Any]:
    return block if isinstance(block, list) else [block]


def _flat(items: list[Any]) -> list[Any]:
    return [inner for item in items for inner in _list(item)]
