"""The routes: from a journey to a locked order by HTTP, refusals as problems, webhooks signed and heard once."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from forecourt.platform.scope import reading
from forecourt.sales import paying
from forecourt.sales.models import Order
from forecourt.sales.models import Payment
from forecourt.sales.payments import provider
from tests.sales.shop import SYSTEM
from tests.sales.shop import TRIM
from tests.sales.shop import enquiry

API = "/api/v1"


@pytest.fixture
def client(shop, browser_of):
    return browser_of(shop.adviser)


@pytest.fixture
def run(shop, at):
    return enquiry(shop, at)


def post(client, address, body=None, **headers):
    return client.post(
        f"{API}{address}", json.dumps(body or {}), content_type="application/json", headers=headers
    )


def test_from_a_journey_to_a_locked_order(client, run, shop):
    placed = post(client, "/orders", {"journey": run, "trim": TRIM, "options": ["assist-full"]})
    assert placed.status_code == 201, placed.content
    order = placed.json()
    assert (order["state"], order["price"], order["city"]) == ("reserved", "489800.00", shop.city)
    assert (
        order["payments"][0] | {"amount": "1000.00", "state": "paid", "sandbox": True} == order["payments"][0]
    )
    firm = post(client, f"/orders/{order['id']}/confirm", {"method": "card"})
    assert firm.json()["state"] == "firm", firm.content
    locked = post(client, f"/orders/{order['id']}/lock", {"understood": True})
    assert locked.json()["state"] == "locked", locked.content
    assert client.get(f"{API}/orders/{order['id']}").json()["locked_at"]
    assert [one["id"] for one in client.get(f"{API}/orders?state=locked").json()["items"]] == [order["id"]]


def test_the_same_key_gives_the_same_order(client, run):
    body = {"journey": run, "trim": TRIM}
    first = post(client, "/orders", body, **{"Idempotency-Key": "k-1"})
    second = post(client, "/orders", body, **{"Idempotency-Key": "k-1"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]


def test_a_refusal_is_a_problem(client, run):
    answer = post(client, "/orders", {"journey": run, "trim": "no-such-trim"})
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert answer.json()["code"] == "sales.price_not_listed"
    assert answer.json()["errors"][0]["pointer"] == "/trim"


def test_an_exception_to_the_rule_names_its_approver(client, run):
    order = post(client, "/orders", {"journey": run, "trim": TRIM}).json()["id"]
    post(client, f"/orders/{order}/confirm", {"method": "card"})
    answer = post(client, f"/orders/{order}/cancel", {"reason": "other", "refund": "full"})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["approver"] == "store_manager"
    assert post(client, f"/orders/{order}/refund-approval", {"reason": "delay"}).status_code == 403
    done = post(client, f"/orders/{order}/cancel", {"reason": "other"})
    assert done.json()["state"] == "cancelled"


def test_the_configuration_is_changed_by_route(client, run):
    order = post(client, "/orders", {"journey": run, "trim": TRIM}).json()["id"]
    changed = post(client, f"/orders/{order}/configuration", {"trim": TRIM, "options": ["wheels-21"]})
    assert changed.json()["price"] == "477800.00"


def test_quotes_prices_and_slots(client, run, shop):
    quote = post(client, "/quotes", {"journey": run, "trim": TRIM})
    assert (quote.status_code, quote.json()["total"]) == (201, "469800.00")
    prices = client.get(f"{API}/prices?on=2026-03-10&brand=aito").json()
    assert TRIM in {row["trim"] for row in prices["prices"]}
    assert {"assist-full", "paint-pearl"} <= {row["code"] for row in prices["options"]}
    slots = client.get(f"{API}/test-drives/slots?store={shop.store}&on=2026-03-11").json()
    assert len(slots) == 28
    body = {"journey": run, "car": slots[0]["car"], "starts_at": slots[0]["starts_at"]}
    assert post(client, "/test-drives", body).status_code == 201
    left = client.get(f"{API}/test-drives/slots?store={shop.store}&on=2026-03-11").json()
    assert len(left) == 27


def test_a_strangers_order_is_not_there(client, run, browser_of, shop):
    order = post(client, "/orders", {"journey": run, "trim": TRIM}).json()["id"]
    stranger = browser_of(shop.stranger)
    assert stranger.get(f"{API}/orders/{order}").status_code == 404
    assert stranger.get(f"{API}/orders").json()["items"] == []
    for act, body in (("confirm", {}), ("lock", {"understood": True}), ("cancel", {}), ("payments", {})):
        assert post(stranger, f"/orders/{order}/{act}", body).status_code == 404, act
    assert post(stranger, "/orders", {"journey": run, "trim": TRIM}).status_code == 404


@pytest.fixture
def pending(client, run, shop, at):
    """An order whose firm deposit hangs; gives it and the provider's message."""
    order = post(client, "/orders", {"journey": run, "trim": TRIM}).json()["id"]
    paid = post(client, f"/orders/{order}/payments", {"method": "card-later"})
    assert (paid.status_code, paid.json()["state"]) == (201, "pending")
    with reading(SYSTEM.scope):
        [(headers, body)] = provider().settle(at + timedelta(minutes=1))
    return order, headers, body


def tell(headers, body):
    return Client().post(f"{API}/payments/webhook", body, content_type="application/json", headers=headers)


def test_a_signed_webhook_makes_the_order_firm_once(pending):
    order, headers, body = pending
    for _ in range(3):
        answer = tell(headers, body)
        assert (answer.status_code, answer.json()["state"]) == (200, "paid")
    with reading(SYSTEM.scope):
        assert Order.objects.get(id=order).state == "firm"
        assert Payment.objects.filter(order=order, state="paid").count() == 2


def test_a_forged_webhook_is_refused(pending):
    order, headers, body = pending
    signature = headers["Sandbox-Signature"]
    for forged in (
        {},
        {"Sandbox-Signature": "t=1,v1=00"},
        {"Sandbox-Signature": signature[:-1] + "0g"[signature[-1] == "0"]},
    ):
        answer = tell(forged, body)
        assert answer.status_code == 422
        assert answer.json()["code"] in ("sales.webhook_signature", "sales.webhook_stale")
    assert tell(headers, b"\xff\xfe").status_code == 422
    with reading(SYSTEM.scope):
        assert Order.objects.get(id=order).state == "reserved"


def test_a_webhook_about_nothing_is_missing(shop, now):
    from decimal import Decimal

    from forecourt.sales.payments import Charge
    from forecourt.sales.payments import ChargeState

    headers, body = provider().message(Charge("sbx_none", Decimal("1.00"), ChargeState.SUCCEEDED), now)
    assert tell(headers, body).status_code == 404


def test_signed_out_nothing_is_told(shop, now):
    for address in ("/orders", "/prices", f"/test-drives/slots?store={shop.store}&on=2026-03-11"):
        assert Client().get(API + address).status_code == 401
    assert Client().get(f"{API}/payments/webhook").json() == {"provider": "sandbox", "sandbox": True}
    assert paying.provider().name == "sandbox"
