"""The survey behind a customer's link, and what stores read of the answers."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forecourt.network.models import Store
from forecourt.platform.access import page
from forecourt.platform.links import customer_page
from forecourt.platform.refusals import Invalid
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.voice import queries
from forecourt.voice.actions import answer
from forecourt.voice.actions import instrument_of
from forecourt.voice.actions import instruments
from forecourt.voice.models import Survey

app_name = "voice"


def short_language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


@page(roles=(STORE_MANAGER, CARMAKER, OPERATOR_MANAGER, NETWORK_OPS))
def feedback(request: HttpRequest) -> HttpResponse:
    """Scores by store and instrument version, and the newest answers in words."""
    scores = queries.scores()
    names = {
        code: store.name for code, store in Store.objects.in_bulk({score.store for score in scores}).items()
    }
    titles = {(one.survey, one.version): one.title[short_language()] for one in instruments()}

    def about(one: queries.Score | Survey) -> tuple[str, str]:
        return names.get(one.store, one.store), titles.get((one.instrument, one.version), one.instrument)

    context = {
        "scores": [(score, *about(score)) for score in scores], "bars": _bars(scores, names),
        "answers": [(survey, _words(survey), *about(survey)) for survey in queries.newest_answers()],
        "columns": [_("Store"), _("Mean score, 0 to 10")],
    }  # fmt: skip
    return render(request, "voice/feedback.html", context)


def _bars(scores: list[queries.Score], names: dict[str, str]) -> list[list[Any]]:
    """Stores with enough answers in the newest version of the handover survey; versions do not compare."""
    newest = next((one.version for one in reversed(instruments()) if one.survey == "handover"), "")
    shown = [one for one in scores if (one.instrument, one.version) == ("handover", newest) and not one.few]
    return [[names.get(one.store, one.store), round(one.mean or 0, 1)] for one in shown]


def _words(survey: Survey) -> list[tuple[str, str]]:
    """Questions and answers in the reader's language."""
    language, instrument = short_language(), instrument_of(survey)
    shown = []
    for question in instrument.questions:
        if given := survey.answers.get(question.code):
            shown.append(
                (question.text[language], dict(question.options).get(given, {}).get(language, given))
            )
    return shown


@customer_page
def survey(request: HttpRequest, token: str, survey: UUID) -> HttpResponse:
    """Ask, and take the answer; whoever comes again is thanked."""
    found = Survey.objects.filter(id=survey, sent_at__isnull=False).first()
    if found is None:
        raise Http404(_("There is no such survey for you."))
    if request.method == "POST":
        return _take(request, token, found)
    return _show(request, token, found, {}, {})


def _take(request: HttpRequest, token: str, found: Survey) -> HttpResponse:
    codes = {question.code for question in instrument_of(found).questions}
    given = {code: value for code, value in request.POST.items() if code in codes}
    try:
        answer(by=request.actor, at=request.at, survey=str(found.id), answers=given)  # type: ignore[attr-defined]
    except Invalid as refusal:
        return _show(
            request, token, found, given, {problem.field: problem.text for problem in refusal.problems}, 422
        )
    return redirect("voice:survey", token, found.id)


def _show(
    request: HttpRequest,
    token: str,
    found: Survey,
    given: dict[str, Any],
    wrong: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    language, instrument = short_language(), instrument_of(found)
    questions = [
        {
            "code": question.code, "kind": question.kind, "text": question.text[language], "required": question.required,
            "scale": range(question.low, question.high + 1), "longest": question.longest, "wrong": wrong.get(question.code, ""),
            "options": [(code, text[language]) for code, text in question.options], "given": given.get(question.code, ""),
        }
        for question in instrument.questions
    ]  # fmt: skip
    context = {"survey": found, "title": instrument.title[language], "questions": questions, "token": token}
    context["closed"] = found.closes_at <= request.at  # type: ignore[attr-defined]
    return render(request, "voice/survey.html", context, status=status)


urlpatterns = [
    path("feedback/", feedback, name="feedback"),
    path("c/<str:token>/survey/<uuid:survey>/", survey, name="survey"),
]
