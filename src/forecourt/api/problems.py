"""Every refusal as `application/problem+json` (RFC 9457): type, title, status, detail, instance, and errors by field."""

import json
import logging
from collections.abc import Sequence
from typing import Any

from django.db import DataError
from django.db import OperationalError
from django.http import Http404
from django.http import HttpRequest
from django.http import HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.errors import HttpError
from ninja.errors import ValidationError

from forecourt.api.parsing import Unreadable
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import NeedsApproval
from forecourt.platform.refusals import Problem

logger = logging.getLogger(__name__)


def problem(
    request: HttpRequest, status: int, code: str, title: str, detail: str, **more: Any
) -> HttpResponse:
    """A problem document; `code` is stable, the sentences may change."""
    body = {"type": f"urn:forecourt:problem:{code}", "title": title, "status": status, "detail": detail, "code": code,
            "instance": request.path, **more}  # fmt: skip
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
    )


def install(api: NinjaAPI) -> None:
    """Teach the API to answer every kind of refusal."""

    @api.exception_handler(ActionError)
    def refused(request: HttpRequest, error: ActionError) -> HttpResponse:
        return problem(
            request, error.status, error.code, error.title, str(error), errors=_errors(error.problems)
        )

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [
            {"pointer": _pointer(one["loc"]), "detail": str(one["msg"]), "code": one["type"]}
            for one in error.errors
        ]
        detail = "; ".join(f"{one['pointer']}: {one['detail']}" for one in errors)
        return problem(request, 422, "api.invalid", "Invalid input", detail, errors=errors)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        detail = (
            "Sign in, or send Authorization: Bearer with a token that is known and not expired, or Authorization: Link with what"
            " stands at the end of a customer's link."
        )
        response = problem(request, 401, "api.unauthenticated", "Not signed in", detail)
        response["WWW-Authenticate"] = "Bearer, Link"
        return response

    @api.exception_handler(HttpError)
    def plain(request: HttpRequest, error: HttpError) -> HttpResponse:
        if isinstance(error.__cause__, Unreadable):
            return problem(
                request, 400, "api.malformed", "Malformed request", f"The body is {error.__cause__}."
            )
        return problem(request, error.status_code, f"api.http_{error.status_code}", "Refused", str(error))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(
            request,
            404,
            "api.not_found",
            "Not found",
            str(error) or "There is nothing here that you may see.",
        )

    _install_for_values(api)
    _install_for_faults(api)


def _install_for_values(api: NinjaAPI) -> None:
    """Values of the right form that nothing can be computed or stored with: years beyond the calendar, integers of 20 digits."""

    @api.exception_handler(DataError)
    @api.exception_handler(OverflowError)
    def out_of_range(request: HttpRequest, error: Exception) -> HttpResponse:
        logger.info("%s %s: %s", request.method, request.path, error)
        detail = "A value is out of the range that can be stored: a date, a number or a text."
        return problem(request, 422, "api.out_of_range", "Invalid input", detail)


def _install_for_faults(api: NinjaAPI) -> None:
    """Our own faults: written to the log with their cause, told without it."""

    @api.exception_handler(OperationalError)
    def unavailable(request: HttpRequest, error: OperationalError) -> HttpResponse:
        logger.error("%s %s: %s", request.method, request.path, error)
        detail = "The database does not answer. What was asked for has not been done; ask again."
        answer = problem(request, 503, "api.unavailable", "Not available", detail)
        answer["Retry-After"] = "5"
        return answer

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, error: Exception) -> HttpResponse:
        logger.error("%s %s failed.", request.method, request.path, exc_info=error)
        detail = "This is a fault of ours and is in the log. What was asked for has not been done."
        return problem(request, 500, "api.fault", "A fault of ours", detail)


def _errors(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [
        {"code": one.code, "detail": str(one.text), "pointer": f"/{one.field}" if one.field else ""}
        | ({"approver": one.approver} if isinstance(one, NeedsApproval) else {})
        for one in problems
    ]


def _pointer(location: Sequence[str | int]) -> str:
    """Ninja's location as a JSON pointer: ('body', 'payload', 'phone') as /phone."""
    parts = [str(part) for part in location if part not in ("body", "payload", "data")]
    return "/" + "/".join(parts)
