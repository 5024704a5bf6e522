"""Names: a form of address, a nickname or a mask is no name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.exchange.names import read_name

CASES = [
    ("沈若溪", "沈", "若溪", ""),
    ("欧阳志远", "欧阳", "志远", ""),
    ("沈若溪女士", "沈", "若溪", ""),
    ("Mr. Daniel Sample", "Sample", "Daniel", ""),
    ("张先生", "张", "", "name.salutation_only"),
    ("欧阳女士", "欧阳", "", "name.salutation_only"),
    ("唐总", "唐", "", "name.salutation_only"),
    ("小李", "李", "", "name.salutation_only"),
    ("先生", "", "", "name.salutation_only"),
    ("微信用户", "", "", "name.nickname"),
    ("用户_83921", "", "", "name.nickname"),
    ("小太阳☀", "", "", "name.nickname"),
    ("13700007103", "", "", "name.nickname"),
    ("张*", "", "", "name.masked"),
    ("李某某", "", "", "name.masked"),
    ("测试", "", "", "name.placeholder"),
    ("test test", "", "", "name.placeholder"),
    ("", "", "", "name.missing"),
]


@pytest.mark.parametrize(("full", "family", "given", "reason"), CASES)
def test_names(full, family, given, reason):
    name = read_name(full)
    assert (name.family, name.given, name.reason, name.is_name) == (family, given, reason, not reason)


def test_parts_are_joined_in_the_order_of_their_language():
    assert read_name(family="欧阳", given="志远").full == "欧阳志远"
    assert read_name(family="Sample", given="Daniel", middle="J").full == "Daniel J Sample"


@given(st.text(max_size=120), st.text(max_size=20))
def test_nothing_raises(full, family):
    name = read_name(full, family=family)
    assert name.is_name == (name.reason == "")
