"""Fills a database with opportunities as the house itself would have written them, but in bulk.

The rooms' own code works out runs, steps, deadlines and hashed entries for one customer of each kind; the rows are then
multiplied with new ids and written by COPY as the superuser. Leads and documents are not filled.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

DAYS = 10
SLOTS = 12
READY_SHARE = 0.35
PORTION = 10_000


@dataclass(frozen=True)
class Kind:
    """A customer of one kind: where, which brand, how far, since when; with the rows of one of them."""

    journey: dict[str, Any]
    steps: list[dict[str, Any]]
    entries: list[dict[str, Any]]


def open_network(stores: int, seed: int, at: datetime) -> None:
    """Sample network, prices and playbooks, through the actions."""
    from django.conf import settings

    from forecourt.journeys.actions import publish
    from forecourt.network.actions import load_sample
    from forecourt.platform.actor import Actor
    from forecourt.sales.loading import load_prices

    who = Actor.system("benchmark")
    load_sample(by=who, at=at, stores=stores, seed=seed)
    load_prices(by=who, at=at)
    for path in sorted(Path(settings.FORECOURT_METHODOLOGY, "playbooks").glob("*.yaml")):
        publish(by=who, at=at, text=path.read_text(), file=path.name)


def fill(db: "psycopg.Connection[Any]", count: int, seed: int, at: datetime) -> None:
    """Write `count` opportunities with all that belongs to them."""
    from forecourt.platform.actor import NETWORK_SCOPE
    from forecourt.platform.scope import reading

    rng = random.Random(seed)
    with reading(NETWORK_SCOPE):
        seats = _seats(at)
        kinds = {seat: _kinds(seat, at) for seat in {(place, brand) for place, brand, _ in seats}}
    for done in range(0, count, PORTION):
        rows = _Rows(rng)
        for _number in range(min(PORTION, count - done)):
            place, brand, staff = rng.choice(seats)
            ready = rng.random() < READY_SHARE
            rows.add(rng.choice(kinds[place, brand][ready]), staff)
        with db.transaction():
            rows.write(db)
    with db.transaction():
        _count_loads(db)
    db.execute("VACUUM ANALYZE")
    db.execute("CHECKPOINT")


def _seats(at: datetime) -> list[tuple[Any, str, str]]:
    """Every adviser with every brand that they may follow enquiries for: (place, brand, staff)."""
    from forecourt.demand.directory import directory
    from forecourt.platform.actions import Doing
    from forecourt.platform.actor import NETWORK_SCOPE
    from forecourt.platform.actor import Actor

    book = directory(Doing(Actor.system("benchmark"), at, "benchmark", scope=NETWORK_SCOPE))
    return [
        (store.place(brand), brand, staff)
        for brand, sellers in sorted(book.sellers.items())
        for store in sellers
        for staff in book.advisers(brand).get(store.code, ())
    ]


def _kinds(seat: tuple[Any, str], at: datetime) -> tuple[list[Kind], list[Kind]]:
    """Customers who wait for the first answer, and those ready to order, with different ages."""
    ages = [timedelta(days=DAYS) * (slot + 1) / SLOTS for slot in range(SLOTS)]
    return [_kind(seat[0], at - age, ready=False) for age in ages], [
        _kind(seat[0], at - age, ready=True) for age in ages
    ]


def _kind(place: Any, began: datetime, *, ready: bool) -> Kind:
    from forecourt.journeys import entries
    from forecourt.journeys import moves
    from forecourt.journeys import programs
    from forecourt.journeys import storing
    from forecourt.platform.actions import Doing
    from forecourt.platform.actor import Actor

    known = programs.of("retail", programs.latest_version("retail", began))
    do = Doing(Actor.system("benchmark"), began, "benchmark")
    run = moves.new_journey(
        known=known, subject=("opportunity", UUID(int=0)), place=place.columns(), person=UUID(int=0), owner="", team={},
        facts={}, at=began,
    )  # fmt: skip
    done = []
    entries.write(do, entries.STARTED, run, {"subject": list(run.subject), "owner": "", "next": []})
    if ready:
        for name, record in (
            ("respond", {"outcome": "reached"}),
            ("learn_needs", {"use": "family", "buys_within": "month"}),
        ):
            offer = known.offers(run.state)[name]
            row = moves.done_step(
                moves.opened(run, offer, began), run, name, ["adviser"], do.by, began + timedelta(minutes=5)
            )
            row.record = record
            run.state = known.program.move(run.state, name, record.get("outcome")).state
            run.facts[name] = {**record, "done": True}
            row.entry = entries.write(
                do, entries.STEP_DONE, run, {"record": record, "state": run.state}, step=name
            ).id
            done.append(row)
    steps = [*done, *moves.first_steps(run, known, began)]
    names = storing._STEP  # noqa: SLF001 - the columns in the order in which the room writes them
    return Kind(
        {name: getattr(run, name) for name in storing._JOURNEY},  # noqa: SLF001
        [{name: getattr(step, name) for name in names} for step in steps],
        [draft.columns for draft in do.entries],
    )


class _Rows:
    """Rows of a portion by table."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def add(self, kind: Kind, staff: str) -> None:
        """One customer of the kind, followed by `staff`."""
        began = kind.journey["started_at"]
        run, person, opportunity = _new(began), _new(began), _new(began)
        place = {name: kind.journey[name] for name in ("network", "brand", "region", "operator", "store")}
        self._person(person, place, began)
        self._put("demand_opportunity", place | {
            "id": opportunity, "person_id": person, "model": "", "owner": staff, "state": "open", "journey": run,
            "reroutes": 0, "opened_at": began, "closed_at": None,
        })  # fmt: skip
        owned = {
            "person_id": person,
            "subject_id": str(opportunity),
            "owner": staff,
            "team": {"adviser": staff},
        }
        self._put("journeys_journey", kind.journey | owned | {"id": run})
        for step in kind.steps:
            mine = staff if step["roles"] == ["adviser"] else ""
            self._put(
                "journeys_duestep",
                step | {"id": _new(began), "journey_id": run, "person_id": person, "assigned_to": mine},
            )
        self._entries(kind.entries, run, person, opportunity)

    def _person(self, person: UUID, place: dict[str, str], began: datetime) -> None:
        self._put("people_person", {
            "id": person, "network": place["network"], "name": self.rng.choice("王李张刘陈杨赵黄周吴") + self.rng.choice("伟芳娜敏静丽强磊洋艳"),
            "salutation": "", "language": "zh-hans", "city": "", "made_at": began, "restricted_at": None,
        })  # fmt: skip
        phone = f"+86155{self.rng.randrange(10**8):08d}"
        self._put("people_contactpoint", {
            "id": _new(began), "network": place["network"], "person_id": person, "kind": "phone", "value": phone, "raw": phone,
            "is_key": False, "made_at": began,
        })  # fmt: skip
        self._put("people_relation", place | {"person_id": person, "since_at": began})

    def _entries(self, drafts: list[dict[str, Any]], run: UUID, person: UUID, opportunity: UUID) -> None:
        from forecourt.journal.chain import GENESIS
        from forecourt.journal.chain import link

        last = GENESIS
        for seq, columns in enumerate(drafts, start=1):
            row = columns | {
                "id": _new(columns["recorded_at"]), "stream": run, "seq": seq, "person_id": person, "journey": run,
                "objects": {"opportunity": str(opportunity)},
            }  # fmt: skip
            row["prev"], row["hash"] = last, link(last, row)
            last = row["hash"]
            self._put("journal_entry", row)
        self._put("journal_head", {"stream": run, "seq": len(drafts), "hash": last})

    def _put(self, table: str, row: dict[str, Any]) -> None:
        self.rows.setdefault(table, []).append(row)

    def write(self, db: "psycopg.Connection[Any]") -> None:
        for table, rows in self.rows.items():
            names = list(rows[0])
            columns = ", ".join(f'"{name}"' for name in names)
            with db.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for values in _values(rows, names):
                    copy.write_row(values)


def _values(rows: list[dict[str, Any]], names: list[str]) -> Iterator[list[Any]]:
    json = {"facts", "team", "record", "objects", "data", "evidence"} & set(names)
    for row in rows:
        yield [Jsonb(row[name]) if name in json else row[name] for name in names]


def _new(at: datetime) -> UUID:
    from forecourt.base.ids import new_id

    return new_id(at)


def _count_loads(db: "psycopg.Connection[Any]") -> None:
    db.execute(
        "INSERT INTO demand_adviserload (staff, open, last_assigned_at, network, brand, region, operator, store)"
        " SELECT owner, count(*), max(opened_at), network, '', region, operator, store FROM demand_opportunity"
        " GROUP BY owner, network, region, operator, store ON CONFLICT (staff) DO NOTHING"
    )


def totals(db: "psycopg.Connection[Any]") -> dict[str, int]:
    """How many rows the tables that matter hold."""
    tables = (
        "people_person",
        "demand_opportunity",
        "journeys_journey",
        "journeys_duestep",
        "journal_entry",
        "journal_head",
    )
    counts = Counter[str]()
    for table in tables:
        row = db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - names of ours
        counts[table] = row[0] if row else 0
    return dict(counts)
