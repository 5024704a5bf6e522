"""Many at the same moment: one person, one opportunity, one answer."""

from collections.abc import Callable
from typing import Any

from forecourt.demand.actions import intake
from forecourt.demand.models import AdviserLoad
from forecourt.demand.models import Opportunity
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.scope import reading
from tests.demand.documents import counted
from tests.demand.documents import lead
from tests.demand.documents import table


def test_fifty_leads_of_one_phone_are_one_person_and_one_opportunity(
    busy_trade: Any, ops: Any, at: Any, in_threads: Callable[..., list[Any]]
):
    said = in_threads(50, lambda n: intake(by=ops, at=at, raw=lead(1, id=f"web-{n}", comment=str(n))))
    outcomes = sorted(one["leads"][0]["outcome"] for one in said)
    assert outcomes == ["accepted"] + ["joined"] * 49
    assert len({one["leads"][0]["opportunity"] for one in said}) == 1
    assert counted() == {"Document": 50, "Lead": 50, "Opportunity": 1, "Journey": 1, "Person": 1}


def test_one_key_fifty_times_is_one_lead(
    busy_trade: Any, ops: Any, at: Any, in_threads: Callable[..., list[Any]]
):
    said = in_threads(50, lambda n: intake(by=ops, at=at, key="same", raw=lead(1)))
    assert all(one == said[0] for one in said)
    assert counted() == {"Document": 1, "Lead": 1, "Opportunity": 1, "Journey": 1, "Person": 1}


def test_the_same_bytes_fifty_times_without_a_key_are_one_document(
    busy_trade: Any, ops: Any, at: Any, in_threads: Callable[..., list[Any]]
):
    said = in_threads(50, lambda n: intake(by=ops, at=at, raw=lead(1)))
    assert sum(not one["repeated"] for one in said) == 1
    assert counted() == {"Document": 1, "Lead": 1, "Opportunity": 1, "Journey": 1, "Person": 1}


def test_fifty_people_at_once_are_spread_and_counted(
    busy_trade: Any, ops: Any, at: Any, in_threads: Callable[..., list[Any]]
):
    in_threads(50, lambda n: intake(by=ops, at=at, raw=lead(n)))
    assert counted()["Opportunity"] == 50
    with reading(NETWORK_SCOPE):
        loads = dict(AdviserLoad.objects.filter(open__gt=0).values_list("staff", "open"))
        owned: dict[str, int] = {}
        for owner in Opportunity.objects.values_list("owner", flat=True):
            owned[owner] = owned.get(owner, 0) + 1
    assert loads == owned and max(loads.values()) <= 12


def test_tables_with_the_same_people_in_another_order_do_not_fail(
    busy_trade: Any, ops: Any, at: Any, in_threads: Callable[..., list[Any]]
):
    """Their locks cross; the database breaks the knot and the loser tries again."""
    head, *rows = table(40).decode().splitlines()

    def send(number: int) -> Any:
        turned = rows if number % 2 else rows[::-1]
        renamed = [row.replace("T-", f"T{number}-") for row in turned]
        return intake(by=ops, at=at, raw="\n".join([head, *renamed]).encode())

    assert {one["taken"] for one in in_threads(6, send)} == {40}
    assert counted() == {"Document": 6, "Lead": 240, "Opportunity": 40, "Journey": 40, "Person": 40}
