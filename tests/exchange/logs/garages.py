"""One small log in three forms: a garage with two repair orders and a bay; and what it says, as records."""

import sqlite3
from contextlib import closing
from datetime import UTC
from datetime import datetime
from pathlib import Path

from forecourt.exchange.logs.ocel import Ocel
from forecourt.exchange.logs.ocel.records import Attribute
from forecourt.exchange.logs.ocel.records import Event
from forecourt.exchange.logs.ocel.records import Object
from forecourt.exchange.logs.ocel.records import Relation
from forecourt.exchange.logs.ocel.records import Timed
from forecourt.exchange.logs.ocel.records import Type
from forecourt.exchange.logs.ocel.times import micros

DOCUMENTS = Path(__file__).parent / "documents"
FORMS = ("json", "xml", "sqlite")
OPENED = micros(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
DONE = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)

GARAGE = Ocel(
    (
        Type("open", (Attribute("actor"), Attribute("urgent", "boolean"))),
        Type("Bay (assign)", (Attribute("until", "time"), Attribute("slots", "integer"))),
    ),
    (Type("repair order", (Attribute("state"), Attribute("hours", "float"))), Type("bay")),
    [
        Object(
            "ro-1",
            "repair order",
            (
                Timed("state", "offen"),
                Timed("state", "完成", micros(DONE) + 250_000),
                Timed("hours", 1.5, micros(DONE)),
            ),
            (Relation("b-7", "done in"),),
        ),
        Object("ro-2", "repair order"),
        Object("b-7", "bay"),
    ],
    [
        Event(
            "e1",
            "open",
            OPENED,
            (("actor", "st-1"), ("urgent", True)),
            (Relation("ro-1", "opened"), Relation("ro-2", "opened")),
        ),
        Event(
            "e2",
            "Bay (assign)",
            OPENED + 300_000_000,
            (("until", DONE), ("slots", 4)),
            (Relation("ro-1", "for"), Relation("b-7", "in")),
        ),
        Event("e3", "open", OPENED + 360_000_000),
    ],
)


def garage(form: str, folder: Path) -> Path:
    """The garage as a file of that form, as others write it."""
    return DOCUMENTS / f"garage.{form}" if form != "sqlite" else database(folder)


def database(folder: Path, *, change: str = "", name: str = "garage.sqlite") -> Path:
    """The garage as a database, with some statements run on it."""
    path = folder / name
    script = (DOCUMENTS / "garage.sql").read_text("utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script + change)
    return path


def changed(form: str, folder: Path, before: str, after: str) -> Path:
    """A text form with one place of it replaced."""
    text = (DOCUMENTS / f"garage.{form}").read_text("utf-8")
    assert text.count(before), f"{before!r} is not in garage.{form}"
    path = folder / f"changed.{form}"
    path.write_text(text.replace(before, after, 1), "utf-8")
    return path
