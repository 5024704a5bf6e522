"""The edge of the API: what holds for every answer, whichever route gives it, and for addresses that no route has.

Too large a body is 413 before anything reads it, a wrong method is 405 and an unknown address 404, all as problems; every
answer says that nobody may cache, frame or run it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http import HttpResponse
from django.http import HttpResponseNotAllowed
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt

from forecourt.api.problems import problem

View = Callable[..., HttpResponse]
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"


def guarded(patterns: list[URLPattern]) -> list[URLPattern]:
    """The same addresses, each behind the edge; at the root there is nothing."""
    for pattern in patterns:
        if pattern.name == "api-root":
            pattern.callback = unknown
        elif not hasattr(pattern.callback, "edge"):
            pattern.callback = guard(pattern.callback)
    return patterns


def guard(view: View) -> View:
    """The view behind the edge."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = _refusal(request) or _answer(view, request, *args, **kwargs)
        for name, value in HEADERS.items():
            answer.setdefault(name, value)
        if not answer["Content-Type"].startswith(
            "text/html"
        ):  # the page that shows the description needs its scripts
            answer.setdefault("Content-Security-Policy", NOTHING_RUNS)
        return answer

    run.edge = True  # type: ignore[attr-defined]
    run.access = frozenset({"token or session"})  # type: ignore[attr-defined]
    return run


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        answer = view(request, *args, **kwargs)
    except RequestDataTooBig:
        return _too_large(request)
    return _wrong_method(request, answer) if isinstance(answer, HttpResponseNotAllowed) else answer


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Why a request is not even routed."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return problem(request, 400, "api.malformed", "Malformed request", "Content-Length is no number.")
    if length > settings.FORECOURT_MAX_UPLOAD:
        return _too_large(request)
    if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
        detail = "The address holds a NUL character (%00)."
        return problem(request, 400, "api.malformed", "Malformed request", detail)
    return None


def _too_large(request: HttpRequest) -> HttpResponse:
    detail = f"The body is larger than {settings.FORECOURT_MAX_UPLOAD} bytes. Send it in parts."
    return problem(request, 413, "api.too_large", "Too large", detail)


def _wrong_method(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    detail = f"{request.method} is not possible at {request.path}; possible: {answer['Allow']}."
    made = problem(request, 405, "api.method", "Method not allowed", detail)
    made["Allow"] = answer["Allow"]
    return made


@guard
@csrf_exempt
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Whatever has no route."""
    detail = f"There is nothing at {request.path}. What there is: /api/v1/openapi.json"
    return problem(request, 404, "api.no_route", "Not found", detail)
