"""The demo's users: one for each persona of the design, in a store of Shanghai, its dealer group and a brand."""

from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.platform import roles
from forecourt.platform.models import User

HEADQUARTERS = {
    roles.NETWORK_OPS: ("林", "知远"),
    roles.PLANNER: ("周", "明朗"),
    roles.ENGINEER: ("沈", "一诺"),
}
CARMAKER_BRAND = "aito"


def make_users(home: Store) -> list[str]:
    """Users who sign in with one click in a demo and have no password. Returns their names of sign-in."""
    staff = [_of_store(home, role) for role in roles.STORE_STAFF]
    above = [
        _user(roles.OPERATOR_MANAGER, "operator", [home.operator_id], ("顾", "清和")),
        _user(roles.CARMAKER, "brand", [home.brand_id or CARMAKER_BRAND], ("许", "望舒")),
        *(_user(role, "network", [], name) for role, name in HEADQUARTERS.items()),
    ]
    made = [user for user in (*staff, *above) if user is not None]
    User.objects.bulk_create(made)
    return [user.username for user in made]


def _of_store(home: Store, role: str) -> User | None:
    person = Staff.objects.in_store(home.code).in_role(role).order_by("code").first()
    if person is None:
        return None
    user = _user(role, "store", [home.code], (person.name[:1], person.name[1:]))
    user.staff = person.code
    return user


def _user(persona: str, level: str, ids: list[str], name: tuple[str, str]) -> User:
    user = User(
        username=persona,
        persona=persona,
        role=persona,
        level=level,
        ids=ids,
        last_name=name[0],
        first_name=name[1],
    )
    user.set_unusable_password()
    return user
