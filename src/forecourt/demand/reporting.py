"""What is said of a document and its leads: a small result for the sender, and sentences for pages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

from django.utils.translation import gettext as _

from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.models import Opportunity
from forecourt.exchange.leads import FieldReport
from forecourt.exchange.leads import Outcome
from forecourt.exchange.leads import Unreadable
from forecourt.exchange.leads.records import count_outcomes

if TYPE_CHECKING:
    from forecourt.demand.taking import Taken

Result = dict[str, Any]
MOST_LEADS_SHOWN = 200


def refusal(read: Unreadable) -> Result:
    """A refused document or entry as it is kept; the sentences are made when somebody reads it."""
    return {
        "code": read.code, "facts": dict(read.facts), "line": read.line, "column": read.column, "position": read.position,
    }  # fmt: skip


def refusal_shown(kept: Result) -> Result:
    """A kept refusal with its sentence and hint in the reader's language."""
    read = Unreadable(kept["code"], kept["facts"], kept["line"], kept["column"], kept["position"])
    return {
        "code": read.code, "message": read.sentence(_), "line": read.line, "column": read.column,
        "position": read.position, "hint": read.advice(_),
    }  # fmt: skip


def field_reports(lead: Lead) -> list[FieldReport]:
    """What became of each field of a lead."""
    return [
        FieldReport(path, raw, Outcome(outcome), code, facts, line)
        for path, raw, outcome, code, facts, line in lead.report
    ]


def summary(document: Document, taken: "Sequence[Taken] | None", *, repeated: bool) -> Result:
    """What became of a document. `taken` are its leads just taken; for a repeated one they are looked up."""
    leads = _looked_up(document) if taken is None else [_of(one) for one in taken]
    report = document.report
    return {
        "document": str(document.id), "status": document.status, "format": document.format, "repeated": repeated,
        "total": document.total, "taken": document.taken, "outcomes": report["outcomes"], "fields": report["fields"],
        "leads": leads, "refused": [refusal_shown(one) for one in report["refused"]],
        "refused_count": report["refused_count"],
    }  # fmt: skip


def _of(taken: "Taken") -> Result:
    return lead_summary(taken.lead, taken.opportunity, taken.known, taken.outcome, taken.counts)


def _looked_up(document: Document) -> list[Result]:
    rows = list(Lead.objects.filter(document=document).order_by("id")[:MOST_LEADS_SHOWN])
    wanted = [row.opportunity for row in rows if row.opportunity]
    found = {one.id: one for one in Opportunity.objects.filter(id__in=wanted)}
    return [
        lead_summary(
            row, found.get(row.opportunity), None, row.outcome, count_outcomes(tuple(field_reports(row)))
        )
        for row in rows
    ]


def lead_summary(
    lead: Lead, opportunity: Opportunity | None, known: bool | None, outcome: str, counts: dict[str, int]
) -> Result:
    """What became of one lead. `place` says whose it is and is taken out before anybody is told."""
    return {
        "position": lead.position, "outcome": outcome, "lead": str(lead.id), "reason": lead.reason,
        "known": lead.outcome == "joined" if known is None else known,
        "brand": lead.brand, "model": lead.model, "near": lead.routing.get("near", ""),
        "opportunity": str(opportunity.id) if opportunity else None,
        "journey": str(opportunity.journey) if opportunity and opportunity.journey else None,
        "store": lead.store, "owner": opportunity.owner if opportunity else "",
        "reasons": lead.routing.get("reasons"), "next": lead.routing.get("next", []), "report": counts,
        "place": lead.place().columns(),
    }  # fmt: skip
