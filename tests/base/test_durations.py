"""Durations and efforts as playbooks write them."""

import pytest

from forecourt.base.durations import Duration
from forecourt.base.durations import Effort
from forecourt.base.durations import parse_duration
from forecourt.base.durations import parse_effort


@pytest.mark.parametrize(
    ("text", "duration", "shown"),
    [
        ("15 min", Duration(15, "min"), "15 min"),
        ("2h", Duration(2, "h"), "2 h"),
        ("1 d", Duration(1, "d"), "1 d"),
        ("2 days", Duration(2, "d"), "2 d"),
        ("3 working days", Duration(3, "d", "working days"), "3 working days"),
        ("1 working day", Duration(1, "d", "working days"), "1 working day"),
        ("15  min of  store hours", Duration(15, "min", "store hours"), "15 min of store hours"),
        ("4 h of working days", Duration(4, "h", "working days"), "4 h of working days"),
    ],
)
def test_durations_are_read_and_shown(text: str, duration: Duration, shown: str) -> None:
    assert parse_duration(text) == duration
    assert str(duration) == shown
    assert parse_duration(shown) == duration


@pytest.mark.parametrize(
    "text", ["", "soon", "15", "min", "0 min", "-1 h", "1.5 h", "3 weeks", "1 h of", "1 h 30 min"]
)
def test_what_is_no_duration_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="write it like") as caught:
        parse_duration(text)
    assert repr(text) in str(caught.value)


def test_efforts_are_minutes() -> None:
    assert parse_effort("4..9 min") == Effort(4, 9)
    assert parse_effort("1..2 h") == Effort(60, 120)
    assert str(parse_effort("20 min")) == "20 min"
    with pytest.raises(ValueError, match="backwards"):
        parse_effort("9..4 min")
    with pytest.raises(ValueError, match="not a length of work"):
        parse_effort("a while")
