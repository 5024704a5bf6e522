"""Vehicle identification numbers."""

import csv
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecourt.exchange.vin import ALPHABET
from forecourt.exchange.vin import check_digit
from forecourt.exchange.vin import check_vin
from forecourt.exchange.vin import make_vin
from forecourt.exchange.vin import makers
from tests.exchange.places import ROOT
from tests.exchange.places import shared


def codes(vin):
    return [one.code for one in check_vin(vin).problems], [one.code for one in check_vin(vin).notes]


def test_shared_vectors():
    for row in csv.DictReader(shared("vin_vectors.csv").read_text(encoding="utf-8").splitlines()):
        checked = check_vin(row["vin"])
        if row["expectation"] == "valid":
            assert checked.vin == row["vin"] and checked.check_digit_agrees
        elif row["expectation"] in {"invalid", "checksum-valid but implausible"}:
            assert checked.vin is None and checked.problems
        elif row["expectation"] == "no check digit":
            assert checked.vin == row["vin"] and "vin.no_check_digit" in codes(row["vin"])[1]


@pytest.mark.parametrize(
    ("vin", "problems"),
    [
        ("", ["vin.empty"]),
        ("LVVAB12C0TA00001", ["vin.length"]),
        ("11111111111111111", ["vin.implausible"]),
        ("1M8GDM9A0KP042788", ["vin.check_digit"]),
        ("IOQ", ["vin.alphabet", "vin.alphabet", "vin.alphabet", "vin.length"]),
    ],
)
def test_all_problems_at_once(vin, problems):
    assert codes(vin)[0] == problems
    assert all(one.sentence for one in check_vin(vin).problems)


def test_the_check_digit_says_what_it_must_be():
    problem = check_vin("1M8GDM9A0KP042788").problems[0]
    assert problem.facts == {"found": "0", "expected": "X"}


def test_spaces_and_lower_case_are_put_right_and_said():
    checked = check_vin(" 1m8gdm9axkp 042788 ")
    assert checked.vin == "1M8GDM9AXKP042788"
    assert "vin.cleaned" in [one.code for one in checked.notes]


def test_the_year_code_means_two_years_outside_north_america():
    assert check_vin("WP0ZZZ99ZTS392124").model_years == (1996, 2026)
    assert check_vin("1M8GDM9AXKP042788").model_years == (1989,)


@given(
    serial=st.integers(0, 999_999),
    vds=st.text(ALPHABET, min_size=5, max_size=5),
    year=st.integers(2010, 2039),
)
def test_made_vins_are_valid_and_one_wrong_digit_is_found(serial, vds, year):
    vin = make_vin("LSJ", vds, serial, year=year)
    checked = check_vin(vin)
    assert checked.vin == vin and checked.wmi == "LSJ" and year in checked.model_years
    wrong = vin[:16] + str((int(vin[16]) + 1) % 10)
    assert check_vin(wrong).vin is None or check_digit(wrong) == wrong[8]


@pytest.mark.parametrize(
    "parts", [("LS", "AAAAA", 1), ("LSJ", "AAAA", 1), ("LSJ", "AAAAO", 1), ("LSJ", "AAAAA", 1_000_000)]
)
def test_parts_of_another_form_are_refused(parts):
    with pytest.raises(ValueError, match=r"characters"):
        make_vin(*parts)


def test_the_table_of_makers_does_not_invent_what_nobody_verified():
    table = makers((ROOT / "methodology" / "facts" / "wmi.csv").read_text(encoding="utf-8"))
    assert table["LVV"] == "Chery" and table["LJ1"] == "JAC" and table["LSJ"] == "SAIC"
    assert not {"Seres", "BAIC BluePark"} & set(table.values())


@given(st.text(max_size=40) | st.text(ascii_uppercase + "0123456789", min_size=17, max_size=17))
def test_nothing_raises(text):
    checked = check_vin(text)
    assert (checked.vin is None) == bool(checked.problems)
