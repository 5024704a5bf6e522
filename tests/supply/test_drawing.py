"""The band of dates as it is drawn."""

from datetime import date
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from forecourt.supply.drawing import draw
from forecourt.supply.promises import Band

LOCKED = date(2026, 3, 10)


def band(start: int, length: int) -> Band:
    return Band(LOCKED + timedelta(days=start), LOCKED + timedelta(days=start + length), "x", {})


@given(
    st.integers(0, 100), st.integers(0, 100), st.integers(0, 900), st.integers(0, 900), st.integers(0, 900)
)
def test_everything_lies_on_the_axis(start: int, length: int, first: int, wide: int, today: int) -> None:
    found = draw(LOCKED, LOCKED + timedelta(days=today), band(start, length), band(first, wide))
    assert found.estimate is not None
    assert 0 <= found.today <= 100
    for bar in (found.promise, found.estimate):
        assert 0 <= bar.left <= 100
        assert bar.width > 0
    lefts = [left for left, _on in found.months]
    assert lefts == sorted(lefts)
    assert len(lefts) <= 14


def test_the_promise_comes_before_a_later_estimate() -> None:
    found = draw(LOCKED, LOCKED + timedelta(days=1), band(28, 14), band(60, 20))
    assert found.estimate is not None
    assert found.today < found.promise.left < found.promise.left + found.promise.width < found.estimate.left
