"""Accounts: made by headquarters, with a level that fits the role and a password that the settings let pass."""

from typing import Any

import pytest

from forecourt.journal.models import Entry
from forecourt.platform.accounts import make_user
from forecourt.platform.accounts import set_password
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import User
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading

CLI = Actor.system("cli.user")
SECRET = "seven blue herons"
BOSS = {"name": "boss", "role": "network_ops", "password": SECRET}
ADVISER = {
    "name": "wang",
    "role": "adviser",
    "password": SECRET,
    "ids": ("sh-001",),
    "staff": "st-00007",
    "full_name": "王晓梅",
}


def entries() -> list[Entry]:
    with reading(NETWORK_SCOPE):
        return list(Entry.objects.filter(kind__startswith="platform.").order_by("id"))


def test_the_first_account_sees_the_network_and_signs_in(db: None, at: Any, client: Any):
    made = make_user(by=CLI, at=at, **BOSS)
    assert made == {"user": "boss", "role": "network_ops", "level": "network", "ids": []}
    assert client.login(username="boss", password=SECRET)
    actor = User.objects.get(username="boss").actor()
    assert (actor.code, actor.role, actor.scope) == ("boss", "network_ops", NETWORK_SCOPE)


def test_an_account_of_a_store_acts_as_its_member_of_staff(db: None, at: Any):
    make_user(by=CLI, at=at, **ADVISER)
    user = User.objects.get(username="wang")
    assert (user.last_name, user.first_name) == ("王", "晓梅")
    assert (user.actor().code, user.actor().store) == ("st-00007", "sh-001")


def test_the_journal_keeps_who_may_do_what_and_neither_password_nor_name(db: None, at: Any):
    make_user(by=CLI, at=at, **ADVISER)
    set_password(by=CLI, at=at, name="wang", password="nine grey herons")
    made, changed = entries()
    assert (made.kind, changed.kind) == ("platform.user_made", "platform.password_set")
    assert made.stream == changed.stream
    pk = User.objects.get(username="wang").pk
    assert made.data == {
        "user": pk, "role": "adviser", "level": "store", "ids": ["sh-001"], "staff": "st-00007",
    }  # fmt: skip
    assert "herons" not in str(made.data) + str(changed.data)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "short"}, "platform.password_weak"),
        ({"password": "password1234"}, "platform.password_weak"),
        ({"role": "customer"}, "platform.user_role"),
        ({"role": "system"}, "platform.user_role"),
        ({"role": "boss"}, "platform.user_role"),
        ({"level": "network"}, "platform.user_level"),
        ({"ids": ()}, "platform.user_ids"),
        ({"ids": ("sh-001} ",)}, "platform.user_ids"),
        ({"staff": ""}, "platform.user_staff"),
        ({"role": "carmaker", "ids": ("aito",)}, "platform.user_staff"),
        ({"role": "engineer", "staff": ""}, "platform.user_ids_needless"),
        ({"name": "王 晓梅"}, "platform.user_name"),
        ({"name": ""}, "platform.user_name"),
    ],
)
def test_what_makes_no_account(db: None, at: Any, change: dict[str, Any], code: str):
    with pytest.raises(Invalid) as refusal:
        make_user(by=CLI, at=at, **(ADVISER | change))
    assert refusal.value.code == code
    assert not User.objects.exists() and not entries()


def test_a_name_is_taken_once(db: None, at: Any):
    make_user(by=CLI, at=at, **BOSS)
    with pytest.raises(Refused) as refusal:
        make_user(by=CLI, at=at, **(BOSS | {"role": "engineer"}))
    assert refusal.value.code == "platform.user_taken"
    assert User.objects.get(username="boss").role == "network_ops"


def test_another_password_ends_the_old_one_and_its_sessions(db: None, at: Any, client: Any):
    make_user(by=CLI, at=at, **BOSS)
    assert client.login(username="boss", password=SECRET)
    set_password(by=CLI, at=at, name="boss", password="nine grey herons")
    assert client.get("/").status_code == 302
    assert not client.login(username="boss", password=SECRET)
    assert client.login(username="boss", password="nine grey herons")


def test_a_weak_password_leaves_the_old_one(db: None, at: Any, client: Any):
    make_user(by=CLI, at=at, **BOSS)
    with pytest.raises(Invalid):
        set_password(by=CLI, at=at, name="boss", password="short")
    assert client.login(username="boss", password=SECRET)


def test_nobody_has_no_password(db: None, at: Any):
    with pytest.raises(Missing, match="no account nobody|没有账号 nobody"):
        set_password(by=CLI, at=at, name="nobody", password=SECRET)


@pytest.mark.parametrize(
    "by",
    [
        Actor("st-00001", "store_manager", Scope("store", ("sh-001",))),
        Actor("hq-east", "network_ops", Scope("region", ("east",))),
    ],
    ids=["manager", "regional office"],
)
def test_who_does_not_see_the_network_makes_no_accounts(db: None, at: Any, by: Actor):
    with pytest.raises(Forbidden):
        make_user(by=by, at=at, **BOSS)


def test_network_operations_make_accounts_too(db: None, at: Any):
    make_user(by=Actor("boss", "network_ops", NETWORK_SCOPE), at=at, **(BOSS | {"name": "second"}))
    assert User.objects.filter(username="second").exists()


def test_a_key_would_keep_a_digest_of_the_password(db: None, at: Any):
    with pytest.raises(ValueError, match="without a key"):
        make_user(by=CLI, at=at, key="k-1", **BOSS)
