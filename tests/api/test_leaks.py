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
from forecourt.platform.models import User
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
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
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
