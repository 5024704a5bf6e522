"""The steps of journeys out of the columnar copy of the journal, for a refresh: the database is spared the reading of its largest table.

The same as `reading.read` says from the tables, but for proofs: the copy knows whether all were there that the journey's own playbook asked
for, not which. So a draft, which may ask for others, is held against the tables.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from forecourt.insight.copy.copying import copy
from forecourt.insight.copy.reading import Copy
from forecourt.insight.copy.reading import open_copy
from forecourt.insight.reading import Done
from forecourt.insight.reading import Reading
from forecourt.insight.reading import Run
from forecourt.journeys.entries import STEP_DONE
from forecourt.journeys.entries import STEP_LATE
from forecourt.journeys.entries import STEP_WITHDRAWN

_COLUMNS = (
    "journey", "id", "kind", "step", "happened_at", "actor", "role", "outcome", "evidence", "due_at", "withdraws", "data",
)  # fmt: skip
_KINDS = pa.array([STEP_DONE, STEP_LATE, STEP_WITHDRAWN])


def brought_up(folder: Path) -> Copy:
    """The copy in a folder as new as the journal. CopyError when it cannot be made."""
    copy(folder)
    return open_copy(folder)


def read(source: Copy, runs: list[Run], until: datetime, recording: tuple[str, ...]) -> Reading:
    """The steps of the runs up to a moment; `recording` names those whose record is wanted."""
    found: dict[UUID, list[Done]] = {}
    overdue: list[tuple[UUID, str, datetime]] = []
    wanted = pa.array([str(run.id) for run in runs], pa.string())
    for row in _rows(source, wanted):
        if row["happened_at"] > until:
            continue
        journey = UUID(row["journey"])
        if row["kind"] == STEP_DONE:
            found.setdefault(journey, []).append(_done(journey, row, recording))
        elif row["due_at"]:
            overdue.append((journey, row["step"], row["due_at"]))
    return Reading(runs, [one for run in runs for one in found.get(run.id, ())], overdue)


def _rows(source: Copy, wanted: pa.Array) -> Iterator[dict[str, Any]]:
    """Steps done and deadlines missed of the wanted journeys, bucket by bucket, each journey in order; steps taken back are left out."""
    for bucket in source.buckets:
        for table in source.tables(bucket, _COLUMNS):
            mine = table.filter(pc.and_(pc.is_in(table["journey"], wanted), pc.is_in(table["kind"], _KINDS)))
            taken_back = mine["withdraws"].drop_null().combine_chunks()
            kept = pc.and_(
                pc.invert(pc.is_in(mine["id"], taken_back)), pc.not_equal(mine["kind"], STEP_WITHDRAWN)
            )
            yield from mine.filter(kept).to_pylist()


def _done(journey: UUID, row: dict[str, Any], recording: tuple[str, ...]) -> Done:
    record = json.loads(row["data"]).get("record") if row["step"] in recording else None
    complete = None if row["evidence"] is None else bool(row["evidence"])
    return Done(
        journey,
        row["step"],
        row["happened_at"],
        row["actor"],
        row["role"],
        row["outcome"],
        record,
        None,
        complete,
    )
