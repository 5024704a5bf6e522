"""The people of a store: who works there in which role, what they are certified for, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from forecourt.network.models import Holding
from forecourt.network.models import Staff
from forecourt.network.models.named import in_language
from forecourt.platform.roles import STORE_STAFF
from forecourt.web.context import role_name


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate that somebody holds, for a brand where it is held by brand, and when it ends."""

    certificate: str
    brand: str
    on: date
    days: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works in the store, with what they hold, the first to end first."""

    code: str
    name: str
    role: str
    held: tuple[Held, ...]

    @property
    def title(self) -> str:
        return role_name(self.role)


def team(store: str, on: date) -> dict[str, Member]:
    """Everybody at work in the store on that day by code, by role, then by name; one query with all certificates."""
    valid = Holding.objects.valid_on(on).filter(staff=OuterRef("pk")).order_by("valid_to", "certificate")
    as_json = JSONObject(
        zh="certificate__name_zh", en="certificate__name_en", brand="for_brand", on="valid_to"
    )
    rows = Staff.objects.in_store(store).working_on(on).annotate(held=ArraySubquery(valid.values(j=as_json)))
    members = [Member(row.code, row.name, row.role, tuple(_held(row.held, on))) for row in rows]  # type: ignore[attr-defined]
    return {one.code: one for one in sorted(members, key=lambda one: (_rank(one.role), one.name, one.code))}


def _rank(role: str) -> int:
    return STORE_STAFF.index(role) if role in STORE_STAFF else len(STORE_STAFF)


def _held(rows: Iterable[dict[str, Any]], on: date) -> Iterable[Held]:
    for row in rows:
        ends = date.fromisoformat(row["on"])
        yield Held(in_language(row["zh"], row["en"]), row["brand"], ends, (ends - on).days)


def running_out(members: Iterable[Member], within: int, limit: int = 20) -> list[tuple[Member, Held]]:
    """Certificates that end within so many days, the first to end first."""
    ending = [(one, held) for one in members for held in one.held if held.days <= within]
    return sorted(ending, key=lambda pair: (pair[1].on, pair[0].code))[:limit]
