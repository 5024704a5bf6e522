"""Rows of a model read below the ORM, for the statements that the house runs most.

    _TAKEN = Rows(Order, "WHERE id = %s FOR UPDATE")
    order = _TAKEN.one(order_id)

Building a query costs Django more than PostgreSQL needs to answer it. Here its text is written once; what comes back are the
model's own instances, and row-level security sees the statement as any other.
"""

import json
from typing import Any
from typing import Generic
from typing import TypeVar

from django.db import connection
from django.db.models import JSONField
from django.db.models import Model

M = TypeVar("M", bound=Model)


class Rows(Generic[M]):
    """All columns of a model's table, `FROM` which the rest of the statement is given, with %s for its values."""

    def __init__(self, model: type[M], rest: str) -> None:
        fields = model._meta.concrete_fields
        self._model = model
        self._names = [field.attname for field in fields]
        # Django's connection gives JSON as text.
        self._json = [place for place, field in enumerate(fields) if isinstance(field, JSONField)]
        columns = ", ".join(field.column for field in fields)
        self._sql = f"SELECT {columns} FROM {model._meta.db_table} {rest}"  # noqa: S608 - the model's own

    def one(self, *values: Any) -> M | None:
        """The first row, or None."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            row = cursor.fetchone()
        return self._made(row) if row else None

    def all(self, *values: Any) -> list[M]:
        """Every row, in the order of the statement."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            return [self._made(row) for row in cursor.fetchall()]

    def _made(self, row: tuple[Any, ...]) -> M:
        values = list(row)
        for place in self._json:
            if isinstance(values[place], str):
                values[place] = json.loads(values[place])
        return self._model.from_db("default", self._names, values)
