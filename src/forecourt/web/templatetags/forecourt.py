"""Registers the components with Django's templates. What each looks like stands in `forecourt.web.components`."""

from django.template import Library

from forecourt.web.components import blocks
from forecourt.web.components import charts
from forecourt.web.components import forms
from forecourt.web.components import parts
from forecourt.web.components import values

register = Library()

for tag in (
    values.badge, values.state, values.money, values.masked, values.quantity, values.moment, values.day, values.progress,
    parts.stat, parts.empty, parts.reasons, parts.search, parts.event, forms.field, forms.fields,
):  # fmt: skip
    register.simple_tag(tag)

for tag in (values.due, parts.pager, parts.swap, parts.tab):
    register.simple_tag(tag, takes_context=True)

for tag in (
    blocks.page_header,
    blocks.card,
    blocks.stats,
    blocks.timeline,
    blocks.table,
    blocks.fact,
    blocks.facts,
):
    register.simple_block_tag(tag)

register.simple_block_tag(forms.confirm, takes_context=True)
register.simple_tag(charts.chart)
register.filter("number", values.number)
register.filter("percent", values.percent)
register.filter("label", values.label)
