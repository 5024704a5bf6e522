"""A running journey and its replay give the same deviations, deadlines on the store's calendars included."""

from datetime import datetime
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from forecourt.base.ids import new_id
from forecourt.journal.models import Entry
from forecourt.journeys import actions
from forecourt.journeys import deadlines
from forecourt.journeys import programs
from forecourt.journeys.programs import Known
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.scope import reading
from forecourt.playbook.replay.columns import Events
from forecourt.playbook.replay.columns import Log
from forecourt.playbook.replay.columns import events_of
from forecourt.playbook.replay.hours import hours_of
from forecourt.playbook.replay.hours import micros
from forecourt.playbook.replay.replaying import KINDS
from forecourt.playbook.replay.replaying import Replayed
from forecourt.playbook.replay.replaying import replay
from forecourt.playbook.replay.screening import screen
from forecourt.playbook.replay.tables import calendar_names
from tests.fixtures import Three
from tests.playbook.replay.test_columns import coded

SYSTEM = Actor.system("tests")
TEXT = """
playbook: supper
version: "1"
about: case
title: {en: Supper, zh: 晚餐}
steps:
  greet: {title: {en: Greet, zh: 迎接}, by: adviser, within: 15 min of store hours}
  ask:
    title: {en: Ask, zh: 询问}
    by: adviser
    within: 4 h of store hours
    record: {outcome: [stays, calls_later, leaves]}
  soup: {title: {en: Soup, zh: 汤}, by: adviser, within: 1 d, evidence: [photo]}
  bread: {title: {en: Bread, zh: 面包}, by: technician, within: 2 h of workshop hours}
  roast: {title: {en: Roast, zh: 烤肉}, by: adviser, within: 2 working days, evidence: [{photo: 2}]}
  dessert: {title: {en: Dessert, zh: 甜点}, by: adviser, within: 30 min}
  pay: {title: {en: Pay, zh: 付款}, by: adviser, within: 1 d of store hours}
  spill: {title: {en: Spill, zh: 打翻}, by: adviser, within: 20 min}
  wipe: {title: {en: Wipe, zh: 擦}, by: adviser, within: 1 h of store hours}
  walk_out: {title: {en: Walk out, zh: 离席}, by: adviser}
flow:
  - greet
  - ask
  - one:
      stays: [{any_order: [soup, bread, {maybe: {repeat: dessert, at_most: 2}}]}, roast, {maybe: dessert}]
      calls_later: [{retry: {step: ask, every: 3 h of store hours, at_most: 2}}]
      otherwise: [ends: gone]
  - pay
  - maybe: dessert
anytime:
  spill: {then: [wipe]}
  walk_out: {ends: walked_out}
words:
  stays: {en: Stays, zh: 留下}
  calls_later: {en: Calls later, zh: 稍后}
  leaves: {en: Leaves, zh: 离开}
  gone: {en: Gone, zh: 走了}
  walked_out: {en: Walked out, zh: 离席}
  done: {en: Done, zh: 完成}
"""
MINUTES = (0, 5, 14, 15, 16, 29, 61, 119, 125, 181, 400, 700, 1439, 1441, 2900, 6000)
STEPS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 1000), st.sampled_from(MINUTES), st.integers(0, 3), st.integers(0, 2)), max_size=12,
)  # fmt: skip


@pytest.fixture
def supper(network_of_three: Three) -> Known:
    programs.forget()
    actions.publish(by=SYSTEM, at=network_of_three.at, text=TEXT)
    with reading(SYSTEM.scope):
        return programs.of("supper", "1")


def cast(three: Three) -> list[Actor | None]:
    """The system, the manager who stands in, operations who stand in; None: somebody of the step's own role."""
    manager = Actor("x-manager", "store_manager", Scope("store", (three.home,)))
    return [SYSTEM, manager, Actor("hq-1", "network_ops", Scope("network")), None]


def lived(three: Three, known: Known, moves: Any) -> tuple[str, datetime]:
    """Run a journey live: most steps are next, some are any."""
    program, at = known.program, three.at
    run = str(
        actions.start(by=SYSTEM, at=at, playbook="supper", subject=("case", new_id(at)), place=three.place)[
            "journey"
        ]
    )
    state = program.start
    for chance, number, minutes, who, proofs in moves:
        if program.closed(state):
            break
        at += timedelta(minutes=minutes)
        symbols = [s for s in range(program.width) if program.table[state * program.width + s] >= 0]
        symbols = symbols if chance else list(range(program.width))
        name, outcome = program.symbols.pairs[symbols[number % len(symbols)]]
        step = program.step(name)
        by = cast(three)[who] or Actor(f"x-{step.role}", str(step.role), Scope("store", (three.home,)))
        record = {"outcome": outcome} if outcome else {}
        done = actions.record_step(
            by=by, at=at, journey=run, step=name, record=record, evidence=["photo"] * proofs
        )
        state = done["state"]
    return run, at


def events_from(run: str, known: Known) -> tuple[Events, list[Entry]]:
    """The journal's entries of a journey as a log of somebody who read them."""
    with reading(SYSTEM.scope):
        entries = list(Entry.objects.filter(journey=run).order_by("seq"))
    done = [entry for entry in entries if entry.kind == "journeys.step_done"]
    started = next(entry for entry in entries if entry.kind == "journeys.started")
    log = Log(
        case=coded(*[run] * len(done)),
        activity=coded(*(entry.step for entry in done)),
        at=np.array([micros(entry.happened_at) for entry in done], np.int64),
        outcome=coded(*(entry.data["outcome"] or "" for entry in done)),
        store=coded(*(entry.store for entry in done)),
        role=coded(*(entry.role for entry in done)),
        evidence=np.array([complete(known, entry) for entry in done], np.int8),
        started_at=np.full(len(done), micros(started.happened_at)),
    )
    return events_of(log, known.program), done


def complete(known: Known, entry: Entry) -> int:
    given = [proof["kind"] for proof in entry.evidence]
    return int(all(given.count(item.kind) >= item.count for item in known.program.step(entry.step).evidence))


def deviations_of(known: Known, events: Events, found: Replayed, event: int) -> list[tuple[str, str]]:
    names = [step.name for step in known.program.steps]
    kinds = [kind for kind, bit in KINDS.items() if found.flags[event] & bit and kind != "skipped"]
    skipped = [("skipped", names[step]) for at, step in found.skipped if at == event]
    return sorted([*((kind, names[events.step[event]]) for kind in kinds), *skipped])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=STEPS)
def test_a_running_journey_and_its_replay_give_the_same_deviations(
    network_of_three: Three, supper: Known, moves: Any
) -> None:
    run, last_at = lived(network_of_three, supper, moves)
    events, entries = events_from(run, supper)
    if not entries:
        return
    program, store = supper.program, network_of_three.home
    with reading(SYSTEM.scope):
        calendars = {(store, name): deadlines.calendar(store, name) for name in calendar_names(program)}
    hours = hours_of(calendars, network_of_three.at, last_at + timedelta(days=1))
    found = replay(program, events, hours=hours)
    for event, entry in enumerate(entries):
        recorded = sorted((item["kind"], item["step"]) for item in entry.data["deviations"])
        assert deviations_of(supper, events, found, event) == recorded, (event, entry.step)
        assert found.state_after[event] == entry.data["state"]
        minutes = entry.data["minutes"]
        assert found.wait_s[event] == (-1 if minutes is None else minutes * 60)
        assert bool(found.late_s[event] >= 0) == (entry.data["due_at"] is not None)
    assert found.deviations[0] == sum(len(entry.data["deviations"]) for entry in entries)
    assert found.fits[0] == all(entry.data["fits"] for entry in entries)
    screened = screen(program, events, hours=hours)
    assert screened.late[0] == any(entry.data["late"] for entry in entries)
    assert screened.fits[0] == found.fits[0]


def test_what_is_open_and_late_is_what_the_worklist_says(network_of_three: Three, supper: Known) -> None:
    """Greeted in time, then nobody asks: after four store hours the journey's step is late, by the store's clock."""
    run, at = lived(network_of_three, supper, [(1, 0, 10, 0, 0)])
    events, _ = events_from(run, supper)
    store = network_of_three.home
    with reading(SYSTEM.scope):
        calendars = {
            (store, name): deadlines.calendar(store, name) for name in calendar_names(supper.program)
        }
        hours = hours_of(calendars, at - timedelta(days=1), at + timedelta(days=30))
        due_at = deadlines.after(store, at, supper.program.step("ask").within)
    assert due_at is not None
    assert len(replay(supper.program, events, hours=hours, until=due_at).open_late) == 0
    late = replay(supper.program, events, hours=hours, until=due_at + timedelta(minutes=5)).open_late
    names = [supper.program.steps[number].name for number in late.step]
    assert (late.journey.tolist(), names, late.late_s.tolist()) == ([0], ["ask"], [300])
