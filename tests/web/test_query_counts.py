"""How many queries each page of the site needs: a committed baseline, and a budget that no page may pass.

After a change that is meant: FORECOURT_WRITE_QUERY_COUNTS=1 pytest tests/web/test_query_counts.py
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forecourt.network import calendars
from forecourt.platform import links
from tests.web.pages_shown import own_pages
from tests.web.pages_shown import staff_pages
from tests.web.town import Town

BASELINE = Path(__file__).with_name("query_counts.json")
BUDGET = 25
WRITE = os.environ.get("FORECOURT_WRITE_QUERY_COUNTS") == "1"


def counted(town: Town, client: Client) -> dict[str, int]:
    """Queries of every page; each is asked for once before, so that what a process keeps is kept."""
    found: dict[str, int] = {}
    for role, addresses in staff_pages(town).items():
        client.force_login(town.user(role))
        found |= {f"{role} {name}": _count(client, address) for name, address in addresses.items()}
    client.logout()
    own = own_pages(town, links.sign)
    return found | {f"customer {name}": _count(client, address) for name, address in own.items()}


def _count(client: Client, address: str) -> int:
    assert client.get(address).status_code in (200, 410), address
    calendars.forget()
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


@pytest.fixture
def counts(town: Town, client: Client) -> dict[str, int]:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return counted(town, client)


def test_no_page_needs_more_queries_than_before(counts: dict[str, int]) -> None:
    if WRITE:
        BASELINE.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", "utf-8")
        pytest.skip("the baseline was written")
    before = json.loads(BASELINE.read_text("utf-8"))
    changed = {page: (before.get(page), count) for page, count in counts.items() if count != before.get(page)}
    gone = set(before) - set(counts)
    assert not changed and not gone, (
        f"Queries (before, now): {changed}; pages gone: {gone}. If it is meant: FORECOURT_WRITE_QUERY_COUNTS=1 pytest {__file__}"
    )


def test_every_page_keeps_the_budget(counts: dict[str, int]) -> None:
    over = {page: count for page, count in counts.items() if count > BUDGET}
    assert not over, f"More than {BUDGET} queries: {over}"
