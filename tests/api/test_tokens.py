"""Tokens: shown once, kept as a digest, ended by time or by hand, made by oneself or by whoever runs the installation."""

from datetime import timedelta

import pytest
from django.test import Client

from forecourt.api import tokens
from forecourt.journal.models import Entry
from forecourt.platform.models import ApiToken
from forecourt.platform.models import User
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Missing
from forecourt.platform.scope import reading
from tests.api.conftest import stop_clocks
from tests.api.world import SYSTEM

ME = "/api/v1/tokens"


@pytest.fixture(autouse=True)
def now(network_of_three, at, monkeypatch):
    stop_clocks(monkeypatch, at)
    return at


def ask(secret: str):
    return Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/stores")


def test_a_token_acts_as_its_user_until_it_expires(at, monkeypatch, token_of) -> None:
    secret = tokens.new_secret()
    made = {"user": "engineer", "name": "tests", "digest": tokens.digest_of(secret)}
    tokens.make_token(by=SYSTEM, at=at, expires_at=at + timedelta(hours=1), **made)
    assert ask(secret).status_code == 200
    stop_clocks(monkeypatch, at + timedelta(hours=1))
    assert ask(secret).status_code == 401


def test_only_the_digest_is_kept(token_of, at) -> None:
    secret = token_of("engineer", at)
    row = ApiToken.objects.get()
    assert secret not in {str(value) for value in vars(row).values()}
    assert row.digest == tokens.digest_of(secret)
    with reading(SYSTEM.scope):
        entry = Entry.objects.get(kind="api.token_made")
    assert secret not in str(entry.data) and row.digest not in str(entry.data)
    assert entry.data["role"] == "engineer"


def test_an_engineer_makes_and_revokes_their_own(caller) -> None:
    engineer = caller("engineer")
    made = engineer.post(ME, {"name": "export"}, content_type="application/json")
    assert made.status_code == 201, made.content
    secret, number = made.json()["secret"], made.json()["token"]
    assert ask(secret).status_code == 200
    listed = engineer.get(ME)
    assert [one["name"] for one in listed.json()] == ["export", "tests"]
    assert secret not in listed.content.decode()
    assert engineer.post(f"{ME}/{number}/revoke").status_code == 200
    assert ask(secret).status_code == 401
    assert engineer.post(f"{ME}/{number}/revoke").status_code == 404


def test_nobody_makes_a_token_of_another(adviser, at) -> None:
    engineer = User.objects.get(username="engineer").actor()
    facts = {"name": "x", "digest": "0" * 64}
    with pytest.raises(Forbidden, match="is made by store_manager"):
        tokens.make_token(by=engineer, at=at, user="store_manager", **facts)
    with pytest.raises(Forbidden):
        tokens.make_token(by=adviser, at=at, user="adviser", **facts)
    with pytest.raises(Missing):
        tokens.make_token(by=SYSTEM, at=at, user="nobody", **facts)


def test_no_token_of_another_is_revoked(token_of, at) -> None:
    token_of("store_manager", at)
    engineer = User.objects.get(username="engineer").actor()
    with pytest.raises(Missing):
        tokens.revoke_token(by=engineer, at=at, token=ApiToken.objects.get().pk)
    assert ApiToken.objects.exists()


@pytest.mark.parametrize("wrong", [{"name": " "}, {"name": "x" * 81}, {"expires_at": "past"}])
def test_a_token_has_a_name_and_a_future(at, wrong) -> None:
    facts = {"user": "engineer", "name": "x", "digest": "0" * 64} | wrong
    if "expires_at" in facts:
        facts["expires_at"] = at
    with pytest.raises(Invalid):
        tokens.make_token(by=SYSTEM, at=at, **facts)


def test_the_token_of_somebody_who_left_opens_nothing(token_of, at) -> None:
    secret = token_of("adviser", at)
    User.objects.filter(username="adviser").update(is_active=False)
    assert ask(secret).status_code == 401
