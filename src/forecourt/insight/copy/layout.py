"""What a copy looks like on disk: names of files, columns, which bucket a journey lies in, and the order of rows."""

import re
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

SCHEMA_VERSION = 1
BUCKETS = 64
MOST_BUCKETS = 4096

_TEXT, _MOMENT = pa.string(), pa.timestamp("us", "UTC")
# What is empty in the journal is null here. `evidence` is 1 complete, 0 missing, null where nothing was asked.
SCHEMA = pa.schema(
    [
        ("journey", _TEXT), ("stream", _TEXT), ("seq", pa.int32()), ("id", _TEXT), ("kind", _TEXT), ("step", _TEXT),
        ("outcome", _TEXT), ("playbook", _TEXT), ("version", _TEXT), ("happened_at", _MOMENT), ("recorded_at", _MOMENT),
        ("actor", _TEXT), ("role", _TEXT), ("network", _TEXT), ("brand", _TEXT), ("region", _TEXT), ("operator", _TEXT),
        ("store", _TEXT), ("person", _TEXT), ("late", pa.bool_()), ("fits", pa.bool_()), ("deviations", _TEXT),
        ("evidence", pa.int8()), ("opened_at", _MOMENT), ("due_at", _MOMENT), ("withdraws", _TEXT), ("about", _TEXT),
        ("data", _TEXT),
    ],
    metadata={b"forecourt": b"journal copy 1"},
)  # fmt: skip
# Columns whose values come again and again; the others would fill a dictionary and then fall out of it.
CODED = tuple(name for name in SCHEMA.names if name not in {"id", "seq", "evidence", "about", "data"})

MANIFEST, LOCK, WORK = "manifest.json", ".lock", ".work"
_PART = re.compile(r"bucket=(\d{4})/part-(\d{6,})\.parquet")
_BUCKET = re.compile(r"bucket=\d{4}")
_STATE = re.compile(r"state-\d{6,}\.parquet")
# What a killed run may leave behind: files of our own naming that no manifest lists.
OURS = re.compile(r"\.?(?:part-\d{6,}\.parquet|state-\d{6,}\.parquet|manifest\.json)(?:\.tmp)?")

_ORDER = [("key", "ascending"), ("happened_at", "ascending"), ("seq", "ascending"), ("stream", "ascending")]
_KEYS = ("journey", "stream", "happened_at", "seq")


def part_name(bucket: int, generation: int) -> str:
    """The path below the copy of what one generation added to one bucket."""
    return f"bucket={bucket:04d}/part-{generation:06d}.parquet"


def state_name(generation: int) -> str:
    """The path below the copy of how far each chain has been copied."""
    return f"state-{generation:06d}.parquet"


def bucket_of_part(name: str) -> int | None:
    """The bucket that a path below the copy belongs to; None when it is not the name of a part."""
    found = _PART.fullmatch(name)
    return int(found[1]) if found else None


def generation_of_part(name: str) -> int:
    """The generation that a part was written in. ValueError when the path is not the name of a part."""
    found = _PART.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is not the name of a part")
    return int(found[2])


def is_state(name: str) -> bool:
    """Whether a path below the copy is one of a state file."""
    return _STATE.fullmatch(name) is not None


def is_bucket(name: str) -> bool:
    """Whether a name is that of a bucket's folder."""
    return _BUCKET.fullmatch(name) is not None


def bucket_of(journey: UUID, buckets: int) -> int:
    """The bucket of a journey: the last 32 bits of its id, which are random in every id we make, modulo `buckets`."""
    return (journey.int & 0xFFFFFFFF) % buckets


def keys_of(table: pa.Table) -> pa.ChunkedArray:
    """What rows are sorted by first: the journey; where an entry has none, its chain, after all journeys ('~' > 'f')."""
    chains = pc.binary_join_element_wise(pa.scalar("~"), table["stream"], "")
    return pc.coalesce(table["journey"], chains)


def ordered(table: pa.Table) -> pa.Table:
    """The rows by journey, then when they happened, then their number in the chain."""
    keyed = table.select(_KEYS).append_column("key", keys_of(table))
    return table.take(pc.sort_indices(keyed, sort_keys=_ORDER))
