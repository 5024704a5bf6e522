"""Small parts without a body: tile, empty state, reasons, search, pager, line of a timeline, row swap, tab."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from forecourt.web.components.markup import NOTHING
from forecourt.web.components.markup import rendered
from forecourt.web.components.values import moment
from forecourt.web.components.values import number

Text = str | Promise


def stat(
    label: Text,
    value: Any,
    unit: Text = "",
    than: Text = "",
    tone: str = "",
    href: str = "",
) -> SafeString:
    """A number that matters: `{% stat _("Late steps") 7 _("steps") than=_("3 more than yesterday") tone="bad" %}`."""
    figure = value if isinstance(value, SafeString) else number(value)
    shown = format_html(
        '<span class="fc-value fc-num {}">{}</span>',
        f"fc-{tone}-text" if tone in ("good", "bad") else "",
        figure,
    )
    shown = format_html('<a class="fc-plain" href="{}">{}</a>', href, shown) if href else shown
    after = format_html('<span class="fc-unit">{}</span>', unit) if unit else NOTHING
    beside = format_html('<dd class="fc-than">{}</dd>', than) if than else NOTHING
    return format_html(
        '<div class="fc-stat"><dt>{}</dt><dd>{}{}</dd>{}</div>',
        label,
        shown,
        after,
        beside,
    )


def empty(title: Text, hint: Text = "", href: str = "", action: Text = "") -> SafeString:
    """What stands where nothing is: `{% empty _("No steps due") _("New leads appear here.") href=url action=_("All leads") %}`."""
    said = format_html("<p>{}</p>", hint) if hint else NOTHING
    link = format_html('<a class="btn" href="{}">{}</a>', href, action) if href else NOTHING
    return format_html('<div class="fc-empty"><strong>{}</strong>{}{}</div>', title, said, link)


def _reason(problem: Any) -> tuple[str, str, str]:
    """(tone, word, text) of a Blocked, NeedsApproval or Advice, or of a plain sentence."""
    kind = type(problem).__name__
    text = str(getattr(problem, "text", problem))
    if kind == "Advice":
        return "warn", _("Advice"), text
    if kind == "NeedsApproval":
        return "info", _("Needs approval"), text
    return "bad", _("Blocked"), text


def reasons(problems: Iterable[Any] | None) -> SafeString:
    """Why not, and what to change: `{% reasons problems %}` for Blocked, NeedsApproval, Advice or plain sentences."""
    lines = [_reason(problem) for problem in problems or ()]
    if not lines:
        return NOTHING
    body = format_html_join("", '<li class="fc-{}"><b>{}</b><span>{}</span></li>', lines)
    return format_html('<div role="alert"><ul class="fc-reasons">{}</ul></div>', body)


def search(
    name: str = "q",
    value: Text = "",
    label: Text = "",
    action: str = "",
    placeholder: Text = "",
) -> SafeString:
    """A search field that "/" focuses: `{% search "q" query _("Search customers") %}`."""
    label = label or _("Search")
    return format_html(
        '<form class="fc-search" role="search" method="get" action="{}"><input class="form-control" type="search" name="{}" '
        'value="{}" aria-label="{}" placeholder="{}" data-search><button class="btn">{}</button></form>',
        action, name, value, label, placeholder or label, _("Search"),
    )  # fmt: skip


def event(
    at: datetime,
    title: Text,
    who: Text = "",
    where: Text = "",
    tone: str = "",
    note: Text = "",
    href: str = "",
) -> SafeString:
    """A line inside `{% timeline %}`: `{% event entry.happened_at _("Test drive") who=name where=store tone="good" %}`."""
    name = format_html('<a href="{}">{}</a>', href, title) if href else title
    beside = " · ".join(str(part) for part in (who, where) if part)
    said = format_html("<p>{}</p>", note) if note else NOTHING
    return format_html(
        '<li class="t-{}"><strong>{}</strong> <span class="fc-soft fc-small">{} {}</span>{}</li>',
        tone or "quiet", name, moment(at), f"· {beside}" if beside else "", said,
    )  # fmt: skip


def _with(request: HttpRequest | None, **changed: str) -> str:
    """The query string of this page with other values."""
    query = request.GET.copy() if request is not None else None
    if query is None:
        return "?" + "&".join(f"{key}={value}" for key, value in changed.items())
    for key, value in changed.items():
        query[key] = value
    return "?" + query.urlencode()


def pager(
    context: Context,
    next: str = "",
    previous: str = "",
    shown: Any = None,
    parameter: str = "cursor",
) -> SafeString:
    """Cursor pages: `{% pager next=page.next previous=page.previous shown=rows|length %}`; silent when there is one page."""
    if not next and not previous:
        return NOTHING
    request = context.get("request")
    link = '<a class="btn" rel="{}" href="{}">{}</a>'
    back = (
        format_html(link, "prev", _with(request, **{parameter: previous}), _("Previous"))
        if previous
        else rendered("<span></span>")
    )
    forth = (
        format_html(link, "next", _with(request, **{parameter: next}), _("Next"))
        if next
        else rendered("<span></span>")
    )
    count = (
        format_html(
            '<span class="fc-soft">{}</span>',
            _("%(n)s rows on this page") % {"n": number(shown)},
        )
        if shown
        else NOTHING
    )
    return format_html(
        '<nav class="fc-pager" aria-label="{}">{}{}{}</nav>',
        _("Pages"),
        back,
        count,
        forth,
    )


def swap(context: Context, url: str, target: str = "closest [data-row]") -> SafeString:
    """Attributes of a form whose answer replaces its row: `<form {% swap url %}>{% csrf_token %}…`; a plain POST without JS."""
    return format_html(
        'method="post" action="{0}" hx-post="{0}" hx-target="{1}" hx-swap="outerHTML" hx-disabled-elt="find button" '
        'hx-indicator="#fc-work"',
        url, target,
    )  # fmt: skip


def tab(context: Context, url: str, label: Text, count: Any = None) -> SafeString:
    """A line inside `<ul class="fc-tabs">`: `{% tab url _("Late") 7 %}`; current when the page's address says so."""
    request = context.get("request")
    here = request is not None and url in (request.path, request.get_full_path())
    current = rendered(' aria-current="page"') if here else NOTHING
    beside = format_html(' <span class="fc-num">({})</span>', number(count)) if count is not None else NOTHING
    return format_html('<li><a href="{}"{}>{}{}</a></li>', url, current, label, beside)
