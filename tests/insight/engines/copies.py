"""A copy of a journal that never was: journeys through a small playbook, some departing from it. Needs no database."""

import random
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa

from forecourt.insight.copy import layout
from forecourt.insight.copy import manifest as manifests
from forecourt.insight.copy.manifest import Manifest
from forecourt.insight.copy.writing import write_part

TEA = """
playbook: tea
version: "1"
about: case
title: {en: Tea, zh: 茶}
steps:
  boil: {title: {en: Boil, zh: 烧水}, by: adviser, within: 15 min, record: {outcome: [hot, broken]}}
  brew: {title: {en: Brew, zh: 泡茶}, by: adviser, within: 1 h, evidence: [photo]}
  sugar: {title: {en: Sugar, zh: 加糖}, by: adviser}
  serve: {title: {en: Serve, zh: 上茶}, by: delivery_specialist, within: 1 d}
  mend: {title: {en: Mend, zh: 修}, by: technician}
flow:
  - boil
  - one:
      hot: [brew, maybe: {repeat: sugar, at_most: 3}, serve, ends: served]
      broken: [mend, ends: mended]
words:
  hot: {en: Hot, zh: 热}
  broken: {en: Broken, zh: 坏}
  served: {en: Served, zh: 已上}
  mended: {en: Mended, zh: 已修}
"""
START = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
WAYS = (
    ("boil=hot", "brew", "serve"),
    ("boil=hot", "brew", "sugar", "sugar", "serve"),
    ("boil=hot", "serve"),
    ("brew", "boil=hot", "serve"),
    ("boil=broken", "mend"),
    ("boil=hot", "brew", "sing", "serve", "serve"),
    ("boil=hot",),
)
ROLES = {"mend": "technician", "serve": "delivery_specialist"}


def make_copy(folder: Path, *, journeys: int = 200, buckets: int = 8, parts: int = 3, seed: int = 1) -> Path:
    """Write a copy with the rows of all journeys dealt out to several parts of each bucket; gives its folder."""
    rows = [row for number in range(journeys) for row in journey_rows(number, seed)]
    made = Manifest(buckets)
    for generation in range(1, parts + 1):
        some = rows[generation - 1 :: parts]
        files = [
            write_part(folder, bucket, generation, [table_of(inside)])
            for bucket in range(buckets)
            if (
                inside := [
                    row
                    for row in some
                    if layout.bucket_of(UUID(row["journey"] or row["stream"]), buckets) == bucket
                ]
            )
        ]
        made = made.with_files([*made.files, *files])
        manifests.write(folder, made)
    return folder


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    return layout.ordered(pa.Table.from_pylist(rows, schema=layout.SCHEMA))


def journey_rows(number: int, seed: int = 1) -> list[dict[str, Any]]:
    """The entries of one journey; every tenth is none but a chain of some other thing."""
    chance = random.Random(f"{seed}-{number}")
    journey = UUID(int=chance.getrandbits(128), version=4)
    began = START + timedelta(minutes=chance.randrange(10_000))
    way = chance.choice(WAYS)
    kinds = [("journeys.started", ""), *(("journeys.step_done", word) for word in way)]
    if number % 10 == 9:
        return [_row(chance, journey, seq, "platform.seen", "", began, of_journey=False) for seq in (1, 2)]
    return [
        _row(chance, journey, seq, kind, word, began + timedelta(minutes=9 * (seq - 1)))
        for seq, (kind, word) in enumerate(kinds, 1)
    ]


def _row(
    chance: random.Random,
    journey: UUID,
    seq: int,
    kind: str,
    word: str,
    at: datetime,
    of_journey: bool = True,
) -> dict[str, Any]:
    step, _, outcome = word.partition("=")
    done = kind == "journeys.step_done"
    return {
        "journey": str(journey) if of_journey else None,
        "stream": str(journey),
        "seq": seq,
        "id": str(UUID(int=chance.getrandbits(128), version=4)),
        "kind": kind,
        "step": step or None,
        "outcome": outcome or None,
        "playbook": "tea" if of_journey else None,
        "version": "1" if of_journey else None,
        "happened_at": at,
        "recorded_at": at,
        "actor": f"st-{chance.randrange(9)}",
        "role": ROLES.get(step, "adviser"),
        "network": "sample",
        "store": f"sh-{chance.randrange(3)}",
        "evidence": chance.choice([0, 1]) if done else None,
        "about": "{}",
        "data": "{}",
    }
