"""The only writes about surveys: plan one after an event, send it when due, take the answer."""

from datetime import datetime
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from forecourt import journal
from forecourt.base.ids import new_id
from forecourt.journal.models import Entry
from forecourt.people.models import Person
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.actor import Actor
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import CUSTOMER
from forecourt.voice.instruments import Instrument
from forecourt.voice.instruments import instruments_in
from forecourt.voice.models import Survey

BATCH = 500


@cache
def instruments() -> tuple[Instrument, ...]:
    """The instruments of the methodology, read once a process."""
    return instruments_in(settings.FORECOURT_METHODOLOGY / "surveys")


def instrument_of(survey: Survey) -> Instrument:
    """The very version that a survey was sent with."""
    return next(
        one for one in instruments() if (one.survey, one.version) == (survey.instrument, survey.version)
    )


def on_event(do: Doing, entry: Entry) -> None:
    """Something happened after which people are asked."""
    if entry.person_id is not None:
        plan.inside(do, entry=entry)


@action("voice.plan")
def plan(do: Doing, *, entry: Entry) -> Result:
    """Plan the survey that follows this kind of entry, in the newest version valid by now; once for each event."""
    valid = [one for one in instruments() if one.after == entry.kind and one.valid_from <= do.at.date()]
    for instrument in valid[-1:]:
        send_at = entry.happened_at + timedelta(hours=instrument.send_after_hours)
        survey = Survey(
            id=new_id(do.at), person_id=entry.person_id, instrument=instrument.survey, version=instrument.version,
            entry_id=entry.id, send_at=send_at, closes_at=send_at + timedelta(days=instrument.closes_after_days),
            **entry.place().columns(),
        )  # fmt: skip
        Survey.objects.bulk_create([survey], ignore_conflicts=True)
    return {}


def send_all_due(at: datetime) -> int:
    """Send what is due, batch by batch; how many."""
    sent = 0
    while (batch := send_due(by=Actor.system("voice.send_due"), at=at))["taken"]:
        sent += batch["sent"]
    return sent


@action("voice.send_due")
def send_due(do: Doing) -> Result:
    """Send a batch of surveys: from now on they wait behind the customer's link."""
    due = list(Survey.objects.to_send(do.at).order_by("send_at").select_for_update(skip_locked=True)[:BATCH])
    locked = _forgotten({survey.person_id for survey in due})
    Survey.objects.filter(id__in=[survey.id for survey in due if survey.person_id in locked]).delete()
    sent = [survey for survey in due if survey.person_id not in locked]
    Survey.objects.filter(id__in=[survey.id for survey in sent]).update(sent_at=do.at)
    for survey in sent:
        _note(do, "voice.survey_sent", survey, {})
    return {"sent": len(sent), "taken": len(due)}


def _forgotten(persons: set[UUID]) -> set[UUID]:
    """Those who asked to be forgotten meanwhile: nobody asks them anything."""
    restricted = Person.objects.filter(id__in=persons, restricted_at__isnull=False)
    return set(restricted.values_list("id", flat=True))


@action("voice.answer", roles=(CUSTOMER,))
def answer(do: Doing, *, survey: str, answers: dict[str, Any]) -> Result:
    """Take a customer's answers, once. Every question that is not answered well is named."""
    found = Survey.objects.select_for_update().filter(id=as_id(survey)).first()
    if found is None or found.sent_at is None:
        raise Missing(Blocked("voice.unknown", _("There is no such survey for you.")))
    if found.answered_at:
        raise Refused(Blocked("voice.answered", _("This survey is answered already. Thank you.")))
    if found.closes_at <= do.at:
        raise Refused(
            Blocked(
                "voice.closed",
                _("This survey is closed since {date}.").format(date=f"{found.closes_at:%Y-%m-%d}"),
            )
        )
    instrument = instrument_of(found)
    given = _checked(instrument, answers)
    found.answers, found.answered_at, found.score = given, do.at, int(given[instrument.score])
    found.save(update_fields=["answers", "answered_at", "score"])
    _note(do, "voice.survey_answered", found, {"score": found.score})
    return {"survey": str(found.id), "score": found.score}


def _checked(instrument: Instrument, answers: dict[str, Any]) -> dict[str, str]:
    """The answers as text, or a refusal that names every question at fault."""
    given = {question.code: _plain(answers.get(question.code)) for question in instrument.questions}
    problems = [(question, question.problem_with(given[question.code])) for question in instrument.questions]
    words = {
        "missing": _("Please answer this question."),
        "range": _("Choose a number on the scale."),
        "choice": _("Choose one of the answers shown."),
        "too_long": _("The text is too long."),
    }
    refused = [
        Blocked(f"voice.{problem}", words[problem], question.code)
        for question, problem in problems
        if problem
    ]
    if unknown := sorted(set(answers) - set(given)):
        refused.append(
            Blocked(
                "voice.unknown_question",
                _("There is no question {code}.").format(code=unknown[0]),
                unknown[0],
            )
        )
    if refused:
        raise Invalid(*refused)
    return {code: text for code, text in given.items() if text}


def _plain(answer: Any) -> str:
    """An answer as text that can be stored; '' for none."""
    return "" if answer is None else str(answer).replace("\0", "").strip()


def _note(do: Doing, kind: str, survey: Survey, data: dict[str, Any]) -> None:
    """An entry without the words that the customer wrote: they can be erased, an entry cannot."""
    journal.write(
        do, kind, stream=survey.id, place=survey.place(), person=survey.person_id,
        objects={"survey": survey.id, "cause": survey.entry_id},
        data={"instrument": survey.instrument, "version": survey.version, **data},
    )  # fmt: skip
