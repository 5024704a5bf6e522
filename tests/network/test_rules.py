"""Decisions as pure functions: distance, validity, who decides."""

from datetime import date

import pytest

from forecourt.network.rules import CertificateFacts
from forecourt.network.rules import Mandate
from forecourt.network.rules import certificate_valid
from forecourt.network.rules import distance_km
from forecourt.network.rules import missing_certificates
from forecourt.network.rules import who_decides

SHANGHAI, BEIJING = (31.2222, 121.4581), (39.9075, 116.3972)
MARCH = date(2026, 3, 10)


def test_shanghai_to_beijing_is_a_thousand_and_sixty_seven_kilometres():
    assert distance_km(*SHANGHAI, *BEIJING) == pytest.approx(1067, abs=3)
    assert distance_km(*BEIJING, *SHANGHAI) == pytest.approx(distance_km(*SHANGHAI, *BEIJING))


def test_a_point_is_no_distance_from_itself_and_half_the_earth_from_its_antipode():
    assert distance_km(*SHANGHAI, *SHANGHAI) == 0
    assert distance_km(0, 0, 0, 180) == pytest.approx(20015.1, abs=1)


@pytest.mark.parametrize(
    ("on", "valid"),
    [
        (date(2026, 1, 1), True),
        (date(2025, 12, 31), False),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_certificate_holds_from_its_first_day_until_before_its_end(on: date, valid: bool):
    held = CertificateFacts("test-drive", date(2026, 1, 1), date(2027, 1, 1))
    assert certificate_valid(held, on) is valid


def test_a_revoked_certificate_ends_on_the_day_it_is_revoked():
    held = CertificateFacts("test-drive", date(2026, 1, 1), date(2027, 1, 1), revoked_on=MARCH)
    assert certificate_valid(held, date(2026, 3, 9))
    assert not certificate_valid(held, MARCH)


def test_a_certificate_of_one_brand_does_not_serve_another():
    held = CertificateFacts("brand-product", date(2026, 1, 1), date(2027, 1, 1), for_brand="aito")
    assert certificate_valid(held, MARCH, "aito")
    assert not certificate_valid(held, MARCH, "luxeed")
    assert missing_certificates(["reception", "brand-product"], [held], MARCH, "aito") == ("reception",)


AFTER_SALES = [
    Mandate("after_sales", "network", date(2023, 7, 1)),
    Mandate("after_sales", "carmaker", date(2025, 7, 1), date(2025, 12, 9), brand="luxeed"),
]


@pytest.mark.parametrize(
    ("on", "brand", "party"),
    [
        (date(2025, 6, 30), "luxeed", "network"),
        (date(2025, 7, 1), "luxeed", "carmaker"),
        (date(2025, 12, 8), "luxeed", "carmaker"),
        (date(2025, 12, 9), "luxeed", "network"),
        (date(2025, 8, 1), "aito", "network"),
    ],
)
def test_after_sales_of_a_brand_moves_on_its_day(on: date, brand: str, party: str):
    found = who_decides(AFTER_SALES, "after_sales", brand=brand, channel="agency", region="east", on=on)
    assert found is not None
    assert found.party == party


def test_the_more_exact_mandate_wins_and_nobody_decides_what_was_never_given():
    exact = Mandate("marketing", "carmaker", date(2025, 1, 1), brand="shangjie", channel="exclusive")
    rows = [Mandate("marketing", "network", date(2026, 1, 1)), exact]
    assert who_decides(rows, "marketing", brand="shangjie", channel="exclusive", region="", on=MARCH) == exact
    assert who_decides(rows, "marketing", brand="shangjie", channel="agency", region="", on=MARCH) == rows[0]
    assert who_decides(rows, "price", brand="aito", channel="agency", region="", on=MARCH) is None
