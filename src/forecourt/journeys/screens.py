"""Pages of people at work: Today, a run, a step to record."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forecourt.journeys import actions
from forecourt.journeys import forms
from forecourt.journeys import lines
from forecourt.journeys import programs
from forecourt.journeys import queries
from forecourt.journeys import stencils
from forecourt.journeys.actions.withdrawing import GRACE
from forecourt.journeys.models import DueStep
from forecourt.journeys.models import Journey
from forecourt.people.queries import display
from forecourt.platform.access import opened
from forecourt.platform.access import page
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import EMPLOYED
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.roles import STORE_STAFF


@page(roles=EMPLOYED)
def today(request: HttpRequest) -> HttpResponse:
    """One column of due steps in three groups, the day's progress, and what one should know."""
    actor, at = _who(request)
    found = queries.worklist(actor, at, cursor=request.GET.get("cursor", ""))
    token = get_token(request)
    ready = stencils.drawn(found.rows, request, token)
    groups = [
        (name, _group(name), len(rows), mark_safe("".join(ready[row.id] for row in rows)))  # noqa: S308 - lines drawn
        for name, rows in found.groups
        if rows
    ]
    day = queries.day(actor, at)
    context = {
        "csrf_token": token, "groups": groups, "next": found.next, "shown": len(found.rows), "day": day,
        "notices": [_told(news) for news in day.news], "manages": actor.role == STORE_MANAGER,
    }  # fmt: skip
    return render(request, "journeys/today.html", context)


def _group(name: str) -> str:
    return {"now": _("Now"), "next": _("Next, still today"), "later": _("Later")}[name]


def _told(news: queries.News) -> dict[str, Any]:
    known = programs.of(news.playbook, news.version)
    said = _("Handed over to you")
    if news.kind == "late":
        said = _("Late: {step}").format(step=known.step_title(news.step))
    return {"row": news, "text": said, "playbook": known.title()}


@page(roles=EMPLOYED)
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark what was shown as read."""
    actor, at = _who(request)
    actions.read_notices(by=actor, at=at, notices=_ids(request.POST.getlist("notice")))
    return redirect("journeys:today")


def _ids(given: list[str]) -> list[str]:
    """Those that are ids; a page of ours sends nothing else."""
    return [value for value in given if re.fullmatch(r"[0-9a-f-]{36}", value)]


@page(roles=EMPLOYED)
def journey(request: HttpRequest, journey: UUID) -> HttpResponse:
    """One run: what is next, what may happen, what was done."""
    actor, at = _who(request)
    run = _run(journey)
    known = programs.of(run.playbook, run.version)
    steps = [
        (item, None if item.page else forms.form_for(run, item.step)) for item in queries.next_steps(run)
    ]
    done = DueStep.objects.filter(journey_id=run.id).exclude(status="open").order_by("-done_at", "-id")
    context = {
        "run": run, "title": known.title(), "about": run.subject_id if run.subject_type in lines.SPOKEN else "", "person": display([run.person_id], actor).get(run.person_id),  # type: ignore[arg-type]
        "due": [_offer(run, item, form, actor) for item, form in steps if not item.optional],
        "possible": [_offer(run, item, form, actor) for item, form in steps if item.optional and not item.anytime],
        "anytime": [_offer(run, item, form, actor) for item, form in steps if item.anytime],
        "done": [(row, known.step_title(row.step)) for row in done], "can_end": known.program.can_end(run.state),
        "outcome": known.program.word(run.outcome, programs.spoken()) if run.outcome else "",
        "customer": opened(lines.url("people:customer", run.person_id), actor.role), "withdrawable": _withdrawable(run, actor, at),
    }  # fmt: skip
    return render(request, "journeys/journey.html", context)


def _offer(run: Journey, item: queries.NextStep, form: forms.StepForm | None, actor: Actor) -> dict[str, Any]:
    """A step with its form, or the page that is its form; `closed` when that page is for others."""
    page = lines.page_url(item.step.effect.text if item.step.effect else "", run.id, item.name)
    shown = opened(page, actor.role)
    return {"item": item, "form": form, "page": shown, "closed": bool(page) and not shown}


def _withdrawable(run: Journey, actor: Actor, at: Any) -> bool:
    last = DueStep.objects.filter(journey_id=run.id, status="done").order_by("-done_at", "-id").first()
    mine = last is not None and last.done_by == actor.code and last.done_at is not None
    return bool(mine and at - last.done_at <= GRACE)


@page(roles=EMPLOYED)
def step(request: HttpRequest, journey: UUID, step: str) -> HttpResponse:
    """The form of a step; sent, it records the step in place."""
    run = _run(journey)
    item = queries.step_of(run, step)
    if item is None:
        raise Missing(Blocked("journeys.no_step", _("This journey has no step {step}.").format(step=step)))
    if request.method == "POST":
        return _record(request, run, item)
    return _form(request, run, item, forms.form_for(run, item.step))


def _record(request: HttpRequest, run: Journey, item: queries.NextStep) -> HttpResponse:
    actor, at = _who(request)
    form = forms.form_for(run, item.step, request.POST, request.FILES)
    try:
        proofs = [_kept(request, run, kind, file) for kind, file in form.proofs]
        done = actions.record_step(
            by=actor, at=at, key=_key(request), journey=str(run.id), step=item.name,
            record=form.given, evidence=proofs,
        )  # fmt: skip
    except ActionError as error:
        form.refuse(error)
        return _form(request, run, item, form, status=error.status, problems=error.problems)
    return _recorded(request, run, item, done)


def _kept(request: HttpRequest, run: Journey, kind: str, file: Any) -> dict[str, Any]:
    actor, at = _who(request)
    return actions.keep_evidence(
        by=actor,
        at=at,
        journey=str(run.id),
        kind=kind,
        content=file.read(),
        media_type=file.content_type or "",
    )


def _form(
    request: HttpRequest,
    run: Journey,
    item: queries.NextStep,
    form: forms.StepForm,
    *,
    status: int = 200,
    problems: Any = (),
) -> HttpResponse:
    actor, at = _who(request)
    due = item.due or run.steps.filter(step=item.name).order_by("-id").first()
    page = lines.page_url(item.step.effect.text if item.step.effect else "", run.id, item.name)
    context = {
        "run": run, "item": item, "form": form, "problems": problems or item.problems, "why_not": queries.why_not(run, item.name),
        "page": opened(page, actor.role), "closed": bool(page) and not opened(page, actor.role),
        "line": lines.line_of(run, due, actor, at) if due else None,
        "playbook": programs.of(run.playbook, run.version).title(),
        "form_url": lines.url("journeys:step", run.id, item.name), "then": request.POST.get("then", ""),
    }  # fmt: skip
    return render(request, _template(request, "step"), context, status=status)


def _recorded(
    request: HttpRequest, run: Journey, item: queries.NextStep, done: dict[str, Any]
) -> HttpResponse:
    known = programs.of(run.playbook, run.version)
    due = [(known.step_title(one["step"]), one["due_at"]) for one in done["next"]]
    deviations = [_deviation(one["kind"], known.step_title(one["step"])) for one in done["deviations"]]
    if not request.headers.get("HX-Request"):
        messages.success(request, _("Recorded: {step}").format(step=item.title))
        for said in deviations:
            messages.warning(request, said)
        return redirect(_after(request, run))
    outcome = known.program.word(done["outcome"], programs.spoken()) if done["outcome"] else ""
    context = {"run": run, "item": item, "due": due, "deviations": deviations, "outcome": outcome}
    return render(request, "journeys/_recorded.html", context)


def _after(request: HttpRequest, run: Journey) -> str:
    return (
        lines.url("journeys:journey", run.id)
        if request.POST.get("then") == "journey"
        else lines.url("journeys:today")
    )


def _deviation(kind: str, step: str) -> str:
    said = {
        "skipped": _("Left out: {step}"),
        "early": _("Out of order: {step}"),
        "repeated": _("Done again: {step}"),
        "late": _("Late: {step}"),
        "wrong_role": _("Done by another role, or without the certificate: {step}"),
        "evidence_missing": _("Evidence is missing: {step}"),
        "advice_ignored": _("Done against the advice of the playbook: {step}"),
    }
    return said.get(kind, "{step}").format(step=step)


@page(roles=STORE_STAFF)
@require_POST
def take(request: HttpRequest, journey: UUID) -> HttpResponse:
    """Take the steps of one's role from the pool."""
    actor, at = _who(request)
    actions.take(by=actor, at=at, journey=str(journey))
    messages.success(request, _("The journey is yours now."))
    return redirect("journeys:today")


@page(roles=EMPLOYED)
@require_POST
def withdraw(request: HttpRequest, journey: UUID) -> HttpResponse:
    """Take the last step back."""
    actor, at = _who(request)
    done = actions.withdraw_step(by=actor, at=at, journey=str(journey))
    run = _run(journey)
    title = programs.of(run.playbook, run.version).step_title(done["step"])
    messages.success(request, _("Taken back: {step}").format(step=title))
    return redirect("journeys:journey", journey)


@page(roles=EMPLOYED)
@require_POST
def finish(request: HttpRequest, journey: UUID) -> HttpResponse:
    """End a run that has nothing due."""
    actor, at = _who(request)
    actions.finish(by=actor, at=at, journey=str(journey))
    messages.success(request, _("The journey has ended."))
    return redirect("journeys:journey", journey)


def _key(request: HttpRequest) -> str:
    """The key under which a form is sent, so that sending it twice records once."""
    key = request.POST.get("key", "")[:100]
    return key if key.isprintable() else ""


def _template(request: HttpRequest, name: str) -> str:
    return f"journeys/_{name}.html" if request.headers.get("HX-Request") else f"journeys/{name}.html"


def _who(request: HttpRequest) -> tuple[Actor, Any]:
    return request.actor, request.at  # type: ignore[attr-defined]


def _run(journey: UUID) -> Journey:
    run = queries.find(journey)
    if run is None:
        raise Missing(
            Blocked("journeys.missing", _("There is no journey {id} that you may see.").format(id=journey))
        )
    return run
