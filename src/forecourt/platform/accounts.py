"""Accounts: who may sign in, in which role, and how far they see. Passwords are kept hashed and written nowhere else.

The journal stands above this room, so it asks to be told (`told`) and writes the entries.
"""

from collections.abc import Callable
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forecourt.platform import roles
from forecourt.platform.actions import Doing
from forecourt.platform.actions import Result
from forecourt.platform.actions import action
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.models import User
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing

MAKERS: Final = (roles.NETWORK_OPS, roles.ENGINEER)
# How far each role may see; the first is meant when nothing is said.
LEVELS: Final[dict[str, tuple[str, ...]]] = (
    dict.fromkeys(roles.STORE_STAFF, ("store",))
    | {roles.OPERATOR_MANAGER: ("operator",), roles.CARMAKER: ("brand",)}
    | dict.fromkeys(roles.HEADQUARTERS, ("network", "region"))
)
_CODE: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")

Told = Callable[[Doing, str, User], None]
_TOLD: list[Told] = []


def told(note: Told) -> None:
    """Let `note(do, what, user)` hear of every account that is made or changed, within the action."""
    if note not in _TOLD:
        _TOLD.append(note)


@action("platform.make_user", roles=MAKERS)
def make_user(
    do: Doing,
    *,
    name: str,
    role: str,
    password: str,
    level: str = "",
    ids: tuple[str, ...] = (),
    staff: str = "",
    full_name: str = "",
    language: str = "zh-hans",
) -> Result:
    """Make an account. `level` is the role's own when left out; `ids` are the codes at that level, `staff` who it is in a store."""
    _admit(do)
    level = _level(role, level)
    _check_ids(role, level, ids)
    _check_staff(role, staff)
    user = User(username=name, role=role, level=level, ids=list(ids), staff=staff, language=language)
    user.last_name, user.first_name = _parts(full_name)
    user.date_joined = do.at
    _check_name(user)
    _give_password(user, password)
    text = _("There is an account {name} already. Choose another name of sign-in.").format(name=name)
    taken = Blocked("platform.user_taken", text, "name")
    with do.refusing(constraint="platform_user_username_key", problem=taken):
        user.save(force_insert=True)
    _tell(do, "user_made", user)
    return {"user": name, "role": role, "level": level, "ids": list(ids)}


@action("platform.set_password", roles=MAKERS)
def set_password(do: Doing, *, name: str, password: str) -> Result:
    """Give an account another password. Whoever is signed in with the old one is signed out."""
    _admit(do)
    user = User.objects.select_for_update().filter(username=name).first()
    if user is None:
        text = _("There is no account {name}. `forecourt user list` shows all.").format(name=name)
        raise Missing(Blocked("platform.user_unknown", text, "name"))
    _give_password(user, password)
    user.save(update_fields=["password"])
    _tell(do, "password_set", user)
    return {"user": name}


def users() -> QuerySet[User]:
    """All accounts by name of sign-in."""
    return User.objects.order_by("username")


def _admit(do: Doing) -> None:
    """Accounts are headquarters' work. A password must not come under a key, whose digest of the facts would be kept."""
    if do.key:
        raise ValueError(f"{do.action} is called without a key.")
    if do.by.scope != NETWORK_SCOPE:
        text = _("Accounts are made by who sees the whole network, not by {name}.").format(name=do.by.code)
        raise Forbidden(Blocked("platform.user_scope", text))


def _level(role: str, level: str) -> str:
    if role not in LEVELS:
        text = _("Nobody signs in as {role}; roles with an account are {known}.")
        raise Invalid(Blocked("platform.user_role", text.format(role=role, known=", ".join(LEVELS)), "role"))
    if level and level not in LEVELS[role]:
        text = _("The role {role} works at the level {known}, not at {level}.")
        known = ", ".join(LEVELS[role])
        raise Invalid(
            Blocked("platform.user_level", text.format(role=role, known=known, level=level), "level")
        )
    return level or LEVELS[role][0]


def _check_ids(role: str, level: str, ids: tuple[str, ...]) -> None:
    if level == "network":
        if ids:
            text = _("The level network sees everything; leave the codes out.")
            raise Invalid(Blocked("platform.user_ids_needless", text, "ids"))
        return
    if not ids or not all(code and set(code) <= _CODE for code in ids):
        text = _(
            "The role {role} sees what belongs to codes of the level {level}; name one or more, such as sh-001."
        )
        raise Invalid(Blocked("platform.user_ids", text.format(role=role, level=level), "ids"))


def _check_staff(role: str, staff: str) -> None:
    """Certificates are held by staff, so an account of a store is somebody of the store's."""
    if (role in roles.STORE_STAFF) != bool(staff):
        text = _(
            "An account of a store is a member of staff and names their code; other accounts name none. Role: {role}."
        )
        raise Invalid(Blocked("platform.user_staff", text.format(role=role), "staff"))


def _check_name(user: User) -> None:
    try:
        user.clean_fields(exclude={one.name for one in User._meta.get_fields()} - {"username"})
    except ValidationError as error:
        text = _("{name} cannot be a name of sign-in: {why}")
        why = " ".join(error.messages)
        raise Invalid(
            Blocked("platform.user_name", text.format(name=user.username, why=why), "name")
        ) from error


def _give_password(user: User, password: str) -> None:
    """Held against AUTH_PASSWORD_VALIDATORS of the settings, then hashed."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        text = _("The password is refused: {why}").format(why=" ".join(error.messages))
        raise Invalid(Blocked("platform.password_weak", text, "password")) from error
    user.set_password(password)


def _parts(full_name: str) -> tuple[str, str]:
    """Family name and given name: 林知远, Berg Anna, Cher."""
    words = full_name.split()
    if len(words) == 1 and not full_name.isascii():
        return words[0][:1], words[0][1:]
    return (words[0], " ".join(words[1:])) if words else ("", "")


def _tell(do: Doing, what: str, user: User) -> None:
    for note in _TOLD:
        note(do, what, user)
