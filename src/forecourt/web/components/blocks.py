"""Parts with a body: `{% card title %}…{% endcard %}` and its kin."""

import re

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from forecourt.web.components.markup import NOTHING
from forecourt.web.components.markup import rendered

Text = str | Promise
HEAD = re.compile(r"<thead.*?</thead>", re.S)
HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.S)
ROW = re.compile(r"<tr\b.*?</tr>", re.S)
CELL = re.compile(r"<(td|th)\b([^>]*)>")


def page_header(
    content: str, title: Text, subtitle: Text = "", eyebrow: Text = "", back: str = ""
) -> SafeString:
    """`{% page_header title subtitle eyebrow=… back=url %}<a class="btn">…</a>{% endpage_header %}`: the h1; buttons inside."""
    over = format_html('<a href="{}">{}</a>', back, eyebrow) if back else eyebrow
    above = format_html('<div class="fc-eyebrow">{}</div>', over) if eyebrow else NOTHING
    below = format_html("<p>{}</p>", subtitle) if subtitle else NOTHING
    actions = (
        format_html('<div class="fc-actions">{}</div>', rendered(content)) if content.strip() else NOTHING
    )
    return format_html(
        '<header class="fc-header"><div>{}<h1>{}</h1>{}</div>{}</header>',
        above,
        title,
        below,
        actions,
    )


def card(content: str, title: Text = "", href: str = "", link: Text = "", id: str = "") -> SafeString:
    """`{% card _("Late steps") href=url link=_("All") %}…{% endcard %}`: paper with a heading."""
    more = format_html('<a href="{}">{}</a>', href, link) if href else NOTHING
    head = format_html("<header><h2>{}</h2>{}</header>", title, more) if title else NOTHING
    name = format_html(' id="{}"', id) if id else NOTHING
    return format_html(
        '<section class="fc-card"{}>{}<div class="fc-card-body">{}</div></section>',
        name,
        head,
        rendered(content),
    )


def stats(content: str) -> SafeString:
    """`{% stats %}{% stat … %}{% stat … %}{% endstats %}`: tiles side by side."""
    return format_html('<dl class="fc-stats">{}</dl>', rendered(content))


def timeline(content: str) -> SafeString:
    """`{% timeline %}{% event … %}{% endtimeline %}`: what happened, newest first."""
    return format_html('<ol class="fc-timeline">{}</ol>', rendered(content))


def facts(content: str) -> SafeString:
    """`{% facts %}{% fact _("Model") %}M7{% endfact %}{% endfacts %}`: names and values."""
    return format_html('<dl class="fc-facts">{}</dl>', rendered(content))


def fact(content: str, label: Text) -> SafeString:
    return format_html("<dt>{}</dt><dd>{}</dd>", label, rendered(content.strip() or "–"))


def labelled(markup: str) -> str:
    """Give each body cell its column's heading as `data-label`, for the cards that a narrow screen shows.

    Rows that span columns and cells that already have a label are left alone. Tables must not be nested.
    """
    head = HEAD.search(markup)
    names = [strip_tags(name).strip() for name in HEADING.findall(head.group())] if head else []
    if not head or not names:
        return markup
    body = ROW.sub(lambda row: _labelled_row(row.group(), names), markup[head.end() :])
    return markup[: head.end()] + body


def _labelled_row(row: str, names: list[str]) -> str:
    if "colspan" in row:
        return row
    places = iter(names)

    def give(cell: re.Match[str]) -> str:
        name = next(places, "")
        if cell[1] == "th" or not name or "data-label" in cell[2]:
            return cell.group()
        return format_html('<td data-label="{}"{}>', name, rendered(cell[2]))

    return CELL.sub(give, row)


def table(content: str, caption: Text = "", cards: bool = True, hide_caption: bool = True) -> SafeString:
    """`{% table _("Orders") %}<thead>…<tbody>…{% endtable %}`: scrolls when wide, turns into cards at 390 px.

    Numbers go into cells of class "n". `caption` names the table for screen readers; `hide_caption=False` shows it.
    """
    hidden = rendered(' class="visually-hidden"') if hide_caption else NOTHING
    named = format_html("<caption{}>{}</caption>", hidden, caption) if caption else NOTHING
    kind = "fc-table fc-table-cards" if cards else "fc-table"
    body = rendered(labelled(content) if cards else content)
    return format_html(
        '<div class="fc-table-frame"><table class="{}">{}{}</table></div>',
        kind,
        named,
        body,
    )
