"""Pages of journeys: those behind a figure, and one of them replayed step by step."""

from collections.abc import Iterable
from datetime import date
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from forecourt.insight import queries
from forecourt.insight import stepping
from forecourt.insight import walking
from forecourt.insight import words
from forecourt.insight.boards import READERS
from forecourt.insight.boards import View
from forecourt.insight.boards import view_of
from forecourt.insight.models import PERSON
from forecourt.insight.models import STORE
from forecourt.insight.models import Case
from forecourt.insight.models import CaseQuerySet
from forecourt.journeys import pictures
from forecourt.journeys import programs
from forecourt.journeys.lines import url
from forecourt.journeys.models import Journey
from forecourt.journeys.programs import Known
from forecourt.people.queries import display
from forecourt.platform.access import opened
from forecourt.platform.access import page
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import EMPLOYED
from forecourt.playbook.records import Standard

PAGE = 50


@page(roles=READERS)
def cases(request: HttpRequest, playbook: str) -> HttpResponse:
    """The journeys behind a figure, newest first."""
    view = view_of(request, playbook)
    rows = Case.objects.of(view.made.playbook, view.made.version).at(view.seat.level, view.seat.code)
    rows, said = _filtered(rows, view, request.GET)
    shown = page_of(rows, order="-id", cursor=request.GET.get("cursor", ""), limit=PAGE)
    named = queries.names([(view.seat.level, view.seat.code), *((STORE, row.store) for row in shown.items)])
    context = {
        "title": view.known.title(), "made": view.made, "view": view, "filters": said, "next": shown.next_cursor,
        "place": named.get((view.seat.level, view.seat.code), view.seat.code), "count": rows.count(),
        "rows": _case_rows(view.known, shown.items, named, request), "all": view.cases(),
        "standard": _standard(view.known, request.GET.get("standard", "")),
    }  # fmt: skip
    return render(request, "insight/cases.html", context)


def _filtered(rows: CaseQuerySet, view: View, asked: Any) -> tuple[CaseQuerySet, list[str]]:
    """The cases that the address asks for, and in words what they are."""
    said = []
    if deviation := asked.get("deviation", ""):
        rows = rows.departing(deviation)
        said.append(words.deviation(view.known, deviation))
    if (fits := asked.get("fits", "")) in ("0", "1"):
        rows = rows.filter(fits=fits == "1")
        said.append(_("fits the playbook") if fits == "1" else _("does not fit the playbook"))
    if outcome := asked.get("outcome", ""):
        rows = rows.filter(outcome=outcome)
        said.append(
            _("ended as “{outcome}”").format(outcome=view.known.program.word(outcome, programs.spoken()))
        )
    standard = _standard(view.known, asked.get("standard", ""))
    return _of_standard(rows, said, view.known, standard, asked) if standard else (rows, said)


def _of_standard(
    rows: CaseQuerySet, said: list[str], known: Known, standard: Standard, asked: Any
) -> tuple[CaseQuerySet, list[str]]:
    met = asked.get("met", "")
    rows = rows.saying(standard.name, met=met == "1" if met in ("0", "1") else None)
    texts = {"1": _("counts for “{title}”: yes"), "0": _("counts for “{title}”: no")}
    said = [*said, texts.get(met, _("counts for “{title}”")).format(title=words.title(standard))]
    week = _day(asked.get("week", ""))
    if week:
        rows = rows.in_week(standard.name, week)
        said.append(_("in the week from {day}").format(day=week))
    if person := asked.get("person", ""):
        rows = rows.by(standard.name, person)
        name = queries.names([(PERSON, person)]).get((PERSON, person), person)
        said.append(_("by {name}").format(name=name))
    return rows, said


def _standard(known: Known, name: str) -> Standard | None:
    return next((one for one in known.program.standards if one.name == name), None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _case_rows(
    known: Known, rows: list[Case], named: dict[tuple[str, str], str], request: HttpRequest
) -> list[dict[str, Any]]:
    persons = dict(Journey.objects.filter(id__in=[row.id for row in rows]).values_list("id", "person_id"))
    shown = display(persons.values(), request.actor)  # type: ignore[attr-defined]
    standard = _standard(known, request.GET.get("standard", ""))
    return [
        {
            "row": row, "person": shown.get(persons.get(row.id)), "store": named.get((STORE, row.store), row.store),  # type: ignore[arg-type]
            "outcome": known.program.word(row.outcome, programs.spoken()) if row.outcome else "",
            "deviations": [words.deviation(known, code) for code in row.deviations],
            "value": _case_value(standard, row) if standard else "",
            "url": reverse("insight:replayed", args=[row.id]),
        }
        for row in rows
    ]  # fmt: skip


def _case_value(standard: Standard, row: Case) -> str:
    said = row.values.get(standard.name)
    if said is None:
        return "–"
    if standard.measure in ("share", "count"):
        return _("yes") if said[0] else _("no")
    return words.value(standard, said[0])


@page(roles=EMPLOYED)
def replayed(request: HttpRequest, journey: UUID) -> HttpResponse:
    """One journey held against its playbook: every step, when it opened, was due and was done, and what was passed over."""
    found = walking.walked(journey, request.at)  # type: ignore[attr-defined]
    if found is None:
        raise Missing(Blocked("insight.no_journey", _("There is no such journey that you may see.")))
    run, known = found.run, found.known
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    persons = display([run.person], actor)
    who = [line.done.actor for line in found.lines if line.done]
    named = queries.names([(STORE, run.store), *((PERSON, code) for code in {*who, run.owner})])
    context = {
        "title": known.title(), "run": run, "version": known.playbook.version, "person": persons.get(run.person),  # type: ignore[arg-type]
        "store": named.get((STORE, run.store), run.store), "owner": named.get((PERSON, run.owner), run.owner),
        "lines": [_line(known, number, line, named) for number, line in _numbered(found.lines)],
        "waiting": [_open(known, name, one, late) for name, one, late in ([] if run.ended_at else found.waiting(at))],
        "departs": sum(1 for line in found.lines if line.deviations), "fits": _fits(found.lines),
        "picture": pictures.drawn(known, {}, _path(known, found.lines)), "customer": opened(url("people:customer", run.person), actor.role) if run.person else "",
        "outcome": known.program.word(run.outcome, programs.spoken()) if run.outcome else "", "done": len(who),
        "measured": actor.role in READERS,
    }  # fmt: skip
    return render(request, "insight/replayed.html", context)


def _numbered(lines: Iterable[stepping.Line]) -> list[tuple[int, stepping.Line]]:
    """Lines with the number of the step done; a step passed over has that of the step it was passed over for."""
    number, found = 1, []
    for line in lines:
        found.append((number, line))
        number += not line.skipped
    return found


def _fits(lines: list[stepping.Line]) -> bool:
    return all(line.fits for line in lines)


def _line(
    known: Known, number: int, line: stepping.Line, named: dict[tuple[str, str], str]
) -> dict[str, Any]:
    outcome = line.done.outcome if line.done else ""
    return {
        "number": "" if line.skipped else number, "title": known.step_title(line.step), "line": line,
        "kinds": [words.kind(kind) for kind in line.deviations], "waited": _span(line.waited), "late_by": _span(line.late_by),
        "who": _who(line.done.actor, named) if line.done else "",
        "outcome": known.program.word(outcome, programs.spoken()) if outcome else "",
    }  # fmt: skip


def _who(actor: str, named: dict[tuple[str, str], str]) -> str:
    if actor.startswith("person:"):
        return _("the customer")
    if ":" in actor:
        return _("the system")
    return named.get((PERSON, actor), actor)


def _open(known: Known, name: str, one: stepping.Open, late: timedelta | None) -> dict[str, Any]:
    return {"title": known.step_title(name), "open": one, "late_by": _span(late)}


def _span(length: timedelta | None) -> str:
    return "" if length is None else words.span(length.total_seconds() / 60)


def _path(known: Known, lines: list[stepping.Line]) -> pictures.Overlay:
    """The way of one journey on the drawing: the numbers of its steps, what was passed over, what was never reached."""
    below: dict[str, list[tuple[str, str]]] = {}
    kinds = {step.name: "faint" for step in known.program.steps}
    for number, line in _numbered(lines):
        bad = [kind for kind in line.deviations if kind != "skipped"]
        kinds[line.step] = (
            "warn"
            if line.skipped
            else "late"
            if bad
            else kinds.get(line.step, "").replace("faint", "has") or "has"
        )
        text = (
            _("passed over")
            if line.skipped
            else " · ".join([f"{number}", *(words.kind(kind) for kind in bad)])
        )
        below.setdefault(line.step, []).append(("warn" if line.skipped else "bad" if bad else "", text))
    return pictures.Overlay(below={name: _joined(said) for name, said in below.items()}, kinds=kinds)


def _joined(said: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """At most two lines: the first times a step was done on one, and the worst tone of all."""
    tone = next((tone for wanted in ("bad", "warn") for tone, _text in said if tone == wanted), "")
    return [(tone, ", ".join(text for _tone, text in said[:3]) + (" …" if len(said) > 3 else ""))]
