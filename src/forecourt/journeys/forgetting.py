"""When somebody asks to be forgotten: the words recorded about them go; that a step was done, when and by whom stays."""

from typing import Any

from forecourt.journal.models import Entry
from forecourt.journeys import programs
from forecourt.journeys import records
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.journeys.programs import Known
from forecourt.platform.actions import Doing


def forget_words(do: Doing, entry: Entry) -> None:
    """Take the words out of every run of the person that the entry is about."""
    if entry.person_id is None:
        return
    for run in Journey.objects.select_for_update().filter(person_id=entry.person_id).order_by("id"):
        known = programs.of(run.playbook, run.version)
        run.facts = {name: _plain(known, name, value) for name, value in run.facts.items()}
        run.save(update_fields=["facts"])
        for row in DueStep.objects.filter(journey_id=run.id).exclude(record={}):
            row.record = _plain(known, row.step, row.record) if known.program.has_step(row.step) else {}
            row.save(update_fields=["record"])


def _plain(known: Known, name: str, value: Any) -> Any:
    """What a step recorded, without words; what an effect found out (codes, numbers) stays."""
    if not known.program.has_step(name) or not isinstance(value, dict):
        return value
    kept = {fact: found for fact, found in value.items() if isinstance(found, bool)}
    return kept | records.for_journal(known.program.step(name), value)
