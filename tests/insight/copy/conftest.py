"""A journal to copy: written through actions, so that heads and chains are the real ones."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from uuid import uuid4

import pyarrow as pa
import pytest
from django.db import connections

from forecourt import journal
from forecourt.insight.copy.reading import open_copy
from forecourt.platform.actions import Action
from forecourt.platform.models import Place

HERE = Place(brand="aito", region="east", operator="op-001", store="sh-001")


def _write(
    do: Any, *, stream: UUID, count: int = 1, kind: str = "journeys.step_done", **columns: Any
) -> None:
    for number in range(count):
        data = {
            "number": number,
            "outcome": "reached",
            "fits": True,
            "late": number % 2 == 1,
            "deviations": [],
        }
        place = columns.pop("place", HERE)
        given = {"journey": stream, "playbook": "retail", "version": "1", "step": "respond"} | columns
        journal.write(do, kind, stream=stream, place=place, data=data, **given)


write = Action("tests.copy_write", frozenset(), _write)


@pytest.fixture
def grow(forecourt_db: Any, system: Any, at: Any) -> Callable[..., list[UUID]]:
    """`grow(5, count=4)` lets five journeys have four entries each, a minute apart; gives their ids."""

    def make(journeys: int, count: int = 4, streams: list[UUID] | None = None, **columns: Any) -> list[UUID]:
        made = streams or [uuid4() for _ in range(journeys)]
        for minute in range(count):
            for stream in made:
                write(by=system, at=at + timedelta(minutes=minute), stream=stream, **columns)
        return made

    return make


@pytest.fixture
def rows(forecourt_db: Any) -> Callable[[Path], list[dict[str, Any]]]:
    """All rows of a copy, bucket by bucket."""
    return lambda folder: everything(folder).to_pylist()


def everything(folder: Path) -> pa.Table:
    opened = open_copy(folder)
    return pa.concat_tables([opened.arrow(bucket) for bucket in opened.buckets])


def journalled(alias: str = "reader") -> list[tuple[str, int, str]]:
    """Chain, number and id of every entry of the journal, in order."""
    from django.db import transaction

    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT set_config('forecourt.level', 'network', true)")
        cursor.execute("SELECT stream::text, seq, id::text FROM journal_entry ORDER BY stream, seq")
        return cursor.fetchall()
