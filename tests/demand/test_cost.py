"""What a lead costs: a committed number of statements, so that nobody makes it dearer unseen."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from forecourt.demand.actions import intake
from tests.demand.documents import lead

# The two around it are this test's savepoint.
NEW_PERSON = 25
KNOWN_PERSON = 19


def _statements(**facts: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        intake(**facts)
    return len(seen)


def test_a_lead_costs_no_more_statements_than_it_did(trade: None, ops: Any, at: Any):
    for number in range(30):
        intake(by=ops, at=at, key=f"warm-{number}", raw=lead(number))
    new = _statements(by=ops, at=at, key="new", raw=lead(100))
    known = _statements(by=ops, at=at, key="known", raw=lead(100, id="again"))
    assert (new <= NEW_PERSON, known <= KNOWN_PERSON) == (True, True), (new, known)
