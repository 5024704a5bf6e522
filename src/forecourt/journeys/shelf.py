"""Pages of the methodology: which playbooks are published, how one looks with live numbers on it, publishing a new version."""

from datetime import datetime
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from forecourt.journeys import actions
from forecourt.journeys import cases
from forecourt.journeys import diagrams
from forecourt.journeys import pictures
from forecourt.journeys import programs
from forecourt.journeys import queries
from forecourt.journeys import vocabulary
from forecourt.journeys.models import PlaybookVersion
from forecourt.journeys.programs import Known
from forecourt.platform.access import page
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import EMPLOYED
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import PLANNER
from forecourt.platform.roles import STORE_MANAGER

WINDOW = timedelta(days=28)
# Who is shown the way to what a playbook's figures say.
MEASURED = (STORE_MANAGER, OPERATOR_MANAGER, CARMAKER, NETWORK_OPS, PLANNER)


@page(roles=EMPLOYED)
def playbooks(request: HttpRequest) -> HttpResponse:
    """Every playbook with its latest version and how many runs of it there are."""
    counts: dict[str, dict[str, int]] = {}
    for row in queries.journeys_by_state():
        one = counts.setdefault(str(row["playbook"]), {})
        one[str(row["status"])] = one.get(str(row["status"]), 0) + int(str(row["n"]))
    latest: dict[str, PlaybookVersion] = {}
    for version in PlaybookVersion.objects.latest_first():
        latest.setdefault(version.playbook, version)
    rows = [
        {
            "row": row,
            "title": programs.of(row.playbook, row.version).title(),
            "counts": counts.get(row.playbook, {}),
        }
        for row in latest.values()
    ]
    context = {"rows": rows, "publishes": request.actor.role == NETWORK_OPS}  # type: ignore[attr-defined]
    return render(request, "journeys/playbooks.html", context)


@page(roles=EMPLOYED)
def playbook(request: HttpRequest, name: str, version: str = "") -> HttpResponse:
    """One playbook: the drawing with live numbers, its steps, standards, versions and text."""
    at: datetime = request.at  # type: ignore[attr-defined]
    versions = list(PlaybookVersion.objects.filter(playbook=name).latest_first())
    row = next((one for one in versions if version in ("", one.version)), None)
    if row is None:
        raise Missing(
            Blocked(
                "journeys.no_version",
                _("There is no playbook {name} {version}.").format(name=name, version=version),
            )
        )
    known = programs.of(row.playbook, row.version)
    numbers = queries.numbers(row.playbook, row.version, at, at - WINDOW)
    context = {
        "row": row, "title": known.title(), "versions": versions, "steps": _steps(known, numbers), "days": WINDOW.days,
        "picture": pictures.drawn(known, numbers), "standards": _standards(known), "steps_count": len(known.program.steps),
        "states_count": known.program.states, "begins": _begins(request, versions[0]),
        "measured": request.actor.role in MEASURED,  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "journeys/playbook.html", context)


def _begins(request: HttpRequest, latest: PlaybookVersion) -> bool:
    """Whether the one who looks may begin a case with the latest version."""
    if latest.about != cases.CASE:
        return False
    return cases.refusal(programs.of(latest.playbook, latest.version), request.actor) is None  # type: ignore[attr-defined]


def _steps(known: Known, numbers: dict[str, queries.StepNumbers]) -> list[dict[str, Any]]:
    roles = vocabulary.role_titles(programs.spoken())
    none = queries.StepNumbers()
    return [
        {
            "name": step.name, "title": known.step_title(step.name), "within": step.within, "takes": step.takes,
            "roles": [roles.get(role.text, role.text) for role in step.roles], "numbers": numbers.get(step.name, none),
            "late": round(100 * (numbers.get(step.name, none).late_share or 0)),
        }
        for step in known.program.steps
    ]  # fmt: skip


def _standards(known: Known) -> list[tuple[str, str]]:
    return [
        (
            one.title.say(programs.spoken()) if one.title else one.name,
            f"{one.comparison} {one.value:g} {one.unit}",
        )
        for one in known.playbook.standards
    ]


@page(roles=EMPLOYED)
def checklist(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The playbook as a list to print and tick off."""
    known = programs.of(name, version)
    roles = vocabulary.role_titles(programs.spoken())
    steps = [
        {
            "title": known.step_title(step.name), "step": step, "by": [roles.get(role.text, role.text) for role in step.roles],
            "fields": [pictures.field_words(known, item) for item in step.record],
            "must": step.must.because.say(programs.spoken()) if step.must and step.must.because else "",
        }
        for step in known.program.steps
    ]  # fmt: skip
    return render(
        request,
        "journeys/checklist.html",
        {"title": known.title(), "steps": steps, "name": name, "version": version},
    )


@page(roles=EMPLOYED)
def bpmn(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The playbook as a BPMN 2.0 file with its diagram, names in the language of the page."""
    return diagrams.download(programs.of(name, version), programs.spoken())


@page(roles=(NETWORK_OPS,))
def publish(request: HttpRequest) -> HttpResponse:
    """A text to check or publish; every mistake is shown at once."""
    text = request.POST.get("text", "")
    problems: Any = ()
    if request.method == "POST":
        try:
            done = actions.publish(by=request.actor, at=request.at, text=text)  # type: ignore[attr-defined]
        except ActionError as error:
            problems = error.problems
        else:
            messages.success(request, _("Published: {playbook} {version}").format(**done))
            return redirect("journeys:version", done["playbook"], done["version"])
    return render(
        request,
        "journeys/publish.html",
        {"text": text, "problems": problems},
        status=422 if problems else 200,
    )
