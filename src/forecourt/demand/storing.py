"""Writes of the room below the ORM, where each lead passes: one statement for a document, a claim, a lead with its opportunity."""

# The names of columns are the models' own; every value is a parameter.
# ruff: noqa: S608

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import JSONField
from django.db.models import Model
from psycopg.types.json import Jsonb

from forecourt.demand.models import AdviserLoad
from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.models import Opportunity
from forecourt.platform.models import Place

_CLAIM = """
UPDATE demand_adviserload SET open = open + 1, last_assigned_at = %s WHERE staff = (
    SELECT staff FROM demand_adviserload WHERE staff = ANY(%s)
    ORDER BY open, last_assigned_at NULLS FIRST, staff LIMIT 1 FOR UPDATE {skip})
RETURNING staff
"""
_CHANGE = "UPDATE demand_adviserload SET open = greatest(open + %s, 0) WHERE staff = %s"
_LOADS = """
SELECT store, sum(open)::int, count(*) FROM demand_adviserload WHERE staff = ANY(%s) GROUP BY store
"""


def _insert(model: type[Model]) -> tuple[str, list[tuple[str, bool]]]:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    text = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})"
    return text, [(field.attname, isinstance(field, JSONField)) for field in fields]


_STATEMENTS = {model: _insert(model) for model in (Document, Lead, Opportunity, AdviserLoad)}


def _values(row: Model) -> list[Any]:
    columns = _STATEMENTS[type(row)][1]
    return [Jsonb(getattr(row, name)) if is_json else getattr(row, name) for name, is_json in columns]


def insert_document(document: Document) -> bool:
    """Write a new document; False when its bytes are here already."""
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENTS[Document][0] + " ON CONFLICT (network, digest) DO NOTHING", _values(document)
        )
        return bool(cursor.rowcount)


def insert_lead(lead: Lead, opportunity: Opportunity | None) -> None:
    """Write a lead and the opportunity that it opens, in one statement."""
    text, values = _STATEMENTS[Lead][0], _values(lead)
    if opportunity is not None:
        text = f"WITH opened AS ({_STATEMENTS[Opportunity][0]}) {text}"
        values = _values(opportunity) + values
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def progress(document: Document) -> None:
    """Write how far a document is taken, and what became of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE demand_document SET status = %s, taken = %s, report = %s WHERE id = %s",
            [document.status, document.taken, Jsonb(document.report), document.id],
        )


def lock_portion(keys: Sequence[str]) -> None:
    """One portion of several leads at a time, and the persons in it locked in one order before anything else.

    So portions never wait for one another crosswise, nor for a single lead that comes in meanwhile. `keys` are written as
    joining persons locks them (`phone:+86...`); were they not, a deadlock would be broken by the database and tried again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('demand:portion', 2))")
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key",
            [sorted(set(keys))],
        )


def lock_person(person: UUID) -> None:
    """One lead of a known person at a time, until the transaction ends: a second one finds the opportunity of the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"demand:{person}"])


def loads(staff: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Store to the open opportunities of the named staff together, and how many of them have a counter."""
    with connection.cursor() as cursor:
        cursor.execute(_LOADS, [list(staff)])
        return {store: (total, counted) for store, total, counted in cursor.fetchall()}


def claim(staff: Sequence[str], at: datetime, place: Place, counted: int = 0) -> str:
    """The least loaded of the staff, with one more opportunity from now on; '' when nobody is given.

    `counted` is how many of them are known to have a counter. Leads that are routed at the same moment pass over advisers just
    being claimed, so they spread and do not wait. When all are being claimed, one after another waits, so that each counts
    what the one before it took.
    """
    if not staff:
        return ""
    with connection.cursor() as cursor:
        if counted < len(staff):
            _count_in(cursor, staff, place)
        cursor.execute(_CLAIM.format(skip="SKIP LOCKED"), [at, list(staff)])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [f"advisers:{place.store}"]
            )
            cursor.execute(_CLAIM.format(skip=""), [at, list(staff)])
            found = cursor.fetchone()
    if found is None:
        raise RuntimeError(f"none of the advisers {', '.join(staff)} has a counter")
    return str(found[0])


def _count_in(cursor: Any, staff: Sequence[str], place: Place) -> None:
    """Give everybody who has none a counter at zero."""
    cursor.execute(
        "INSERT INTO demand_adviserload (staff, open, network, brand, region, operator, store)"
        " SELECT one, 0, %s, '', %s, %s, %s FROM unnest(%s::text[]) AS one"
        " WHERE NOT EXISTS (SELECT 1 FROM demand_adviserload WHERE staff = one)"
        " ORDER BY one ON CONFLICT (staff) DO NOTHING",
        [place.network, place.region, place.operator, place.store, list(staff)],
    )


def add(staff: str, at: datetime, place: Place) -> None:
    """Count one more opportunity for an adviser who was named."""
    with connection.cursor() as cursor:
        _count_in(cursor, [staff], place)
        cursor.execute(_CHANGE + " RETURNING staff", [1, staff])
        cursor.execute("UPDATE demand_adviserload SET last_assigned_at = %s WHERE staff = %s", [at, staff])


def release(staff: str) -> None:
    """Count one opportunity less for an adviser."""
    if staff:
        with connection.cursor() as cursor:
            cursor.execute(_CHANGE, [-1, staff])
