"""Small documents for the tests, and looking into what they left."""

import json
from pathlib import Path
from typing import Any

from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.models import Opportunity
from forecourt.journal.models import Entry
from forecourt.journeys.models import Journey
from forecourt.people.models import Person
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.scope import reading

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "methodology" / "samples" / "leads"
SHARED = ROOT.parent / "shared" / "data"
BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>
<adf><prospect><customer><contact><name>&lol2;</name></contact></customer></prospect></adf>"""


def lead(number: int = 1, **more: Any) -> bytes:
    """Forecourt JSON of one enquiry for an AITO M7 in Shanghai."""
    said = {
        "id": f"w-{number}", "source": "site", "name": "李伟", "phone": f"1380013{number:04d}", "vehicle": "问界M7", "city": "上海",
    }  # fmt: skip
    return json.dumps({name: value for name, value in (said | more).items() if value}).encode()


def table(count: int) -> bytes:
    """A CSV of so many enquiries."""
    rows = [f"T-{n},赵{n},1390013{n:04d},AITO,问界M8,上海" for n in range(count)]
    return "\n".join(["线索编号,姓名,手机号码,意向品牌,意向车型,城市", *rows]).encode()


def counted() -> dict[str, int]:
    """How many rows of each kind there are, seen from above."""
    with reading(NETWORK_SCOPE):
        return {
            model.__name__: model.objects.count() for model in (Document, Lead, Opportunity, Journey, Person)
        }


def kinds() -> list[str]:
    """Kinds of demand's entries in the order they were written."""
    with reading(NETWORK_SCOPE):
        rows = Entry.objects.filter(kind__startswith="demand.").order_by("recorded_at", "stream", "seq")
        return list(rows.values_list("kind", flat=True))


def one_lead(result: dict[str, Any]) -> Lead:
    with reading(NETWORK_SCOPE):
        return Lead.objects.get(id=result["leads"][0]["lead"])


def one_opportunity(result: dict[str, Any]) -> Opportunity:
    with reading(NETWORK_SCOPE):
        return Opportunity.objects.get(id=result["leads"][0]["opportunity"])
