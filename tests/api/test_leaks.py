"""Nobody sees what is another operator's: every page and every route, crawled by every role of one dealer group.

Secrets are the customers of the other group (names, numbers, mail addresses), their things (orders, journeys, cars, visits) and
its staff. Reference data that everybody reads (stores, brands, prices) is none.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from forecourt.api.schema import operations
from forecourt.api.site import openapi
from forecourt.base.calendars import SHANGHAI
from forecourt.care.models import Visit
from forecourt.platform.links import sign
from forecourt.platform.models import User
from forecourt.platform.scope import reading
from tests.api.world import SYSTEM
from tests.api.world import Customer
from tests.api.world import House
from tests.api.world import World
from tests.house.test_doors import OURS

ROLES = (
    "adviser",
    "delivery_specialist",
    "service_adviser",
    "technician",
    "store_manager",
    "operator_manager",
)
READS = [address for address, method, _ in operations(openapi()) if method == "get"]
WRITES = [address for address, method, _ in operations(openapi()) if method == "post"]
PAGES = [
    address for address, view in OURS if not address.startswith("api/") and "customer" not in view.access
]
OTHERS_MAY_SEE = ("sign-out/",)  # a crawl that signs itself out sees nothing more


def ids_of(house: House, kind: str) -> list[str]:
    """What could stand in an address: ids of the house. A journey of an order has the order's id in some rooms."""
    if kind == "uuid":
        names = ("order", "journey_owner", "journey_order", "visit", "repair_order")
        return [str(house.customers[0].id), *dict.fromkeys(house.ids[name] for name in names)]
    return [house.ids["vin"]]


def filled(address: str, house: House) -> Iterator[str]:
    """The address with one id of the house in place of its arguments; as it is when it has none."""
    arguments = re.findall(r"<[^>]+>|{[^}]+}", address)
    kinds = ["uuid" if "{" in one or "uuid" in one else "str" for one in arguments]
    for one in ids_of(house, "uuid") if "uuid" in kinds else [""]:
        asked = address
        for argument, kind in zip(arguments, kinds, strict=True):
            asked = asked.replace(argument, one if kind == "uuid" else ids_of(house, "str")[0], 1)
        yield asked


@pytest.fixture
def browser(world: World) -> Any:
    def sign_in(username: str) -> Client:
        client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
        user = User.objects.get(username=username)
        client.force_login(user)
        return client

    return sign_in


def told(client: Client, address: str) -> tuple[int, str]:
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body.decode("utf-8", "replace")


def crawl(client: Client, addresses: list[str], house: House, secrets: set[str]) -> list[str]:
    """What the addresses tell that they should not: a secret, or that a thing of the house is there.

    What was asked for may be repeated in a refusal.
    """
    found = []
    for address in addresses:
        for asked in filled(address, house):
            status, text = told(client, asked if asked.startswith("/") else f"/{asked}")
            found += [
                f"{asked} ({status}) tells {one}" for one in secrets if one in text and one not in asked
            ]
            if status >= 500 or (status == 200 and "uuid" in address):
                found.append(f"{asked} answers {status}")
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_page_tells_of_the_other_group(world: World, browser: Any, role: str) -> None:
    assert crawl(browser(role), PAGES, world.away, world.away.secrets) == []


@pytest.mark.parametrize("role", ROLES)
def test_no_route_tells_of_the_other_group(world: World, caller: Any, role: str) -> None:
    client = caller(role)
    assert crawl(client, READS, world.away, world.away.secrets) == []
    theirs = [asked for address in READS if "{" in address for asked in filled(address, world.away)]
    about_theirs = [asked for asked in theirs if told(client, asked)[0] == 200]
    assert about_theirs == []


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_theirs_can_be_written(world: World, caller: Any, role: str) -> None:
    """With a body that suits no route: who may not see a thing is not told what is wrong with the request for it, or is, but
    never that it was done."""
    client = caller(role)
    done = []
    for address in (one for one in WRITES if "{" in one):
        for asked in filled(address, world.away):
            answer = client.post(asked, {"reason": "curious"}, content_type="application/json")
            if answer.status_code not in (403, 404, 409, 422):
                done.append(f"{asked}: {answer.status_code}")
    assert done == []


def link_of(customer: Customer) -> Client:
    return Client(headers={"authorization": f"Link {sign(customer.id)}", "accept-language": "en"})


def test_a_customer_is_told_of_nobody_else(world: World) -> None:
    """Every route, asked with the link of one who bought for what is the other group's, and with the link of one who only
    asked for what is of another customer of the same store, who went the whole way.
    """
    owner, second = world.home.customers[:2]
    strange = link_of(owner)
    assert crawl(strange, READS, world.away, world.away.secrets | set(second.secrets)) == []
    theirs = [asked for address in READS if "{" in address for asked in filled(address, world.away)]
    assert [asked for asked in theirs if told(strange, asked)[0] == 200] == []
    things = {one for name, one in world.home.ids.items() if "waiting" not in name}
    near = link_of(second)
    assert crawl(near, READS, world.home, things | set(owner.secrets)) == []
    nearby = [asked for address in READS if "{" in address for asked in filled(address, world.home)]
    assert [asked for asked in nearby if told(near, asked)[0] == 200] == []


def test_nothing_of_others_can_be_written_by_a_customer(world: World) -> None:
    owner, second = world.home.customers[:2]
    done = []
    for customer, house in ((owner, world.away), (second, world.home)):
        client = link_of(customer)
        for asked in (one for address in WRITES if "{" in address for one in filled(address, house)):
            answer = client.post(asked, {"reason": "curious"}, content_type="application/json")
            if answer.status_code not in (403, 404, 409, 422):
                done.append(f"{asked}: {answer.status_code}")
    assert done == []


def test_a_customer_who_asks_for_a_store_learns_of_nobody(world: World) -> None:
    """What a store's people see of a day, of their colleagues and of their money."""
    owner, house = world.home.customers[0], world.home
    client = link_of(world.home.customers[1])
    with reading(SYSTEM.scope):
        days = {one.starts_at.astimezone(SHANGHAI).date() for one in Visit.objects.filter(store=house.store)}
    asked = [f"/api/v1/{what}?store={house.store}&on={day}" for day in days for what in ("visits", "visits/slots", "test-drives/slots", "handovers/slots")]  # fmt: skip
    asked += [f"/api/v1/{what}?store={house.store}" for what in ("staff", "handovers", "entries")]
    asked += [f"/api/v1/persons?phone={owner.phone[3:]}", f"/api/v1/persons?email={owner.email}"]
    asked += [f"/api/v1/orders?person={owner.id}", f"/api/v1/entries?person={owner.id}"]
    asked += [f"/api/v1/statements/{house.operator}/2026-03", f"/api/v1/staff/{house.crew['adviser'].code}"]
    secrets = {*owner.secrets, *(one for name, one in house.ids.items() if "waiting" not in name)}
    secrets |= {one.name for one in house.crew.values()}
    assert days and crawl(client, asked, house, secrets) == []
    for what in ("postings", "statements", "staff"):
        status, text = told(client, f"/api/v1/{what}")
        assert status == 403 or text in ("[]", '{"items": [], "next_cursor": ""}'), what


def test_a_customer_is_told_of_themselves(world: World) -> None:
    """The same crawl finds what is their own, so that finding nothing means something."""
    owner, found = world.home.customers[0], set()
    client = link_of(owner)
    for address in READS:
        for asked in filled(address, world.home):
            found |= {one for one in world.home.secrets if one in told(client, asked)[1] and one not in asked}
    assert {str(owner.id), world.home.ids["order"], world.home.ids["vin"]} <= found


def test_the_crawl_finds_what_is_there(world: World, browser: Any) -> None:
    """The same search at home finds plenty, so that finding nothing means something."""
    client, secrets, found = browser("store_manager"), world.home.secrets, set()
    for address in PAGES:
        for asked in filled(address, world.home):
            _, text = told(client, f"/{asked}")
            found |= {one for one in secrets if one in text and one not in asked}
    assert {world.home.customers[0].name, world.home.ids["order"], world.home.ids["vin"]} <= found


def test_a_carmaker_sees_no_order_of_another_brand(world: World, browser: Any, caller: Any) -> None:
    facts = {"role": "carmaker", "level": "brand", "ids": ["luxeed"], "language": "en"}
    User.objects.get_or_create(username="other-carmaker", defaults=facts)
    secrets = {
        one
        for house in (world.home, world.away)
        for one in (*house.ids.values(), *house.customers[0].secrets)
    }
    client = caller("other-carmaker")
    assert crawl(client, [address for address in READS if "{" not in address], world.away, secrets) == []
    pages = browser("other-carmaker")
    plain = [address for address in PAGES if "<" not in address]
    assert crawl(pages, plain, world.away, secrets) == []


def test_headquarters_sees_no_name_and_no_number(world: World, browser: Any) -> None:
    secrets = {
        one
        for house in (world.home, world.away)
        for customer in house.customers
        for one in customer.secrets[:4]
    }
    client = browser("network_ops")
    plain = [address for address in PAGES if "<" not in address]
    assert crawl(client, plain, world.away, secrets) == []
