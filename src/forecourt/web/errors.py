"""Pages for what went wrong, in the look of the house. The 500 page leans on nothing that may itself be broken."""

from http import HTTPStatus

from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def _page(request: HttpRequest, status: int, title: str, hint: str) -> HttpResponse:
    return render(
        request,
        "web/error.html",
        {"status": status, "title": title, "hint": hint},
        status=status,
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    hint = _("The request could not be read. Go back, reload the page and try again.")
    return _page(request, HTTPStatus.BAD_REQUEST, _("Bad request"), hint)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    hint = _("Your role does not open this page. Use the menu, or ask your manager for the right.")
    return _page(request, HTTPStatus.FORBIDDEN, _("Not for your role"), hint)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    hint = _("There is nothing at this address, or it is not visible to you. Check the link or use the menu.")
    return _page(request, HTTPStatus.NOT_FOUND, _("Not found"), hint)


def unavailable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _bare(HTTPStatus.SERVICE_UNAVAILABLE)


def broken(request: HttpRequest) -> HttpResponse:
    return _bare(HTTPStatus.INTERNAL_SERVER_ERROR)


def _bare(status: int) -> HttpResponse:
    """Rendered without request, session or database: both languages on one page."""
    return HttpResponse(render_to_string("web/bare.html", {"status": status}), status=status)
