"""No page under Measures needs more than 25 queries, whoever looks; each is asked for once before, so that what a process keeps is kept."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forecourt.insight import trials
from forecourt.insight.actions import try_draft
from tests.insight.test_drafts import DRAFT
from tests.insight.test_drafts import SINCE
from tests.insight.test_drafts import UNTIL
from tests.web.conftest import NOW
from tests.web.town import SYSTEM
from tests.web.town import Town

BUDGET = 25


def pages(town: Town, role: str) -> list[str]:
    found = [
        reverse("insight:overview"),
        reverse("insight:playbook", args=["retail"]),
        reverse("insight:standard", args=["retail", "answer_in_time"]),
        reverse("insight:cases", args=["retail"])
        + "?standard=answer_in_time&met=1&week=2026-03-09&person=st-00068",
        reverse("insight:replayed", args=[town.runs["owner"]]),
    ]
    if role != "network_ops":
        return found
    asked = try_draft(by=SYSTEM, at=NOW, text=DRAFT, since=SINCE, until=UNTIL)["trial"]
    trials.run(asked, NOW)
    return [
        *found,
        *(
            reverse("insight:" + name, args=args)
            for name, args in (("drafts", []), ("trial", [asked]), ("trial-cases", [asked]))
        ),
    ]


@pytest.mark.parametrize("role", ["store_manager", "operator_manager", "carmaker", "network_ops"])
def test_pages_keep_the_budget(town: Town, visit: Any, role: str) -> None:
    counts = {}
    for address in pages(town, role):
        assert visit(role, address).status_code == 200, address
        with CaptureQueriesContext(connection) as queries:
            visit.client.get(address)
        counts[address] = len(queries)
    assert {address: count for address, count in counts.items() if count > BUDGET} == {}
    assert min(counts.values()) > 3, "something was asked"
