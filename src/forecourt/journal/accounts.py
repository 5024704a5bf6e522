"""Accounts made and passwords given, in the journal: who, in which role, seeing what; never a password or a person's name."""

from uuid import NAMESPACE_URL
from uuid import uuid5

from forecourt.journal.writing import write
from forecourt.platform.actions import Doing
from forecourt.platform.models import Place
from forecourt.platform.models import User


def note(do: Doing, what: str, user: User) -> None:
    """Write `platform.<what>` into the account's own chain."""
    stream = uuid5(NAMESPACE_URL, f"urn:forecourt:user:{user.pk}")
    data = {
        "user": user.pk,
        "role": user.role,
        "level": user.level,
        "ids": list(user.ids),
        "staff": user.staff,
    }
    write(do, f"platform.{what}", stream=stream, place=Place(), data=data)
