"""All nine playbooks of the sample methodology run: five as walks over their programs, four through the rooms they need.

No effect is replaced here: what a step does is what the rooms registered.
"""

from collections import deque
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from forecourt import journal
from forecourt.base.calendars import SHANGHAI
from forecourt.base.ids import new_id
from forecourt.journeys import actions
from forecourt.journeys import effects
from forecourt.journeys import programs
from forecourt.journeys import vocabulary
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import Place
from forecourt.platform.scope import reading
from forecourt.playbook.files import check_paths
from forecourt.playbook.program import Program
from forecourt.playbook.records import Field
from forecourt.playbook.records import Step
from tests.sales.shop import TRIM
from tests.sales.shop import Shop
from tests.sales.shop import enquiry
from tests.sales.shop import known_person
from tests.sales.shop import open_shop

PLAYBOOKS = Path(__file__).parents[2] / "methodology" / "playbooks"
PLAIN = ("audit", "brand-joining", "complaint", "playbook-change", "store-opening")
TRADE = ("retail", "order-to-handover", "first-month", "repair")
SYSTEM = Actor.system("tests")
SAMPLES: dict[str, Any] = {
    "text": "words", "number": 3, "integer": 3, "money": "120.00", "percent": 50, "date": "2026-03-20", "time": "10:30",
    "datetime": "2026-03-20T10:30+08:00", "yes_no": True, "phone": "13800138000", "plate": "沪AD12345",
    "vin": "LVVDB21B5RD000001", "code": "retail", "file": "a.pdf", "list": ["one"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_programs() -> None:
    programs.forget()


def publish(name: str, at: datetime) -> programs.Known:
    done = actions.publish(
        by=SYSTEM, at=at, text=(PLAYBOOKS / f"{name}.yaml").read_text("utf-8"), file=f"{name}.yaml"
    )
    with reading(SYSTEM.scope):
        return programs.of(name, done["version"])


def test_there_are_nine_and_none_has_a_mistake() -> None:
    assert {file.stem for file in PLAYBOOKS.glob("*.yaml")} == {*PLAIN, *TRADE}
    assert check_paths([PLAYBOOKS], vocabulary.declared()) == []


def test_every_effect_is_the_rooms_own() -> None:
    for name in TRADE:
        for step in programs.known((PLAYBOOKS / f"{name}.yaml").read_text("utf-8"), name).program.steps:
            if step.effect:
                found = effects.find(step.effect.text)
                assert found is not None
                assert found.run.__module__.startswith("forecourt.")


def way(program: Program, start: int, arrived: Any) -> list[int]:
    """The fewest symbols from a state to one where `arrived(state)`."""
    seen, waiting = {start}, deque([(start, [])])
    while waiting:
        state, path = waiting.popleft()
        if arrived(state):
            return path
        for symbol in range(program.width):
            after = program.table[state * program.width + symbol]
            if after >= 0 and after not in seen:
                seen.add(after)
                waiting.append((after, [*path, symbol]))
    raise AssertionError("no way")


def value_of(item: Field) -> Any:
    return item.choices[0] if item.kind == "choice" else SAMPLES[item.kind]


def record_of(step: Step, outcome: str | None) -> dict[str, Any]:
    record = {item.name: value_of(item) for item in step.record if not item.optional}
    return record | ({"outcome": outcome} if outcome else {})


def actor_of(step: Step) -> Actor:
    """Somebody of the step's role; the system where a certificate is asked for, which this made-up person has not."""
    if step.holds or step.role in (None, "system"):
        return SYSTEM
    scope = (
        Scope("store", ("sh-001",)) if step.role in ("store_manager", "service_adviser") else Scope("network")
    )
    return Actor(f"x-{step.role}", str(step.role), scope)


def walk(known: programs.Known, symbols: list[int], number: str, at: datetime) -> dict[str, Any]:
    place = Place(store="sh-001", operator="op-001", region="east", brand="aito")
    run = actions.start(
        by=SYSTEM, at=at, playbook=known.playbook.name, subject=("case", number), place=place
    )["journey"]
    done: dict[str, Any] = {}
    for symbol in symbols:
        at += timedelta(minutes=1)
        name, outcome = known.program.symbols.pairs[symbol]
        step = known.program.step(name)
        proofs = [{"kind": item.kind} for item in step.evidence for _ in range(item.count)]
        record = record_of(step, outcome)
        done = actions.record_step(
            by=actor_of(step), at=at, journey=run, step=name, record=record, evidence=proofs
        )
        assert done["deviations"] == [], (name, done)
    return done


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLAIN)
def test_every_end_is_reached_and_every_step_done(name: str, at: datetime) -> None:
    known = publish(name, at)
    program = known.program
    ends, steps = set(), set()
    for number, symbol in enumerate(range(program.width)):
        to_step = way(
            program, program.start, lambda state, s=symbol: program.table[state * program.width + s] >= 0
        )
        state = program.start
        for one in [*to_step, symbol]:
            state = program.table[state * program.width + one]
        path = [*to_step, symbol, *way(program, state, program.closed)]
        done = walk(known, path, f"{name}-{number}", at)
        assert done["status"] == "ended"
        ends.add(done["outcome"])
        steps |= {program.symbols.pairs[one][0] for one in path}
    assert steps == {step.name for step in program.steps}
    for end in set(program.ends) - ends:
        done = walk(
            known,
            way(program, program.start, lambda s, e=end: program.closed(s) and program.outcome(s) == e),
            end,
            at,
        )
        ends.add(done["outcome"])
    assert ends == set(program.ends)
    with reading(SYSTEM.scope):
        assert not Journey.objects.running().exists()
        assert not DueStep.objects.open().exists()


@pytest.fixture
def shop(db: None, at: datetime) -> Shop:
    """A store of the sample network, in which every playbook is published."""
    opened = open_shop(at)
    for name in ("first-month", "repair"):
        publish(name, at)
    return opened


def people_of(store: str, role: str, *certificates: str, at: datetime) -> list[Actor]:
    from forecourt.network.queries import able

    with reading(SYSTEM.scope):
        found = able(store, role, at.date(), certificates, "aito")
    return [Actor(one.code, role, Scope("store", (one.store,)), one.name, "en") for one in found]


def record(by: Actor, at: datetime, run: str, step: str, *evidence: str, **what: Any) -> dict[str, Any]:
    return actions.record_step(by=by, at=at, journey=run, step=step, record=what, evidence=list(evidence))


def run_about(kind: str, playbook: str) -> Journey:
    with reading(SYSTEM.scope):
        return Journey.objects.get(subject_type=kind, playbook=playbook)


def test_from_the_enquiry_to_the_first_month(shop: Shop, at: datetime) -> None:
    from forecourt.delivery import checklists
    from forecourt.delivery.reading import checklist
    from forecourt.supply.receiving import receive_vehicles
    from tests.supply.yard import vin

    adviser, person = shop.adviser, known_person(shop, at)
    run = enquiry(shop, at, person=person)
    record(adviser, at, run, "check_licence", licence="valid")
    tomorrow = (at + timedelta(days=1)).astimezone(SHANGHAI).replace(hour=14, minute=0)
    record(adviser, at, run, "book_test_drive", car=shop.cars[0], starts_at=tomorrow.isoformat())
    at = tomorrow
    assert record(adviser, at, run, "test_drive", result="driven")["deviations"] == []
    record(adviser, at, run, "quote", trim=TRIM)
    ended = record(adviser, at, run, "place_order", trim=TRIM)
    assert (ended["status"], ended["outcome"]) == ("ended", "ordered")

    order = run_about("order", "order-to-handover")
    assert ended["started"] == str(order.id)
    record(adviser, at, str(order.id), "confirm_order", method="card")
    record(adviser, at, str(order.id), "lock_order", understood="yes")
    journal.drain(at)
    text = f"vin,trim,options,city,store,state\n{vin(7)},{TRIM},,{shop.city},{shop.store},in_stock\n"
    receive_vehicles(by=SYSTEM, at=at, text=text)
    journal.drain(at)
    specialist = people_of(shop.store, "delivery_specialist", "delivery", "pdi", at=at)[0]
    items = {code: checklists.in_order(checklist(code).for_car("EREV")) for code in ("pdi", "handover")}
    record(specialist, at, str(order.id), "prepare", items=items["pdi"])
    when = (at + timedelta(days=1)).replace(hour=11)
    record(specialist, at, str(order.id), "appoint", starts_at=when.isoformat())
    handed = record(SYSTEM, when, str(order.id), "hand_over", "photo", "signature", items=items["handover"])
    assert handed["outcome"] == "handed_over"

    month = run_about("vehicle", "first-month")
    assert handed["started"] == str(month.id)
    adviser = people_of(shop.store, "service_adviser", "service-reception", at=at)[0]
    at = when + timedelta(hours=20)
    record(specialist, at, str(month.id), "day_1_call", outcome="fine")
    record(specialist, at + timedelta(days=6), str(month.id), "day_7_call", outcome="fine")
    at += timedelta(days=29)
    last = record(
        adviser, at, str(month.id), "day_30_call", would_recommend="would", first_service="informed"
    )
    assert last["deviations"] == []
    actions.finish(by=adviser, at=at, journey=month.id)
    assert run_about("vehicle", "first-month").outcome == "settled_in"


def test_the_customer_may_say_no(shop: Shop, at: datetime) -> None:
    lost = record(shop.adviser, at, enquiry(shop, at), "lose", reason="price")
    assert (lost["status"], lost["outcome"]) == ("ended", "lost")
    gone = record(shop.adviser, at, enquiry(shop, at), "close_withdrawn")
    assert gone["outcome"] == "withdrawn"


def test_a_car_is_repaired(shop: Shop, at: datetime) -> None:
    from forecourt.care.booking import book_visit
    from forecourt.care.menu import menu
    from forecourt.care.repairing import open_repair_order
    from tests.supply.yard import vin

    person = known_person(shop, at)
    item = next(iter(menu()))
    starts_at = (at + timedelta(days=1)).isoformat()
    visit = book_visit(
        by=SYSTEM, at=at, store=shop.store, vin=vin(3), person=str(person), starts_at=starts_at
    )
    desk = people_of(shop.store, "service_adviser", "service-reception", at=at)[0]
    first, second = people_of(shop.store, "technician", "ev-technician", "high-voltage", at=at)[:2]
    at += timedelta(days=1)
    run = open_repair_order(by=desk, at=at, visit=visit["visit"])["journey"]
    record(desk, at, run, "receive", "photo", odometer_km=1200, wish="Rattles")
    assert (
        record(first, at, run, "diagnose", finding="Loose panel")["deviations"][0]["kind"] == "advice_ignored"
    )
    record(desk, at, run, "quote_repair", outcome="agreed", items=[item])
    record(first, at, run, "do_repair")
    record(second, at, run, "check_repair", result="passed")
    record(desk, at, run, "close_repair", "signature", method="wechat")
    done = record(desk, at + timedelta(days=3), run, "follow_up", answer="fine")
    assert (done["status"], done["outcome"]) == ("ended", "closed")


def test_withdrawn_at_any_time(shop: Shop, at: datetime) -> None:
    run = actions.start(
        by=SYSTEM,
        at=at,
        playbook="retail",
        subject=("opportunity", new_id(at)),
        place=shop.place,
        owner=shop.adviser.code,
    )["journey"]
    done = record(shop.adviser, at, run, "close_withdrawn", words="Please no calls.")
    assert (done["outcome"], done["deviations"]) == ("withdrawn", [])
