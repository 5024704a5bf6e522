"""One value, shown so that nobody mistakes it: its unit, its time zone, its word beside the colour."""

from collections.abc import Iterable
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from decimal import InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.template import Context
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forecourt.platform import clock
from forecourt.web.components.markup import rendered
from forecourt.web.states import TONES
from forecourt.web.states import describe

SHANGHAI = ZoneInfo("Asia/Shanghai")
SOON = timedelta(minutes=30)
MINUTES_OF_DAY = 24 * 60
Text = str | Promise
DASH = "–"


def number(value: Any, places: int | None = None) -> str:
    """Digits in groups of three: `{{ 1234567|number }}` -> 1,234,567; nothing -> a dash."""
    if value is None or value == "":
        return DASH
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if places is None:
        places = 0 if amount == amount.to_integral_value() else min(2, -int(amount.as_tuple().exponent))
    return f"{amount:,.{places}f}"


def percent(share: Any, places: int = 0) -> str:
    """A share between 0 and 1 as per cent: `{{ 0.953|percent:1 }}` -> 95.3 %."""
    return DASH if share is None or share == "" else f"{Decimal(str(share)) * 100:,.{places}f}\u202f%"


def label(code: Any) -> Text:
    """The word for a state code: `{{ order.state|label }}`."""
    return describe(str(code))[1]


def quantity(value: Any, unit: Text = "", places: int | None = None) -> SafeString:
    """A number with its unit: `{% quantity 12.5 _("km") %}`."""
    return format_html(
        '<span class="fc-num">{}{}{}</span>',
        number(value, places),
        "\u00a0" if unit else "",
        unit,
    )


def money(value: Any, signed: bool = False) -> SafeString:
    """Yuan: `{% money order.price %}` -> ¥ 329,800; two places only where there are fen; `signed=True` shows a plus."""
    if value is None or value == "":
        return format_html('<span class="fc-num">{}</span>', DASH)
    amount = Decimal(str(value))
    places = 0 if amount == amount.to_integral_value() else 2
    sign = "−" if amount < 0 else "+" if signed and amount > 0 else ""
    return format_html('<span class="fc-num">{}¥\u202f{}</span>', sign, f"{abs(amount):,.{places}f}")


def masked(value: Any, reveal: str = "") -> SafeString:
    """A value that was masked on the server: `{% masked person.phone %}`; `reveal=url` leads to the form that asks why."""
    if not value:
        return format_html('<span class="fc-soft">{}</span>', _("not known"))
    shown = format_html(
        '<span class="fc-masked">{}</span><span class="visually-hidden"> ({})</span>',
        value,
        _("masked"),
    )
    return (
        format_html('{} <a class="fc-small" href="{}">{}</a>', shown, reveal, _("show")) if reveal else shown
    )


def badge(tone: str, word: Text) -> SafeString:
    """Colour and word: `{% badge "good" _("On time") %}`; tones: good, warn, bad, info, quiet."""
    return format_html(
        '<span class="fc-badge fc-{}">{}</span>',
        tone if tone in TONES else "quiet",
        word,
    )


def state(code: Any) -> SafeString:
    """The badge of a declared state: `{% state order.state %}`."""
    return badge(*describe(str(code)))


def local(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)


def moment(at: datetime | None, style: str = "short") -> SafeString:
    """A point in time in the store's zone: `{% moment entry.happened_at %}`; style: short, long, time."""
    if at is None:
        return format_html('<span class="fc-soft">{}</span>', DASH)
    here = local(at)
    text = {"time": f"{here:%H:%M}", "long": f"{here:%Y-%m-%d %H:%M:%S}"}.get(style, f"{here:%m-%d %H:%M}")
    return format_html(
        '<time class="fc-num" datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        f"{here:%Y-%m-%d %H:%M:%S}",
        text,
    )


def day(on: date | None, weekday: bool = False) -> SafeString:
    """A date: `{% day order.ordered_on %}`; `weekday=True` adds the day of the week."""
    if on is None:
        return format_html('<span class="fc-soft">{}</span>', DASH)
    name = f" {date_format(on, 'D')}" if weekday else ""
    return format_html(
        '<time class="fc-num" datetime="{}">{}{}</time>',
        f"{on:%Y-%m-%d}",
        f"{on:%Y-%m-%d}",
        name,
    )


def span(length: timedelta) -> str:
    """A length of time in the largest fitting unit: 12 min, 3 h, 2 d."""
    return _span(max(0, round(length.total_seconds() / 60)))


def _span(minutes: int) -> str:
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    if minutes < 2 * MINUTES_OF_DAY:
        hours = round(minutes / 60)
        return ngettext("%(n)d h", "%(n)d h", hours) % {"n": hours}
    days = round(minutes / MINUTES_OF_DAY)
    return ngettext("%(n)d d", "%(n)d d", days) % {"n": days}


def _due_words(due_at: datetime, now: datetime, language: str) -> tuple[str, str]:
    """(tone, escaped sentence) of a deadline that is still open."""
    left = (due_at - now).total_seconds()
    tone = "bad" if left < 0 else "warn" if left <= SOON.total_seconds() else "quiet"
    return tone, _sentence(language, left < 0, round(abs(left) / 60))


@lru_cache(maxsize=4096)
def _sentence(language: str, late: bool, minutes: int) -> str:
    """How long until a deadline, or since, in the language of the moment, escaped; the commonest words of the house."""
    words = _("late by %(time)s") if late else _("due in %(time)s")
    return escape(words % {"time": _span(minutes)})


def _done_words(due_at: datetime, done_at: datetime) -> tuple[str, str]:
    """(tone, escaped sentence) of a deadline that was met or missed."""
    if done_at <= due_at:
        return "good", escape(_("done on time"))
    return "warn", escape(_("done, %(time)s late") % {"time": span(done_at - due_at)})


def _now(context: Context) -> datetime:
    return getattr(context.get("request"), "at", None) or clock.now()


def due(
    context: Context,
    due_at: datetime | None,
    now: datetime | None = None,
    done_at: datetime | None = None,
) -> SafeString:
    """A deadline: `{% due step.due_at %}` -> "due in 12 min" or "late by 3 h"; `now` is `request.at` unless given."""
    if due_at is None:
        return _no_deadline()
    words = _done_words(due_at, done_at) if done_at else None
    return _due(due_at, *(words or _due_words(due_at, now or _now(context), get_language() or "")))


def _no_deadline() -> SafeString:
    return format_html('<span class="fc-soft">{}</span>', _("no deadline"))


def _due(due_at: datetime, tone: str, words: str) -> SafeString:
    title = local(due_at).isoformat(" ", "minutes")[:16]
    # The commonest part of the commonest page; the words are escaped, the rest is digits and our own.
    return SafeString(
        f'<time class="fc-due fc-{tone}" datetime="{due_at.isoformat()}" title="{title}">{words}</time>'
    )


def whens(rows: Iterable[Any], at: datetime, between: str) -> SafeString:
    """Of each row its deadline, or from when on it can be done: `{% whens rows request.at "," %}`, as a worklist asks by the hundred."""
    since, language = escape(_("from")), get_language() or ""
    return rendered(between.join(_when(row, at, since, language) for row in rows))


def _when(row: Any, at: datetime, since: str, language: str) -> str:
    if row.opened_at > at:
        return f'<span class="fc-soft fc-small">{since} {moment(row.opened_at)}</span>'
    return _due(row.due_at, *_due_words(row.due_at, at, language)) if row.due_at else _no_deadline()


def progress(done: float, total: float, label: Text, unit: Text = "") -> SafeString:
    """How much of it is done: `{% progress 12 20 _("Steps today") _("steps") %}`."""
    of = _("%(done)s of %(total)s %(unit)s") % {
        "done": number(done),
        "total": number(total),
        "unit": unit,
    }
    return format_html(
        '<label class="fc-progress"><span><span>{}</span><span class="fc-num">{}</span></span>'
        '<progress max="{}" value="{}">{}</progress></label>',
        label, of.strip(), max(float(total), 1), min(float(done), max(float(total), 1)), of,
    )  # fmt: skip
