"""Addresses of a small site with a worklist whose rows change in place: done, refused, broken."""

from typing import Any

from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import Context
from django.template import Template
from django.template import engines
from django.urls import include
from django.urls import path

from forecourt.platform.refusals import Blocked

ROW = """<li data-row id="row-{{ step }}">{{ step }} {{ word }}{% reasons problems %}
<form {% swap url %}>{% csrf_token %}<button>Record {{ step }}</button></form></li>"""
PAGE = """{% extends "web/base.html" %}{% block content %}<h1>Steps</h1><ul class="fc-rows">{{ rows }}</ul>{% endblock %}"""


def _row(request: HttpRequest, step: str, **more: Any) -> str:
    return (
        engines["django"].from_string(ROW).render({"step": step, "url": f"/steps/{step}/", **more}, request)
    )


def worklist(request: HttpRequest) -> HttpResponse:
    rows = Template("{% for row in rows %}{{ row }}{% endfor %}").render(
        Context({"rows": [_row(request, step) for step in ("good", "refused", "broken")]})
    )
    return HttpResponse(engines["django"].from_string(PAGE).render({"rows": rows}, request))


def record(request: HttpRequest, step: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("/steps/")
    if step == "refused":
        problems = [Blocked("sample.licence", "Check the licence first.")]
        return HttpResponse(_row(request, step, problems=problems), status=409)
    return HttpResponse(_row(request, step, word="done"), status=200 if step == "good" else 500)


urlpatterns = [
    path("steps/", worklist),
    path("steps/<slug:step>/", record),
    path("", include("forecourt.web.urls")),
]
