"""What comes with a step beside the fields of its playbook: short texts, and an adviser of the store."""

from datetime import timedelta

import pytest

from forecourt.platform.refusals import Invalid
from forecourt.platform.scope import reading
from forecourt.sales.models import Order
from forecourt.sales.models import TestDrive
from tests.sales.shop import SYSTEM
from tests.sales.shop import TRIM
from tests.sales.shop import enquiry
from tests.sales.shop import record

TOO_LONG = "x" * 200


def refused(*given, **what):
    with pytest.raises(Invalid) as found:
        record(*given, **what)
    return [problem.field for problem in found.value.problems]


@pytest.mark.parametrize("field", ["vin", "quote", "method"])
@pytest.mark.parametrize("value", [7, ["a"], {"a": 1}, True, TOO_LONG])
def test_an_order_is_placed_with_short_texts(shop, at, field, value):
    run = enquiry(shop, at)
    assert refused(shop.adviser, at, run, "place_order", trim=TRIM, **{field: value}) == [field]


def test_a_quote_is_named_by_its_number(shop, at):
    run = enquiry(shop, at)
    assert refused(shop.adviser, at, run, "place_order", trim=TRIM, quote="last-week") == ["quote"]


@pytest.mark.parametrize("value", [7, ["full"], {"a": 1}, True, TOO_LONG])
def test_a_refund_is_asked_for_with_a_word(shop, at, value):
    run = enquiry(shop, at)
    record(shop.adviser, at, run, "place_order", trim=TRIM)
    with reading(SYSTEM.scope):
        order = Order.objects.get(sold_in=run)
    given = (shop.adviser, at, str(order.journey))
    assert refused(*given, "cancel_order", reason="other", refund=value) == ["refund"]
    assert refused(*given, "confirm_order", method="card", accept_price=["a"]) == ["accept_price"]


def test_an_adviser_is_of_the_store(shop, at):
    run, starts_at = enquiry(shop, at), (at + timedelta(days=1)).isoformat()
    what = {"car": shop.cars[0], "starts_at": starts_at}
    for other in (shop.stranger.code, "st-nobody", TOO_LONG, 7, [shop.second.code]):
        assert refused(shop.adviser, at, run, "book_test_drive", **what, adviser=other) == ["adviser"]
    record(shop.adviser, at, run, "book_test_drive", **what, adviser=shop.second.code)
    with reading(SYSTEM.scope):
        assert TestDrive.objects.get(journey=run).adviser == shop.second.code
