"""Cases and reports as rows, worked out from journeys and what a program says of them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from forecourt.insight import figures
from forecourt.insight.departing import of_each
from forecourt.insight.figures import Frame
from forecourt.insight.models import BRAND
from forecourt.insight.models import NETWORK
from forecourt.insight.models import OPERATOR
from forecourt.insight.models import PERSON
from forecourt.insight.models import REGION
from forecourt.insight.models import STORE
from forecourt.insight.reading import Run
from forecourt.insight.telling import Story
from forecourt.platform.models import NETWORK as NAME
from forecourt.playbook.records import Playbook
from forecourt.playbook.replay.hours import micros
from forecourt.playbook.standards import NEVER
from forecourt.playbook.standards import Values

Row = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """What a refresh of one playbook version writes."""

    playbook: str
    version: str
    cases: dict[UUID, Row]
    reports: list[Row]


def make(playbook: Playbook, story: Story, since: datetime) -> Made:
    """Every case and report of a version; what was certain before `since` is in none of them."""
    frame = _cut(figures.framed(story.told, playbook, story.fitness, story.symbol), since)
    people = {one.name: _people(story, frame.values[one.name]) for one in frame.standards}
    named = {"playbook": playbook.name, "version": playbook.version}
    cases = {row["id"]: row for row in _cases(story, frame, people, named)}
    inside = np.zeros(len(story.runs), bool)
    reports = [row | named for row in (*_reports(story, frame, inside), *_persons(story, frame, people))]
    return Made(playbook.name, playbook.version, cases, reports)


def _cut(frame: Frame, since: datetime) -> Frame:
    limit = micros(since)
    values = {
        name: Values(
            np.where(one.at >= limit, one.value, np.nan), np.where(one.at >= limit, one.at, NEVER), one.event
        )
        for name, one in frame.values.items()
    }
    return replace(frame, values=values)


def _people(story: Story, values: Values) -> list[str]:
    """For whom each case counts: who did the step; where nobody of the staff did, who carries the journey."""
    return [
        _person(story.runs[journey], story.done[event].actor if event >= 0 else "")
        for journey, event in enumerate(values.event)
    ]


def _person(run: Run, actor: str) -> str:
    return actor if actor and ":" not in actor else run.owner


def _cases(story: Story, frame: Frame, people: dict[str, list[str]], named: dict[str, str]) -> Iterator[Row]:
    told = frame.told
    deviations = of_each(frame.departures, told.journeys)
    said = _values(frame, people)
    weeks = figures.weeks_of(told.started_at)
    for number, run in enumerate(story.runs):
        row = {
            **named, "id": run.id, "network": run.network, "brand": run.brand, "region": run.region, "operator": run.operator,
            "store": run.store, "week_on": figures.day(weeks[number]).isoformat(), "started_at": run.started_at.isoformat(),
            "ended_at": run.ended_at.isoformat() if run.ended_at else None, "owner": run.owner, "outcome": run.outcome,
            "steps": int(told.offsets[number + 1] - told.offsets[number]), "fits": bool(frame.fits[number]),
            "deviations": deviations[number], "values": said[number],
        }  # fmt: skip
        yield row | {"mark": _mark(row)}


def _mark(row: Row) -> str:
    text = json.dumps(row, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _values(frame: Frame, people: dict[str, list[str]]) -> list[dict[str, list[Any]]]:
    said: list[dict[str, list[Any]]] = [{} for _ in range(frame.told.journeys)]
    for name, values in frame.values.items():
        weeks, who = frame.weeks[name], people[name]
        for journey in np.flatnonzero(values.cases):
            value = round(float(values.value[journey]), 3)
            said[journey][name] = [value, figures.day(weeks[journey]).isoformat(), who[journey]]
    return said


def _reports(story: Story, frame: Frame, inside: NDArray[np.bool_]) -> Iterator[Row]:
    """The network, then each brand, region, operator and store; and each store's part of each of its brands."""
    runs = story.runs
    for level, place in _LEVELS.items():
        keys = np.array([place(run) for run in runs] or [""], object)[: len(runs)].astype(str)
        for key, journeys, events in figures.groups(keys, frame):
            found = figures.of_group(frame, journeys, events, inside)
            yield _report(level, key, runs[int(journeys[0])], found)


_LEVELS: dict[str, Any] = {
    NETWORK: lambda run: NAME,
    BRAND: lambda run: run.brand,
    REGION: lambda run: run.region,
    OPERATOR: lambda run: run.operator,
    STORE: lambda run: run.store,
    "part": lambda run: f"{run.store}|{run.brand}" if run.store and run.brand else "",
}


def _report(level: str, key: str, run: Run, found: dict[str, Any]) -> Row:
    code = "" if level == NETWORK else key.split("|")[0]
    place = dict.fromkeys(("brand", "region", "operator", "store"), "")
    if level in (STORE, "part"):
        place |= {"region": run.region, "operator": run.operator, "store": run.store}
    elif level != NETWORK:
        place[level] = code
    if level == "part":
        place["brand"] = run.brand
    kind = STORE if level == "part" else level
    return place | {
        "network": NAME,
        "level": kind,
        "code": code,
        "journeys": found["journeys"],
        "figures": found,
    }


def _persons(story: Story, frame: Frame, people: dict[str, list[str]]) -> Iterator[Row]:
    """Each person's standards, placed in the store where they worked."""
    found: dict[str, dict[str, Any]] = {}
    first: dict[str, Run] = {}
    for standard in frame.standards:
        cases = frame.values[standard.name].cases
        keys = [
            f"{who}|{run.store}" if who and case else ""
            for who, run, case in zip(people[standard.name], story.runs, cases, strict=True)
        ]
        for key, journeys in _by_key(keys):
            found.setdefault(key, {})[standard.name] = figures.of_standard(frame, standard, journeys)
            first.setdefault(key, story.runs[int(journeys[0])])
    for key, said in sorted(found.items()):
        run, code = first[key], key.split("|")[0]
        yield {
            "network": NAME, "brand": "", "region": run.region, "operator": run.operator, "store": run.store, "level": PERSON,
            "code": code, "journeys": max(one["cases"] for one in said.values()), "figures": {"standards": said},
        }  # fmt: skip


def _by_key(keys: list[str]) -> Iterator[tuple[str, NDArray[np.int64]]]:
    codes, place = np.unique(np.array(keys or [""], object).astype(str), return_inverse=True)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place, minlength=len(codes)))
    for code, mine in zip(codes, np.split(order, ends[:-1]), strict=True):
        if code:
            yield str(code), mine
