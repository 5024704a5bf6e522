"""Pages of drafts: ask what a new version would have said about the past, watch it being worked out, read old and new side by side."""

from datetime import date
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.insight import queries
from forecourt.insight import words
from forecourt.insight.actions import try_draft
from forecourt.insight.boards import TRIERS
from forecourt.insight.drafts import known_draft
from forecourt.insight.models import FAILED
from forecourt.insight.models import STORE
from forecourt.insight.models import Trial
from forecourt.insight.models import TrialCase
from forecourt.journeys import programs
from forecourt.journeys.models import Journey
from forecourt.journeys.models import PlaybookVersion
from forecourt.journeys.programs import Known
from forecourt.people.queries import display
from forecourt.platform.access import page
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.playbook.records import Standard

QUARTER = timedelta(weeks=13)
MOST = 200_000  # bytes of a draft, as the language allows
LISTED = 30
VERDICTS = {"lost": (True, False), "won": (False, True), "kept": (True, True), "neither": (False, False)}


@page(roles=TRIERS)
def drafts(request: HttpRequest) -> HttpResponse:
    """The form for a draft, and the drafts tried so far."""
    today = request.at.astimezone(SHANGHAI).date()  # type: ignore[attr-defined]
    given = {
        "text": request.POST.get("text", ""), "since": request.POST.get("since", str(today - QUARTER)), "until": request.POST.get("until", str(today)),
    }  # fmt: skip
    problems: Any = ()
    if request.method == "POST":
        try:
            return redirect("insight:trial", _asked(request, given)["trial"])
        except ActionError as error:
            problems = error.problems
    elif name := request.GET.get("from", ""):
        given["text"] = _published(name)
    context = {
        **given,
        "problems": problems,
        "rows": _tried(),
        "today": today,
    }
    return render(request, "insight/drafts.html", context, status=422 if problems else 200)


def _tried() -> list[dict[str, Any]]:
    rows = Trial.objects.defer("text", "figures").order_by("-id")[:LISTED]
    return [{"row": row, "title": programs.of(row.playbook, row.against).title()} for row in rows]


def _published(playbook: str) -> str:
    row = PlaybookVersion.objects.filter(playbook=playbook).latest_first().first()
    return row.text if row else ""


def _asked(request: HttpRequest, given: dict[str, str]) -> dict[str, Any]:
    text = _text(request) or given["text"]
    given["text"] = text
    return try_draft(
        by=request.actor, at=request.at, text=text, since=_day(given["since"], "since"), until=_day(given["until"], "until"),  # type: ignore[attr-defined]
    )  # fmt: skip


def _text(request: HttpRequest) -> str:
    """The file, where one was chosen. Raises Invalid when it is too large or no text."""
    file = request.FILES.get("file")
    if file is None:
        return ""
    if file.size is not None and file.size > MOST:
        text = _("The file has {size} bytes; a playbook has at most {most}.")
        raise Invalid(
            Blocked("insight.file_too_large", text.format(size=f"{file.size:,}", most=f"{MOST:,}"), "file")
        )
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            Blocked(
                "insight.file_no_text", _("The file is no text in UTF-8; choose a playbook (.yaml)."), "file"
            )
        ) from error


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        said = _("{text} is not a day; write it like 2026-09-30.").format(text=text[:20])
        raise Invalid(Blocked("insight.bad_day", said, field)) from error


def trial_of(number: UUID) -> Trial:
    """A trial that the scope shows. Raises Missing."""
    found = Trial.objects.filter(id=number).first()
    if found is None:
        raise Missing(Blocked("insight.no_trial", _("There is no such trial of a draft that you may see.")))
    return found


@page(roles=TRIERS)
def trial(request: HttpRequest, trial: UUID) -> HttpResponse:
    """How far a trial has come; once it is done, old and new side by side. Asked again every two seconds until then."""
    row = trial_of(trial)
    title = programs.of(row.playbook, row.against).title()
    context: dict[str, Any] = {
        "row": row,
        "title": title,
        "failed": row.status == FAILED,
        "waits": row.finished_at is None,
    }
    if row.figures:
        context |= _compared(row)
    template = "insight/_trial.html" if request.htmx else "insight/trial.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _compared(row: Trial) -> dict[str, Any]:
    said, old, new = row.figures, programs.of(row.playbook, row.against), known_draft(row.text)
    before, after, many = said["before"], said["after"], said["journeys"]
    address = reverse("insight:trial-cases", args=[row.id])
    return {
        "said": said, "fitting": (words.share(before["fitting"], many, 1), words.share(after["fitting"], many, 1)),
        "fitness": (words.fitness(before["fitness"]), words.fitness(after["fitness"])),
        "reached": (words.share(before["reached"], before["ended"], 1), words.share(after["reached"], after["ended"], 1)),
        "standards": _standards(old, new, before["standards"], after["standards"]), "deviations": _deviations(old, new, said["deviations"]),
        "new_steps": [new.step_title(name) for name in said["steps"]["new"]], "gone_steps": [old.step_title(name) for name in said["steps"]["gone"]],
        "lost_url": f"{address}?verdict=lost", "won_url": f"{address}?verdict=won", "changed_url": address,
    }  # fmt: skip


def _standards(old: Known, new: Known, before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    written = [{one.name: one for one in known.program.standards} for known in (old, new)]
    rows = []
    for name in {**written[0], **written[1]}:
        both = [_side(written[side].get(name), said.get(name)) for side, said in ((0, before), (1, after))]
        one = written[1].get(name) or written[0][name]
        rows.append({"title": words.title(one), "before": both[0], "after": both[1]})
    return rows


def _side(standard: Standard | None, said: dict[str, Any] | None) -> dict[str, Any] | None:
    if standard is None or said is None:
        return None
    tone, word = words.verdict(said)
    return {
        "value": words.value(standard, said["value"]), "interval": words.interval(standard, said["low"], said["high"]),
        "cases": said["cases"], "tone": tone, "word": word, "target": words.target(standard),
    }  # fmt: skip


def _deviations(old: Known, new: Known, rows: list[list[Any]]) -> list[dict[str, Any]]:
    return [
        {"text": words.deviation(new if new.program.has_step(step) else old, f"{kind}:{step}"), "before": before, "after": after,
         "change": f"{after - before:+,}".replace("-", "−")}
        for kind, step, before, after in rows[:20]
    ]  # fmt: skip


@page(roles=TRIERS)
def trial_cases(request: HttpRequest, trial: UUID) -> HttpResponse:
    """The journeys of which the draft says something else."""
    row = trial_of(trial)
    old, new = programs.of(row.playbook, row.against), known_draft(row.text)
    rows, verdict = TrialCase.objects.filter(trial=row), request.GET.get("verdict", "")
    if verdict in VERDICTS:
        before, after = VERDICTS[verdict]
        rows = rows.filter(fits_before=before, fits_after=after)
    shown = page_of(rows, order="id", cursor=request.GET.get("cursor", ""), limit=50)
    persons = dict(
        Journey.objects.filter(id__in=[one.journey for one in shown.items]).values_list("id", "person_id")
    )
    people = display(persons.values(), request.actor)  # type: ignore[attr-defined]
    named = queries.names([(STORE, one.store) for one in shown.items])
    context = {
        "row": row, "title": new.title(), "verdict": verdict, "count": rows.count(), "next": shown.next_cursor,
        "rows": [
            {
                "row": one, "person": people.get(persons.get(one.journey)), "store": named.get((STORE, one.store), one.store),  # type: ignore[arg-type]
                "before": [words.deviation(old, code) for code in one.before if code not in one.after],
                "after": [words.deviation(new if new.program.has_step(code.partition(":")[2]) else old, code) for code in one.after if code not in one.before],
                "url": reverse("insight:replayed", args=[one.journey]),
            }
            for one in shown.items
        ],
    }  # fmt: skip
    return render(request, "insight/trial_cases.html", context)
