"""Cursor pages: the next page starts after the last row seen, so rows that arrive meanwhile neither repeat nor hide others."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any
from typing import Generic
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.models import Q
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid

Row = TypeVar("Row", bound=Model)
MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows and where the next ones start; '' at the end."""

    items: list[Row]
    next_cursor: str


def page_of(rows: "QuerySet[Row]", *, order: str, cursor: str = "", limit: int = 50) -> Page[Row]:
    """One page of `rows` ordered by the field `order` (`-` in front for newest first), ties by primary key.

    Raises:
        Invalid: a cursor that this site did not give.
    """
    field, newest_first = order.removeprefix("-"), order.startswith("-")
    sign = "-" if newest_first else ""
    after = _after(rows, field, "lt" if newest_first else "gt", cursor) if cursor else Q()
    limit = max(1, min(limit, MAX_LIMIT))
    found = list(rows.filter(after).order_by(f"{sign}{field}", f"{sign}pk")[: limit + 1])
    return Page(found[:limit], _encode(found[limit - 1], field) if len(found) > limit else "")


def _after(rows: "QuerySet[Row]", field: str, comparison: str, cursor: str) -> Q:
    try:
        value, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        value = rows.model._meta.get_field(field).to_python(value)
        key = rows.model._meta.pk.to_python(key)
    except (ValueError, TypeError, binascii.Error, ValidationError, OverflowError) as error:
        text = _("The cursor {cursor} is not one that this site gave. Start again without a cursor.")
        raise Invalid(Blocked("platform.bad_cursor", text.format(cursor=cursor[:80]), "cursor")) from error
    return Q(**{f"{field}__{comparison}": value}) | Q(**{field: value, f"pk__{comparison}": key})


def _encode(row: Model, field: str) -> str:
    value: Any = getattr(row, field)
    text = json.dumps([value.isoformat() if hasattr(value, "isoformat") else value, str(row.pk)], default=str)
    return base64.urlsafe_b64encode(text.encode()).decode()
