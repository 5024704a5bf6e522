"""The fact tables are all there, each with its source, and the tables made from them agree with them."""

import csv
import itertools
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

METHODOLOGY = Path(__file__).resolve().parents[2] / "methodology"
FACTS = METHODOLOGY / "facts"
BRANDS = ("aito", "luxeed", "maextro", "shangjie", "stelato")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def prices() -> list[dict[str, str]]:
    return [row for brand in BRANDS for row in rows(METHODOLOGY / "prices" / f"{brand}.csv")]


SOURCES = {row["file"]: row for row in rows(FACTS / "SOURCES.csv")}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_each_listed_table_is_there_with_its_rows_origin_and_licence(name: str):
    assert len(rows(FACTS / name)) == int(SOURCES[name]["rows"])
    assert SOURCES[name]["origin"]
    assert SOURCES[name]["licence"]


def test_those_who_ask_for_credit_get_it():
    text = (FACTS / "README.md").read_text(encoding="utf-8")
    assert "PyLab.me" in text
    assert "GeoNames" in text


def test_every_trim_has_a_model_and_every_model_a_brand():
    models = {row["code"]: row for row in rows(METHODOLOGY / "models.csv")}
    assert {row["brand"] for row in models.values()} == set(BRANDS)
    assert {row["model"] for row in rows(METHODOLOGY / "trims.csv")} <= set(models)
    assert len([row for row in models.values() if row["status"] == "on_sale"]) == 10


def test_prices_are_of_known_trims_typed_and_dated():
    trims = {row["code"] for row in rows(METHODOLOGY / "trims.csv")}
    for row in prices():
        assert row["trim"] in trims, row
        assert row["kind"] in ("list", "pre_sale", "placeholder"), row
        assert Decimal(row["price"]) > 100_000, row
        ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max
        assert date.fromisoformat(row["valid_from"]) < ends, row


def test_no_trim_has_two_prices_on_one_day():
    by_trim: dict[str, list[tuple[str, str]]] = {}
    for row in prices():
        by_trim.setdefault(row["trim"], []).append((row["valid_from"], row["valid_to"] or "9999-12-31"))
    for trim, spans in by_trim.items():
        spans.sort()
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans)), (
            trim,
            spans,
        )


def test_the_last_list_price_of_a_specification_is_that_of_the_facts():
    spec = {row["code"]: row["spec_id"] for row in rows(METHODOLOGY / "trims.csv")}
    facts = {
        row["autohome_spec_id"]: row["msrp_min_cny"]
        for row in rows(FACTS / "hima_models.csv")
        if row["price_status"] == "list" and row["row_kind"] == "trim"
    }
    last: dict[str, Decimal] = {}
    for row in sorted(prices(), key=lambda row: row["valid_from"]):
        if row["kind"] == "list":
            last[row["trim"]] = Decimal(row["price"])
    checked = {trim: price for trim, price in last.items() if spec[trim] in facts}
    assert len(checked) > 80
    assert {trim: price for trim, price in checked.items() if price != Decimal(facts[spec[trim]])} == {}


def test_a_placeholder_is_never_a_list_price():
    seen = {row["trim"]: row["price"] for row in prices() if row["kind"] == "placeholder"}
    assert seen["stelato-s9-2024-bev-ultra-awd-flagship"] == "550000.00"


def test_the_copies_are_those_of_the_shared_tables():
    shared = Path(__file__).resolve().parents[3] / "shared" / "data"
    if not shared.is_dir():
        pytest.skip("the shared data folder does not lie beside this checkout")
    for name in set(SOURCES) - {"wmi.csv"}:  # gathered here, row by row
        assert (FACTS / name).read_bytes() == (shared / name).read_bytes(), name
