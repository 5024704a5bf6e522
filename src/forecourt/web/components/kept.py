"""`{% kept %}…{% endkept %}`: a part of the frame that is drawn once a process for all whose frame is of one kind.

What differs from person to person and page to page (`layout.own`: name, place, addresses, clock; the form token) stands in it as
marks, which are filled for each page. Nothing else of the page can get in: the part is drawn with the frame's values alone.
"""

from collections.abc import Hashable
from typing import Any

from django.template import Context
from django.template import Node
from django.template import NodeList
from django.template.base import Parser
from django.template.base import Token

from forecourt.platform.stencil import Stencil

TOKEN = "token"  # noqa: S105 - the name of a mark
# More kinds than there are roles, languages and entries of the bar; addresses of strangers must not fill the memory.
MOST = 2000


class Kept(Node):
    """A part of the frame with its stencils, one for each kind. It has no blocks, so nobody need look for them in it."""

    child_nodelists = ()

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._drawn: dict[Hashable, Stencil] = {}

    def render(self, context: Context) -> str:
        layout = context["layout"]
        kind = layout["kind"]
        stencil = self._drawn.get(kind)
        if stencil is None:
            if len(self._drawn) >= MOST:
                self._drawn.clear()
            stencil = self._drawn[kind] = self._draw(context, dict(layout))
        return stencil.fill(layout["own"] | {TOKEN: str(context.get("csrf_token", ""))})

    def _draw(self, context: Context, layout: dict[str, Any]) -> Stencil:
        marks = {f"~{name}~": name for name in (*layout["own"], TOKEN)}
        own = {name: f"~{name}~" if layout["own"][name] else "" for name in layout["own"]}
        marked = context.new({"layout": layout | own, "csrf_token": f"~{TOKEN}~"})
        return Stencil(self.nodelist.render(marked), marks)


def kept(parser: Parser, token: Token) -> Kept:
    """Compile the tag."""
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist)
