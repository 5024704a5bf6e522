"""Registers the components with Django's templates. What each looks like stands in `forecourt.web.components`."""

from collections.abc import Callable

from django.template import Library
from django.utils.safestring import SafeString

from forecourt.web.components import blocks
from forecourt.web.components import charts
from forecourt.web.components import forms
from forecourt.web.components import parts
from forecourt.web.components import values

register = Library()

Tag = Callable[..., SafeString]
PLAIN: tuple[Tag, ...] = (
    values.badge, values.state, values.money, values.masked, values.quantity, values.moment, values.day, values.progress,
    parts.stat, parts.empty, parts.reasons, parts.search, parts.event, forms.field, forms.fields, charts.chart,
)  # fmt: skip
OF_THE_PAGE: tuple[Tag, ...] = (values.due, parts.pager, parts.swap, parts.tab)
AROUND: tuple[Tag, ...] = (
    blocks.page_header, blocks.card, blocks.stats, blocks.timeline, blocks.table, blocks.fact, blocks.facts,
)  # fmt: skip

for tag in PLAIN:
    register.simple_tag(tag)
for tag in OF_THE_PAGE:
    register.simple_tag(tag, takes_context=True)
for tag in AROUND:
    register.simple_block_tag(tag)

register.simple_block_tag(forms.confirm, takes_context=True)
register.filter("number", values.number)
register.filter("percent", values.percent)
register.filter("label", values.label)
