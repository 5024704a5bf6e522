"""Beginning a case: a complaint, an audit, a store to open, a brand that joins, a playbook to change."""

from datetime import date

from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.base.ids import is_code
from forecourt.base.ids import new_id
from forecourt.journeys import cases
from forecourt.journeys import programs
from forecourt.journeys import records
from forecourt.journeys.actions.noticing import ASSIGNED
from forecourt.journeys.actions.noticing import notify
from forecourt.journeys.actions.running import start
from forecourt.journeys.models import Journey
from forecourt.journeys.programs import Known
from forecourt.network.queries import certificates_of
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import EMPLOYED


@action("journeys.open_case", roles=EMPLOYED)
def open_case(do: Doing, *, playbook: str, store: str, about: str, owner: str = "") -> Result:
    """Begin a run of a playbook about cases in a store; `about` says in short what it is about.

    The words stay with the run as the fact `case.about`, where they can be erased; the journal gets the code of the case.
    `owner` is the staff code of whoever carries it; left out, it is the actor when they can do the first step, else the step
    lies in the pool of its roles.
    """
    known = _known(playbook, do)
    if (problem := cases.refusal(known, do.by)) is not None:
        raise Forbidden(problem)
    words, on = _words(about), do.at.astimezone(SHANGHAI).date()
    place = cases.place_for(do.by, store, on)
    team = _team(do, known, place, on, owner)
    case = _code(do, on)
    carried = next(iter(team.values()), "")
    begun = start.inside(
        do, playbook=playbook, version=known.playbook.version, subject=(cases.CASE, case), place=place,
        owner=carried, team=team, facts={"case.about": words},
    )  # fmt: skip
    if carried and carried != do.by.code:
        notify(do, Journey.objects.get(id=begun["journey"]), ASSIGNED, staff=carried)
    return {
        "journey": begun["journey"], "playbook": playbook, "version": known.playbook.version, "case": case,
        "store": place.store, "owner": carried,
    }  # fmt: skip


def _known(playbook: str, do: Doing) -> Known:
    if not is_code(playbook):
        playbook = "?"
    known = programs.of(playbook, programs.latest_version(playbook, do.at))
    if known.playbook.about != cases.CASE:
        text = _("“{playbook}” is about {about}, not about a case; it begins with the {about} itself.")
        said = text.format(playbook=known.title(), about=known.playbook.about)
        raise Refused(Blocked("journeys.not_a_case", said, "playbook"))
    return known


def _words(about: str) -> str:
    words = " ".join(about.split()) if records.storable(about) else ""
    if not words or len(words) > cases.MOST_WORDS:
        text = _("Say in at most {max} characters what the case is about.").format(max=cases.MOST_WORDS)
        raise Invalid(Blocked("journeys.case_words", text, "about"))
    return words


def _team(do: Doing, known: Known, place: Place, on: date, owner: str) -> dict[str, str]:
    """Who does the steps of the first step's role: the person named, else the actor when they can, else nobody yet."""
    if owner in ("", do.by.code) and _able(do, known, place, on):
        return {do.by.role: do.by.code}
    if not owner:
        return {}
    able = {code: role for code, _name, role in cases.carriers(known, place.store, on, place.brand)}
    if owner not in able:
        text = _(
            "{staff} cannot do the first step in the store {store}: “{step}”. Choose somebody who can, or nobody."
        )
        step = known.step_title(cases.first_step(known).name)
        said = text.format(staff=owner[:40], store=place.store, step=step)
        raise Invalid(Blocked("journeys.case_owner", said, "owner"))
    return {able[owner]: owner}


def _able(do: Doing, known: Known, place: Place, on: date) -> bool:
    step = cases.first_step(known)
    if do.by.role not in [role.text for role in step.roles]:
        return False
    needed = {name.text for name in step.holds}
    return not needed or needed <= certificates_of(do.by.code, on, place.brand)


def _code(do: Doing, on: date) -> str:
    """A new code, by its day: `case-260310-5f0c2a9d1b7e`."""
    return f"case-{on:%y%m%d}-{new_id(do.at).hex[-12:]}"
