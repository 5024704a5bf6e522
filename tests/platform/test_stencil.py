"""A text is drawn once; every filling shows its own values and nothing of another's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.platform.stencil import Stencil

MARKS = {"~name~": "name", "~phone~": "phone"}
TEXT = st.lists(st.sampled_from(["~", "name", "%", "(", ")s", "<b>", "明", "{", "\\1"])).map("".join)


@given(TEXT, TEXT)
def test_values_stand_where_their_marks_stood_whatever_they_hold(name: str, phone: str) -> None:
    text = Stencil("100 % of ~name~ (~phone~, ~name~)", MARKS).fill({"name": name, "phone": phone})
    assert text == f"100 % of {name} ({phone}, {name})"


def test_a_place_without_a_value_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="phone"):
        Stencil("~name~ ~phone~", MARKS).fill({"name": "林"})


def test_it_is_safe_to_show() -> None:
    assert hasattr(Stencil("<b>~name~</b>", MARKS).fill({"name": "林"}), "__html__")
