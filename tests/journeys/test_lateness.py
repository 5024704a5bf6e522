"""Deadlines: one late entry for each one missed, whoever works and however often; then the escalations in their order."""

import threading
from collections import Counter
from datetime import timedelta

import pytest

from forecourt.journal.models import Entry
from forecourt.journal.verify import verify
from forecourt.journeys import actions
from forecourt.journeys import jobs
from forecourt.journeys import programs
from forecourt.journeys import queries
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Notice
from forecourt.platform import clock
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading
from tests.journeys.conftest import ADVISER
from tests.journeys.conftest import MANAGER
from tests.journeys.conftest import OPS
from tests.journeys.conftest import TEA
from tests.platform.servers import eventually

CLOCK = Actor.system("tests.clock")
HOT = {"outcome": "hot", "degrees": 95}


def entries(kind):
    with reading(OPS.scope):
        return list(Entry.objects.filter(kind=kind).order_by("id"))


@pytest.mark.django_db
def test_late_once_then_escalated_once(tea, at):
    for minutes, late, escalated in (
        (14, 0, 0),
        (15, 1, 1),
        (16, 0, 0),
        (100, 0, 0),
        (135, 0, 1),
        (900, 0, 0),
    ):
        said = actions.mark_late(by=CLOCK, at=at + timedelta(minutes=minutes))
        assert (said["late"], said["escalated"]) == (late, escalated), minutes
    assert [entry.step for entry in entries("journeys.step_late")] == ["boil"]
    assert [entry.data["action"] for entry in entries("journeys.escalated")] == ["notify", "reroute"]
    with reading(MANAGER.scope):
        notice = Notice.objects.unread_by("st-9", "store_manager").get()
        assert notice.kind == "late"
        assert queries.late_by_store(at + timedelta(hours=1)) == {"sh-001": 1}
    actions.read_notices(by=MANAGER, at=at, notices=[notice.id])
    with reading(MANAGER.scope):
        assert not Notice.objects.unread_by("st-9", "store_manager").exists()


@pytest.mark.django_db
def test_a_worker_that_slept_makes_up_for_everything(tea, at):
    said = actions.mark_late(by=CLOCK, at=at + timedelta(days=3))
    assert (said["late"], said["escalated"]) == (1, 2)


@pytest.mark.django_db
def test_a_step_done_in_time_is_never_late(tea, at):
    actions.record_step(by=ADVISER, at=at + timedelta(minutes=14), journey=tea, step="boil", record=HOT)
    actions.mark_late(by=CLOCK, at=at + timedelta(minutes=30))
    assert entries("journeys.step_late") == []


@pytest.mark.django_db
def test_reassigned_when_late(tea, at):
    for step, record in (("boil", HOT), ("brew", {})):
        actions.record_step(by=ADVISER, at=at, journey=tea, step=step, record=record)
    actions.mark_late(by=CLOCK, at=at + timedelta(days=1))
    with reading(MANAGER.scope):
        step = DueStep.objects.open().get(step="serve")
        assert step.roles == ["store_manager", "delivery_specialist"]
        assert [row.step for row in queries.worklist(MANAGER, at).rows] == ["serve"]
    done = actions.record_step(by=MANAGER, at=at + timedelta(days=1), journey=tea, step="serve")
    assert {"wrong_role"} & {one["kind"] for one in done["deviations"]} == set()


@pytest.mark.django_db
def test_many_are_handed_over_at_once(published, begin, at):
    runs = [begin(f"c-{number}") for number in range(3)]
    said = actions.reassign(by=MANAGER, at=at, journeys=runs, to="st-2", reason="absent")
    assert said == {"journeys": 3, "steps": 3, "to": "st-2"}
    with reading(MANAGER.scope):
        assert set(DueStep.objects.open().values_list("assigned_to", flat=True)) == {"st-2"}
        assert Notice.objects.filter(to_staff="st-2").count() == 3
    assert [entry.data["to"] for entry in entries("journeys.assigned")] == ["st-2"] * 3
    done = actions.record_step(by=MANAGER, at=at, journey=runs[0], step="boil", record=HOT)
    with reading(MANAGER.scope):
        assert DueStep.objects.open().get(journey_id=done["journey"], step="brew").assigned_to == "st-2"


@pytest.mark.django_db
def test_adherence_counts_what_had_a_deadline(published, begin, at):
    for number, minutes in (("c-1", 5), ("c-2", 20)):
        actions.record_step(
            by=ADVISER, at=at + timedelta(minutes=minutes), journey=begin(number), step="boil", record=HOT
        )
    with reading(MANAGER.scope):
        kept = queries.adherence_by_store(at, at + timedelta(days=1))["sh-001"]
        assert (kept.done, kept.on_time, kept.share) == (2, 1, 0.5)
        numbers = queries.numbers("tea", "1", at + timedelta(minutes=30), at)
    assert numbers["boil"].done == 2
    assert numbers["boil"].late_share == 0.5
    assert numbers["boil"].median_minutes == 12.5
    assert numbers["brew"].open == 2


@pytest.fixture
def crowd(forecourt_db, begin, at):
    """Forty runs in a database of their own."""
    programs.forget()
    actions.publish(by=Actor.system("tests"), at=at, text=TEA)
    return [begin(f"c-{number}") for number in range(40)]


def test_exactly_one_late_entry_under_workers_at_once(crowd, at, in_threads):
    late = at + timedelta(hours=3)

    def work(number):
        return sum(actions.mark_late(by=CLOCK, at=late, limit=7)["late"] for _ in range(12))

    counts = in_threads(4, work)
    assert sum(counts) == 40
    assert Counter(entry.stream for entry in entries("journeys.step_late")).most_common(1)[0][1] == 1
    assert len(entries("journeys.step_late")) == 40
    assert len(entries("journeys.escalated")) == 80
    assert verify().faults == ()


def test_recording_and_lateness_do_not_block_one_another(crowd, at, in_threads):
    late = at + timedelta(minutes=30)

    def work(number):
        if number < 2:
            return sum(actions.mark_late(by=CLOCK, at=late, limit=5)["late"] for _ in range(10))
        mine = crowd[(number - 2) :: 6]
        return [
            actions.record_step(by=ADVISER, at=late, journey=run, step="boil", record=HOT)["status"]
            for run in mine
        ]

    in_threads(8, work)
    marked = Counter(entry.stream for entry in entries("journeys.step_late"))
    assert max(marked.values(), default=1) == 1
    assert len(entries("journeys.step_done")) == 40
    assert verify().faults == ()


def test_fifty_times_the_same_key_records_once(crowd, at, in_threads):
    def work(number):
        return actions.record_step(by=ADVISER, at=at, key="one", journey=crowd[0], step="boil", record=HOT)

    answers = in_threads(50, work)
    assert all(answer == answers[0] for answer in answers)
    assert len(entries("journeys.step_done")) == 1


def test_fifty_starts_of_one_run(crowd, begin, in_threads):
    assert len(set(in_threads(50, lambda number: begin("only")))) == 1


def test_the_worker_keeps_deadlines_and_delivers(crowd, at, monkeypatch):
    heard = threading.Event()
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(minutes=20))
    monkeypatch.setattr(jobs.outbox, "drain", lambda at: heard.set() or 0)
    jobs.each_minute.defer(timestamp=0)
    over = threading.Event()
    worker = threading.Thread(target=jobs.run_worker, args=(over,))
    worker.start()
    try:
        eventually(lambda: len(entries("journeys.step_late")) == 40 and heard.is_set(), 180)
    finally:
        over.set()
        worker.join(timeout=180)
    assert not worker.is_alive()
    assert len(entries("journeys.step_late")) == 40
