"""The page that reads the description: it works without any other host."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db
LOADED = re.compile(r"""(?:src|href)\s*=\s*["']([^"']+)["']""")


@pytest.fixture
def html(client: Client) -> str:
    answer = client.get("/api/v1/docs")
    assert answer.status_code == 200
    return answer.content.decode()


def test_no_other_host_is_named(html: str) -> None:
    hosts = set(re.findall(r"(?:https?:)?//([\w.-]+\.[a-z]{2,})", html))
    assert not hosts, f"The page loads or links from {hosts}."


def test_what_it_loads_is_served(html: str, client: Client) -> None:
    found = [address for address in LOADED.findall(html) if not address.startswith(("data:", "#"))]
    scripts = [address for address in found if address.endswith(".js")]
    assert scripts, "a page without a script shows nothing"
    for address in found:
        assert address.startswith("/"), address
        assert finders.find(address.removeprefix("/static/")), f"{address} is in no package"
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(b"".join(answer.streaming_content) if answer.streaming else answer.content) > 100, address


def test_it_reads_our_description(html: str, client: Client) -> None:
    assert "/api/v1/openapi.json" in html
    assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")
