"""The dated price list: what holds on a day, who may change it, what a quote takes from it."""

from datetime import date
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError
from django.db import transaction

from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import ROLES
from forecourt.platform.roles import SYSTEM as SYSTEM_ROLE
from forecourt.platform.scope import reading
from forecourt.sales import queries
from forecourt.sales.configuration import canonical
from forecourt.sales.configuration import parts
from forecourt.sales.loading import load_prices
from forecourt.sales.models import Option
from forecourt.sales.models import Price
from forecourt.sales.models import Quote
from forecourt.sales.pricing import price_on
from tests.sales.shop import SYSTEM
from tests.sales.shop import TRIM
from tests.sales.shop import enquiry
from tests.sales.shop import record

M5 = "aito-m5-2022-erev-rwd-standard"
ROWS = "trim,kind,price,valid_from,valid_to,dated_by,source\n"


def listed(trim, on):
    with reading(SYSTEM.scope):
        row = price_on(trim, on)
        return row and row.amount


@pytest.mark.parametrize(
    ("on", "amount"),
    [
        (date(2022, 1, 31), None),
        (date(2022, 2, 1), "249800.00"),
        (date(2022, 10, 27), "249800.00"),
        (date(2022, 10, 28), "259800.00"),
        (date(2023, 3, 31), "259800.00"),
        (date(2023, 4, 1), None),
    ],
)
def test_a_price_holds_from_its_first_day_until_before_its_last(shop, on, amount):
    assert listed(M5, on) == (Decimal(amount) if amount else None)


def test_loading_again_changes_nothing(shop, at):
    assert load_prices(by=SYSTEM, at=at) == {"prices": 0, "options": 0}


def test_a_new_price_ends_the_old_one(shop, at, tmp_path, settings):
    prices = tmp_path / "prices"
    prices.mkdir()
    for name in ("trims.csv", "models.csv", "prices/options.csv"):
        (tmp_path / name).write_bytes((settings.FORECOURT_METHODOLOGY / name).read_bytes())
    (prices / "aito.csv").write_text(
        ROWS + f"{TRIM},list,469800.00,2025-03-20,2026-04-01,,x\n{TRIM},list,459800.00,2026-04-01,,,x\n"
    )
    with reading(SYSTEM.scope):
        begins = Price.objects.holding_on(at.date()).get(trim=TRIM).valid_from
    text = (prices / "aito.csv").read_text().replace("2025-03-20", begins.isoformat())
    (prices / "aito.csv").write_text(text)
    assert load_prices(by=Actor("ops", NETWORK_OPS, SYSTEM.scope), at=at, folder=str(prices))["prices"] == 2
    assert listed(TRIM, date(2026, 3, 31)) == Decimal("469800.00")
    assert listed(TRIM, date(2026, 4, 1)) == Decimal("459800.00")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("no-such-trim,list,1.00,2025-01-01,,,x", "no-such-trim"),
        (f"{TRIM},gift,1.00,2025-01-01,,,x", "gift"),
        (f"{TRIM},list,much,2025-01-01,,,x", "much"),
        (f"{TRIM},list,1.00,2025-13-01,,,x", "2025-13-01"),
        (f"{TRIM},list,1.00,2025-02-01,2025-01-01,,x", "2025-01-01"),
    ],
)
def test_a_mistake_in_the_list_is_named_and_nothing_is_loaded(shop, at, tmp_path, settings, row, said):
    prices = tmp_path / "prices"
    prices.mkdir()
    for name in ("trims.csv", "models.csv", "prices/options.csv"):
        (tmp_path / name).write_bytes((settings.FORECOURT_METHODOLOGY / name).read_bytes())
    (prices / "aito.csv").write_text(ROWS + row + "\n")
    before = listed(TRIM, at.date())
    with pytest.raises(Invalid) as refused:
        load_prices(by=SYSTEM, at=at, folder=str(prices))
    assert "aito.csv:2" in str(refused.value)
    assert said in str(refused.value)
    assert listed(TRIM, at.date()) == before


@pytest.mark.parametrize("role", sorted(set(ROLES) - {NETWORK_OPS, SYSTEM_ROLE}))
def test_nobody_else_may_load_prices(db, at, role):
    with pytest.raises(Forbidden):
        load_prices(by=Actor("st-1", role, SYSTEM.scope), at=at)


def test_the_database_keeps_a_store_from_changing_a_price(shop, at):
    """The rule does not hang on the action: a statement in a store's scope changes nothing."""
    for actor in (shop.manager, shop.adviser):
        with reading(actor.scope):
            assert Price.objects.filter(trim=TRIM).exists()
            with pytest.raises(DatabaseError), transaction.atomic():
                Price.objects.filter(trim=TRIM).update(amount=1)
            with pytest.raises(DatabaseError), transaction.atomic():
                Option.objects.create(
                    code="x", group="x", title_zh="x", title_en="x", amount=0, valid_from=at.date()
                )
            assert Price.objects.filter(trim=TRIM).delete()[0] == 0
    assert listed(TRIM, at.date()) == Decimal("469800.00")


def test_two_prices_of_a_trim_never_overlap(shop, at):
    with reading(SYSTEM.scope), pytest.raises(DatabaseError), transaction.atomic():
        Price.objects.create(trim=TRIM, model="m", brand="aito", kind="list", amount=1, valid_from=at.date())


def test_a_quote_takes_its_prices_from_the_list(shop, at):
    run = enquiry(shop, at)
    record(
        shop.adviser,
        at,
        run,
        "quote",
        trim=TRIM,
        options=["assist-full", "paint-pearl"],
        price="1.00",
        total="1.00",
    )
    with reading(SYSTEM.scope):
        quote = Quote.objects.get(journey=run)
    assert quote.total == Decimal("495800.00")
    assert [line["amount"] for line in quote.lines] == ["469800.00", "20000.00", "6000.00"]
    assert quote.valid_until_on == at.date() + timedelta(days=7)


def test_an_order_may_name_its_quote_while_it_holds(shop, at):
    run = enquiry(shop, at)
    record(shop.adviser, at, run, "quote", trim=TRIM, options=["assist-full"])
    with reading(SYSTEM.scope):
        quote = str(Quote.objects.get(journey=run).id)
    with pytest.raises(Refused) as refused:
        record(shop.adviser, at, run, "place_order", trim=TRIM, quote=quote)
    assert refused.value.code == "sales.quote_not_valid"
    with pytest.raises(Refused):
        record(
            shop.adviser,
            at + timedelta(days=8),
            run,
            "place_order",
            trim=TRIM,
            options=["assist-full"],
            quote=quote,
        )
    record(
        shop.adviser,
        at + timedelta(days=6),
        run,
        "place_order",
        trim=TRIM,
        options=["assist-full"],
        quote=quote,
    )


def test_another_customers_quote_is_refused(shop, at):
    mine, theirs = enquiry(shop, at), enquiry(shop, at)
    record(shop.adviser, at, theirs, "quote", trim=TRIM)
    with reading(SYSTEM.scope):
        quote = str(Quote.objects.get().id)
    with pytest.raises(Refused) as refused:
        record(shop.adviser, at, mine, "place_order", trim=TRIM, quote=quote)
    assert refused.value.code == "sales.quote_not_valid"


def test_a_configuration_is_one_text(shop):
    assert canonical("t", ["b", "a", "b", ""]) == "t+a+b"
    assert parts("t+a+b") == ("t", ("a", "b"))
    assert parts(canonical("t")) == ("t", ())


def test_the_catalogue_of_a_day(shop, at):
    with reading(shop.adviser.scope):
        offers = queries.catalogue(at.date(), brand="aito")
        assert TRIM in {offer.price.trim for offer in offers}
        assert all(offer.price.brand == "aito" for offer in offers)
        assert queries.catalogue(date(2020, 1, 1)) == []
