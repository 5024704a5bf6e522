"""Lines of a worklist drawn by stencil, because it is the page that most people open most often.

`_line.html` is rendered once for each kind of line (step of a version, language, pool or own, waiting or not), with marks where
the lines of a kind differ: ids, name, number, time. A line is then that text with the marks filled.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from functools import lru_cache
from html import escape
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from forecourt.journeys import lines
from forecourt.journeys.reading.worklist import Row
from forecourt.people.queries import Display
from forecourt.people.queries import display
from forecourt.platform.roles import STORE_STAFF
from forecourt.platform.stencil import Stencil

# Marks stand where an id is expected, so they are ids: of no version, so that none of ours is ever one of them.
STEP, JOURNEY, PERSON = (UUID(f"0000fc00-0000-0000-0000-00000000000{number}") for number in (1, 2, 3))
NAME, PHONE, ABOUT, WHEN, TOKEN = ("~name~", "~phone~", "~about~", "~when~", "~token~")
MARKS = {
    str(STEP): "step", str(JOURNEY): "journey", str(PERSON): "person",
    NAME: "name", PHONE: "phone", ABOUT: "about", WHEN: "when", TOKEN: "token",
}  # fmt: skip
BETWEEN = "\x1e"

Kind = tuple[str, str, str, str, bool, bool, bool, str, bool]


def drawn(rows: Iterable[Row], request: HttpRequest, token: str) -> dict[UUID, SafeString]:
    """Every row as a line of HTML, by its id; persons as the actor of the request may see them; `token` guards the forms."""
    found = list(rows)
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    persons = display([row.person_id for row in found], actor)
    takes, language = actor.role in STORE_STAFF, translation.get_language() or ""
    drawn = {}
    for row, when in zip(found, _whens(found, request), strict=True):
        person = persons.get(row.person_id)  # type: ignore[arg-type]
        stencil = _stencil(_kind(row, language, person is not None, at, takes))
        drawn[row.id] = stencil.fill(_values(row, person) | {"when": when, "token": token})
    return drawn


def _whens(rows: list[Row], request: HttpRequest) -> list[str]:
    """Until when each is due, or from when on it can be done."""
    text = render_to_string("journeys/_whens.html", {"rows": rows, "at": request.at, "between": BETWEEN})  # type: ignore[attr-defined]
    return text.split(BETWEEN)[: len(rows)]


def _values(row: Row, person: Display | None) -> dict[str, str]:
    """What is a row's own, ready to stand in HTML."""
    own = {"step": str(row.id), "journey": str(row.journey)}
    if row.subject_type in lines.SPOKEN:
        own["about"] = escape(row.subject_id)
    if person is None:
        return own
    return own | {"person": str(person.id), "name": escape(person.name), "phone": escape(person.phone)}


def _kind(row: Row, language: str, has_person: bool, at: datetime, takes: bool) -> Kind:
    """What decides how a line looks."""
    return (
        row.playbook, row.version, row.step, language, has_person, not row.assigned_to, row.opened_at > at,
        row.subject_type if row.subject_type in lines.SPOKEN else "", takes,
    )  # fmt: skip


@lru_cache(maxsize=2000)
def _stencil(kind: Kind) -> Stencil:
    playbook, version, step, _language, has_person, in_pool, waits, subject, takes = kind
    moment = datetime.fromtimestamp(0, UTC)
    row = Row(
        id=STEP, journey=JOURNEY, playbook=playbook, version=version, step=step, roles=[], assigned_to="" if in_pool else "-",
        person_id=PERSON if has_person else None, optional=False, store="", opened_at=moment, due_at=None, rank_at=moment,
        late_at=None, subject_type=subject, subject_id=ABOUT, brand="",
    )  # fmt: skip
    person = Display(PERSON, NAME, PHONE) if has_person else None
    line = replace(lines.line(row, JOURNEY, person, moment), waits=waits)
    context = {"line": line, "when": WHEN, "takes": takes, "csrf_token": TOKEN}
    return Stencil(render_to_string("journeys/_line.html", context), MARKS)


def forget() -> None:
    """Forget the stencils; for tests that publish other playbooks under the same names."""
    _stencil.cache_clear()
