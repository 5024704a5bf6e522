"""Notices: what a person should know, kept until they have read it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from forecourt.base.ids import new_id
from forecourt.journeys.models import Journey
from forecourt.journeys.models import Notice
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.models import as_id
from forecourt.platform.roles import EMPLOYED

LATE, ASSIGNED = "late", "assigned"


def notify(
    do: Doing,
    journey: Journey,
    kind: str,
    *,
    step: str = "",
    role: str = "",
    staff: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Leave a notice for a role of the journey's place, or for one person."""
    Notice.objects.create(
        id=new_id(do.at), kind=kind, to_role=role, to_staff=staff, journey_id=journey.id, playbook=journey.playbook,
        version=journey.version, step=step, data=data or {}, made_at=do.at, **journey.place().columns(),
    )  # fmt: skip


@action("journeys.read_notices", roles=EMPLOYED)
def read_notices(do: Doing, *, notices: Iterable[UUID | str]) -> Result:
    """Mark notices as read; only those that are the actor's own."""
    mine = Q(to_staff=do.by.code) | Q(to_staff="", to_role=do.by.role)
    rows = Notice.objects.filter(mine, id__in=[as_id(notice) for notice in notices], read_at=None)
    return {"read": rows.update(read_at=do.at, read_by=do.by.code)}
