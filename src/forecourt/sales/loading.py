"""Takes the dated price list of the methodology into the database. Only the network may."""

import csv
from collections.abc import Iterable
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from forecourt.base.money import yuan
from forecourt.platform.actions import Doing
from forecourt.platform.actions import action
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import NETWORK_OPS
from forecourt.sales.models import Option
from forecourt.sales.models import Price
from forecourt.sales.models.catalogue import KINDS

Row = dict[str, str]
OPTIONS = "options.csv"


@action("sales.load_prices", roles=(NETWORK_OPS,))
def load_prices(do: Doing, *, folder: str = "") -> dict[str, int]:
    """Make the database's price list that of the CSV files in `folder`; by default the methodology's `prices/`.

    Rows are known by trim and first day. What is new is added, what changed is changed; nothing is deleted, because
    orders refer to what was once listed. Loading again changes nothing.
    """
    home = Path(folder) if folder else settings.FORECOURT_METHODOLOGY / "prices"
    models = _models_of_trims(home.parent / "trims.csv", home.parent / "models.csv")
    prices = [
        _price(row, models, where) for row, where in _rows(sorted(home.glob("*.csv")), leave_out=OPTIONS)
    ]
    options = [_option(row, where) for row, where in _rows([home / OPTIONS])]
    return {"prices": _keep_prices(prices), "options": _keep_options(options)}


def _keep_prices(rows: list[Price]) -> int:
    """Ends of older rows are set first: two rows of a trim may not overlap for a moment."""
    known = {(row.trim, row.valid_from): row for row in Price.objects.all()}
    changed = [_with_key(known, row) for row in rows if _differs(known.get((row.trim, row.valid_from)), row)]
    changes = [row for row in changed if row.pk]
    for row in sorted(changes, key=lambda row: row.valid_from):
        row.save()
    Price.objects.bulk_create([row for row in changed if not row.pk])
    return len(changed)


def _with_key(known: dict[tuple[str, date], Price], row: Price) -> Price:
    before = known.get((row.trim, row.valid_from))
    row.pk = before.pk if before else None
    return row


_PRICE_FIELDS = ("kind", "amount", "valid_to", "model", "brand", "dated_by", "source")
_OPTION_FIELDS = ("group", "title_zh", "title_en", "amount", "valid_to")


def _differs(before: Any, row: Any) -> bool:
    names = _PRICE_FIELDS if isinstance(row, Price) else _OPTION_FIELDS
    return before is None or any(getattr(before, name) != getattr(row, name) for name in names)


def _keep_options(rows: list[Option]) -> int:
    known = {(row.code, row.brand, row.valid_from): row for row in Option.objects.all()}
    changed = [row for row in rows if _differs(known.get((row.code, row.brand, row.valid_from)), row)]
    Option.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["code", "brand", "valid_from"],
        update_fields=_OPTION_FIELDS,
    )
    return len(changed)


def _rows(paths: Iterable[Path], leave_out: str = "") -> Iterator[tuple[Row, str]]:
    """Each row with where it stands, for the sentence that refuses it."""
    for path in paths:
        if path.name == leave_out:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                yield row, f"{path.name}:{number}"


def _models_of_trims(trims: Path, models: Path) -> dict[str, tuple[str, str]]:
    """Trim to (model, brand)."""
    brands = {row["code"]: row["brand"] for row, _where in _rows([models])}
    return {row["code"]: (row["model"], brands[row["model"]]) for row, _where in _rows([trims])}


def _price(row: Row, models: dict[str, tuple[str, str]], where: str) -> Price:
    if row["trim"] not in models:
        raise _invalid(where, _("the trim {value} is not in trims.csv").format(value=row["trim"]))
    if row["kind"] not in KINDS:
        raise _invalid(
            where, _("the kind {value} is none of {known}").format(value=row["kind"], known=", ".join(KINDS))
        )
    model, brand = models[row["trim"]]
    return Price(
        trim=row["trim"], model=model, brand=brand, kind=row["kind"], amount=_amount(row["price"], where),
        dated_by=row["dated_by"], source=row["source"], **_dates(row, where),
    )  # fmt: skip


def _option(row: Row, where: str) -> Option:
    return Option(
        code=row["code"], brand=row["brand"], group=row["group"], title_zh=row["title_zh"], title_en=row["title_en"],
        amount=_amount(row["price"], where), **_dates(row, where),
    )  # fmt: skip


def _amount(text: str, where: str) -> Any:
    try:
        return yuan(text)
    except ArithmeticError as error:
        raise _invalid(where, _("{value} is no amount").format(value=text)) from error


def _date(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _invalid(where, _("{value} is no date like 2026-03-10").format(value=text)) from error


def _dates(row: Row, where: str) -> dict[str, date | None]:
    start = _date(row["valid_from"], where)
    end = _date(row["valid_to"], where) if row["valid_to"] else None
    if end and end <= start:
        raise _invalid(
            where, _("the price ends on {end}, before it begins on {start}").format(end=end, start=start)
        )
    return {"valid_from": start, "valid_to": end}


def _invalid(where: str, what: str) -> Invalid:
    text = _("The price list has a mistake in {where}: {what}. Nothing was loaded.").format(
        where=where, what=what
    )
    return Invalid(Blocked("sales.price_list_wrong", text))
