"""Names that say what a field holds: a moment ends in _at, a day in _on, and money is never a float."""

import pytest
from django.apps import apps
from django.db import models

# A day whose trade word is better than one that ends in _on, and why.
DAYS = {
    "valid_from": "the first day of a period, as in the fact tables and the standards",
    "valid_to": "the day after the last of a period, as in the fact tables",
    "offered_from": "the first day of a period, as in the fact tables",
    "offered_to": "the day after the last of a period, as in the fact tables",
    "month": "stands for its month: always the first day",
}
FLOATS = {"lat": "degrees of a position", "lon": "degrees of a position"}


def fields() -> list[models.Field]:
    return [
        field
        for model in apps.get_models()
        if model.__module__.startswith("forecourt.")
        for field in model._meta.local_fields
        if field.model.__module__.startswith("forecourt.") and not inherited(field)
    ]


def inherited(field: models.Field) -> bool:
    """Django's own user columns: date_joined, last_login."""
    return field.name in ("date_joined", "last_login")


@pytest.mark.parametrize("field", fields(), ids=str)
def test_a_field_is_named_for_what_it_holds(field: models.Field) -> None:
    if isinstance(field, models.DateTimeField):
        assert field.name.endswith("_at") or field.name == "at"
    elif isinstance(field, models.DateField):
        assert field.name.endswith("_on") or field.name in {"on", *DAYS}
    elif isinstance(field, models.FloatField):
        assert field.name in FLOATS, (
            "amounts are Decimal; a measure that may be a float stands in FLOATS with its reason"
        )
    else:
        assert not field.name.endswith(("_at", "_on"))


def test_every_exemption_is_still_needed() -> None:
    assert {field.name for field in fields()} >= {*DAYS, *FLOATS}
