"""Reading figures and journeys measured, each in the scope of whoever asks."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forecourt.insight.models import BRAND
from forecourt.insight.models import NETWORK
from forecourt.insight.models import OPERATOR
from forecourt.insight.models import PERSON
from forecourt.insight.models import REGION
from forecourt.insight.models import STORE
from forecourt.insight.models import Case
from forecourt.insight.models import Refresh
from forecourt.insight.models import Report
from forecourt.journeys.models import PlaybookVersion
from forecourt.network.models.named import in_language
from forecourt.platform.actor import Actor
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing

PLACES = (NETWORK, BRAND, REGION, OPERATOR, STORE)
_NAMES = """
    SELECT 'brand', code, name_zh, name_en FROM network_brand WHERE code = ANY(%(brand)s)
    UNION ALL SELECT 'region', code, name_zh, name_en FROM network_region WHERE code = ANY(%(region)s)
    UNION ALL SELECT 'operator', code, name_zh, name_en FROM network_operator WHERE code = ANY(%(operator)s)
    UNION ALL SELECT 'store', code, name_zh, name_en FROM network_store WHERE code = ANY(%(store)s)
    UNION ALL SELECT 'person', code, name, name FROM network_staff WHERE code = ANY(%(person)s)
"""


@dataclass(frozen=True, slots=True)
class Seat:
    """Where figures are looked at from: a level and a code; `part` narrows stores to one brand, for its carmaker."""

    level: str
    code: str = ""
    part: str = ""

    @property
    def query(self) -> str:
        """As a part of an address."""
        return f"level={self.level}&code={self.code}"


def seat_of(actor: Actor, level: str = "", code: str = "") -> Seat:
    """The level and code asked for, else the widest that the actor's scope is."""
    scope = actor.scope
    part = scope.ids[0] if scope.level == BRAND and scope.ids else ""
    if level in PLACES and (code or level == NETWORK):
        return Seat(level, code if level != NETWORK else "", part if level == STORE else "")
    if scope.level == NETWORK or scope.level not in PLACES:
        return Seat(NETWORK)
    return Seat(scope.level, scope.ids[0] if scope.ids else "")


def report_of(playbook: str, version: str, seat: Seat) -> Report | None:
    """The figures of a version at a seat; None where there are none, or none to be seen."""
    found = Report.objects.of(playbook, version).filter(level=seat.level, code=seat.code)
    return (found.filter(brand=seat.part) if seat.level == STORE else found).first()


def reports_at(seat: Seat) -> "QuerySet[Report]":
    """The figures of every version at a seat."""
    found = Report.objects.filter(level=seat.level, code=seat.code)
    return found.filter(brand=seat.part) if seat.level == STORE else found


def stores_of(playbook: str, version: str, seat: Seat, part: str) -> "QuerySet[Report]":
    """The figures of the stores that lie within a seat, each of all its brands, or of the carmaker's."""
    found = Report.objects.of(playbook, version).filter(
        level=STORE, brand=seat.code if seat.level == BRAND else part
    )
    return found.filter(**{seat.level: seat.code}) if seat.level in (REGION, OPERATOR, STORE) else found


def persons_of(playbook: str, version: str, store: str) -> list[Report]:
    """The figures of the people of a store."""
    return list(Report.objects.of(playbook, version).filter(level=PERSON, store=store).order_by("code"))


def measured() -> dict[str, list[Refresh]]:
    """The versions that have figures, by playbook, the latest published first."""
    order = {
        (row[0], row[1]): number
        for number, row in enumerate(
            PlaybookVersion.objects.latest_first().values_list("playbook", "version")
        )
    }
    found: dict[str, list[Refresh]] = {}
    for row in sorted(Refresh.objects.all(), key=lambda one: order.get((one.playbook, one.version), 0)):
        found.setdefault(row.playbook, []).append(row)
    return found


def version_of(playbook: str, version: str = "") -> Refresh:
    """The version asked for, else the latest that has journeys. Raises Missing when there are no figures of it."""
    versions = measured().get(playbook, [])
    wanted = [one for one in versions if version in ("", one.version)]
    if not wanted:
        text = _("There are no figures of the playbook {playbook} {version} yet.")
        raise Missing(
            Blocked(
                "insight.not_measured", text.format(playbook=playbook, version=version).replace("  ", " ")
            )
        )
    return next((one for one in wanted if one.journeys), wanted[0])


def seats(playbook: str, version: str, seat: Seat) -> list[Seat]:
    """The seats that the scope may choose from, in the order of levels; stores only of the seat looked at."""
    rows = Report.objects.of(playbook, version).exclude(level=PERSON).order_by("level", "code")
    found = {(level, code) for level, code in rows.values_list("level", "code")}
    inner = sum(1 for level, _code in found if level == STORE)
    return [
        Seat(level, code)
        for name in PLACES
        for level, code in sorted(found)
        if level == name
        and (level != STORE or inner <= MOST_STORES or (level, code) == (seat.level, seat.code))
    ]


MOST_STORES = 200  # in a list to choose from


def names(seats_: "list[Seat] | list[tuple[str, str]]") -> dict[tuple[str, str], str]:
    """What codes are called, in one query."""
    wanted: dict[str, list[str]] = {level: [] for level in (BRAND, REGION, OPERATOR, STORE, PERSON)}
    for one in seats_:
        level, code = (one.level, one.code) if isinstance(one, Seat) else one
        if level in wanted and code:
            wanted[level].append(code)
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, wanted)
        found = {
            (level, code): in_language(chinese, english)
            for level, code, chinese, english in cursor.fetchall()
        }
    return found | {(NETWORK, ""): _("The network")}


def case_of(journey: UUID) -> Case | None:
    """A journey measured; None while it is not, or out of sight."""
    return Case.objects.filter(id=journey).first()
