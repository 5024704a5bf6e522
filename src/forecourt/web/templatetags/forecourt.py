"""Registers the components with Django's templates. What each looks like stands in `forecourt.web.components`."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

from django.template import Library
from django.utils.safestring import SafeString

from forecourt.web.components import allowances
from forecourt.web.components import blocks
from forecourt.web.components import charts
from forecourt.web.components import forms
from forecourt.web.components import kept
from forecourt.web.components import parts
from forecourt.web.components import values
from forecourt.web.naming import Names
from forecourt.web.story_kinds import WORDS

register = Library()

Tag = Callable[..., SafeString]
PLAIN: tuple[Tag, ...] = (
    values.badge, values.state, values.money, values.masked, values.quantity, values.moment, values.day, values.progress, values.whens,
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

register.tag(kept.kept)
register.simple_block_tag(forms.confirm, takes_context=True)
register.filter("number", values.number)
register.filter("allowance", allowances.allowance)
register.filter("percent", values.percent)
register.filter("label", values.label)


@register.filter
def store_name(names: Names, code: str) -> str:
    """`{{ names|store_name:order.store }}`: what a store is called."""
    return names.store(code)


@register.filter
def staff_name(names: Names, code: str) -> str:
    """`{{ names|staff_name:run.owner }}`: what somebody is called, or a code out of sight."""
    return names.person(code)


@register.filter
def word(code: str) -> str:
    """`{{ point.kind|word }}`: a code of the journal as the house calls it."""
    return str(WORDS.get(code, code))


@register.filter
def percent_of(value: float) -> str:
    """`{{ line.share|percent_of }}`: a number that is per cent already, 95.3 -> 95.3 %."""
    return f"{value:.1f}\u202f%"


@register.filter
def lookup(table: Mapping[str, Any], key: str) -> Any:
    """`{{ names.trims|lookup:order.trim }}`: what a table says about a key, else the key."""
    return table.get(key, key)
