"""The same request again, one after another or fifty at once, over the real web server: one effect, one answer."""

import json

import pytest

from forecourt.journal.models import Entry
from forecourt.network.models import Store
from forecourt.people import actions as people
from forecourt.people.models import Consent
from forecourt.platform.actions import Doing
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from tests.api.calling import post
from tests.api.world import SYSTEM

MANY = 50
CONSENT = {"purpose": "news", "channel": "store", "text_version": "2026.1"}


@pytest.fixture
def person(busy_network, at):
    """Somebody whom the adviser's store knows."""
    with reading(SYSTEM.scope):
        store = Store.objects.get(code=User.objects.get(username="adviser").ids[0])
        do = Doing(SYSTEM, at, "tests", scope=SYSTEM.scope)
        found = people.join(do, name="林悦", contacts=[people.Contact("phone", "+8613800138000")])
        people.relate(do, person=found.person, place=store.place("aito"))
        do.finish()
    return found.person


def test_one_key_fifty_times_at_once(server, person, token_of, at, in_threads) -> None:
    secret = token_of("adviser", at)
    address = f"/persons/{person}/consents"
    answers = in_threads(MANY, lambda _: post(server, secret, address, CONSENT, '"one-key"'))
    assert len(set(answers)) == 1, set(answers)
    assert answers[0][0] == 201
    with reading(SYSTEM.scope):
        assert [str(one.id) for one in Consent.objects.all()] == [json.loads(answers[0][1])["consent"]]
        assert Entry.objects.filter(kind="people.consent_given").count() == 1


@pytest.fixture
def ask(world, caller):
    """`ask("adviser", "consents", body, key)` gives status and answer."""
    address = f"/api/v1/persons/{world.home.customers[0].id}"
    clients = {name: caller(name) for name in ("adviser", "store_manager")}

    def send(who: str, what: str, body: dict, key: str) -> tuple[int, dict]:
        answer = clients[who].post(
            f"{address}/{what}", body, content_type="application/json", headers={"idempotency-key": key}
        )
        return answer.status_code, answer.json()

    return send


def test_a_key_belongs_to_one_request_of_one_caller(ask) -> None:
    first = ask("adviser", "consents", CONSENT, "k-1")
    assert first[0] == 201
    assert ask("adviser", "consents", CONSENT, '"k-1"') == first
    for what, body in (("consents", CONSENT | {"purpose": "x"}), ("consents/withdraw", {"purpose": "news"})):
        status, problem = ask("adviser", what, body, "k-1")
        assert (status, problem["code"]) == (422, "platform.key_reused")
    theirs = ask("store_manager", "consents", CONSENT, "k-1")
    assert theirs[0] == 201 and theirs != first


def test_a_refused_request_does_not_use_its_key_up(ask) -> None:
    assert ask("adviser", "consents", {"purpose": ""}, "k-2")[0] == 422
    assert ask("adviser", "consents", CONSENT, "k-2")[0] == 201


def test_a_key_that_no_header_may_hold_is_refused(ask) -> None:
    status, problem = ask("adviser", "consents", CONSENT, "k" * 201)
    assert (status, problem["code"]) == (422, "api.http_422")
