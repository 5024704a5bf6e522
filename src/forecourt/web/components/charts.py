"""Charts as figures: a question, numbers as JSON for the picture, and the same numbers as a table for everybody else."""

import json
from collections.abc import Iterable
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from typing import Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from forecourt.web.components.blocks import table
from forecourt.web.components.markup import NOTHING
from forecourt.web.components.markup import rendered
from forecourt.web.components.parts import empty
from forecourt.web.components.values import number

Text = str | Promise
KINDS: Final = ("bars", "line", "funnel", "waterfall", "map", "band", "limits")
COUNTED: Final = ("band", "limits")  # kinds whose last column counts cases and has no unit
SAFE: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def chart(
    kind: str,
    question: Text,
    rows: Iterable[Sequence[Any]],
    columns: Sequence[Text],
    unit: Text = "",
    places: int = 0,
    **more: Any,
) -> SafeString:
    """`{% chart "bars" _("Which stores are late?") rows columns unit=_("steps") %}`.

    `rows` by kind, `columns` names what they hold:
    bars, line: (name, value, …) one column for each series · funnel: (stage, count[, href])
    waterfall: (name, amount[, "total"[, href]]) · map: (name, latitude, longitude, measure[, size[, href]])
    band: (name, value, low, high, cases), a line with its interval · limits: (name, value, cases, href), a funnel plot.
    `more`: `stacked=True`, `lying=True` (bars), `good=95`, `bad=85` (limits of colour on the map), `target=95` and `small=True` (band),
    `centre`, `curves` and `better="high"` or `"low"` (limits), `id="…"`.
    """
    if kind not in KINDS:
        raise ValueError(f"Chart kind {kind!r} is unknown; expected one of {', '.join(KINDS)}.")
    data = [list(row) for row in rows]
    named = more.pop("id", "")
    facts = {
        "columns": [str(name) for name in columns],
        "rows": data,
        "unit": str(unit),
        "places": places,
        **more,
    }
    script = json.dumps(facts, default=_plain, ensure_ascii=False).translate(SAFE)
    picture = (
        '<div data-canvas hidden role="img" aria-label="{}"></div><script type="application/json">{}</script>'
    )
    inside = format_html(picture, question, rendered(script)) if data else NOTHING
    body = (
        _numbers(kind, question, data, facts["columns"], str(unit), places)
        if data
        else empty(_("No numbers yet"))
    )
    key = _limits(more, str(unit)) if kind == "map" and data else NOTHING
    attributes = format_html(' id="{}"', named) if named else NOTHING
    return format_html(
        '<figure class="fc-chart" data-chart="{}"{}><figcaption>{}</figcaption>{}{}{}</figure>',
        kind, attributes, question, inside, key, body,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


def _limits(more: dict[str, Any], unit: str) -> SafeString:
    """The words for the colours on a map."""
    good, bad = more.get("good", 0), more.get("bad", 0)
    words = (
        ("good", _("from %(n)s %(unit)s") % {"n": good, "unit": unit}),
        ("warn", _("between")),
        ("bad", _("below %(n)s %(unit)s") % {"n": bad, "unit": unit}),
    )
    items = format_html_join("", '<li><span class="fc-badge fc-{}">{}</span></li>', words)
    return format_html('<ul class="fc-legend">{}</ul>', items)


def _shown(
    kind: str, data: list[list[Any]], columns: list[str]
) -> tuple[list[str], list[tuple[Any, list[Any], str]]]:
    """Headings, and for each row its name, its numbers and its link, without what only the picture needs."""
    if kind == "map":
        return [columns[0], columns[3]], [(row[0], [row[3]], row[5] if len(row) > 5 else "") for row in data]
    if kind in ("funnel", "waterfall"):
        link = 2 if kind == "funnel" else 3
        return columns[:2], [(row[0], [row[1]], row[link] if len(row) > link else "") for row in data]
    if kind == "limits":
        return columns[:3], [(row[0], row[1:3], row[3] if len(row) > 3 else "") for row in data]
    return columns, [(row[0], row[1:], "") for row in data]


def _numbers(
    kind: str,
    question: Text,
    data: list[list[Any]],
    columns: list[str],
    unit: str,
    places: int,
) -> SafeString:
    headings, rows = _shown(kind, data, columns)
    head = format_html_join(
        "",
        '<th scope="col" class="{}">{}</th>',
        (("n" if i else "", name) for i, name in enumerate(headings)),
    )
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((_name(n, href), _cells(v, unit, places, counted=kind in COUNTED)) for n, v, href in rows),
    )
    markup = format_html("<thead><tr>{}</tr></thead><tbody>{}</tbody>", head, body)
    inner = table(markup, caption=question, cards=False)
    return format_html("<details open><summary>{}</summary>{}</details>", _("The numbers"), inner)


def _name(name: Any, href: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', href, name) if href else format_html("{}", name)


def _cells(values: Sequence[Any], unit: str, places: int, *, counted: bool = False) -> SafeString:
    last = len(values) - 1 if counted else len(values)
    shown = (
        "–"
        if value is None
        else number(value)
        if place == last
        else f"{number(value, places)} {unit}".strip()
        for place, value in enumerate(values)
    )
    return format_html_join("", '<td class="n">{}</td>', ((text,) for text in shown))
