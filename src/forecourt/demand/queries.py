"""What pages and routes read: leads, documents, opportunities, in the scope of whoever asks."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forecourt.demand.models import AdviserLoad
from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.models import Opportunity
from forecourt.platform.models import as_id
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing


def leads(*, outcome: str = "", source: str = "", brand: str = "", store: str = "") -> QuerySet[Lead]:
    """Leads that the asker sees, narrowed by what is given."""
    wanted = {"outcome": outcome, "source": source, "brand": brand, "store": store}
    return Lead.objects.filter(**{name: value for name, value in wanted.items() if value})


def lead_of(lead: UUID | str) -> Lead:
    """One lead. Raises Missing when it is not there or out of sight."""
    found = Lead.objects.filter(id=as_id(lead)).first()
    if found is None:
        raise Missing(
            Blocked("demand.lead_unknown", _("There is no lead {id} that you may see.").format(id=lead))
        )
    return found


def document_of(document: UUID | str) -> Document:
    """One document without its bytes. Raises Missing when it is not there or out of sight."""
    found = Document.objects.defer("content").filter(id=as_id(document)).first()
    if found is None:
        text = _("There is no document {id} that you may see.").format(id=document)
        raise Missing(Blocked("demand.document_unknown", text))
    return found


def documents() -> QuerySet[Document]:
    """Documents without their bytes."""
    return Document.objects.defer("content")


def opportunities(
    *, state: str = "", owner: str = "", brand: str = "", person: UUID | None = None
) -> QuerySet[Opportunity]:
    """Opportunities that the asker sees, narrowed by what is given."""
    wanted = {"state": state, "owner": owner, "brand": brand, "person_id": person}
    return Opportunity.objects.filter(**{name: value for name, value in wanted.items() if value})


def opportunity_of(opportunity: UUID | str) -> Opportunity:
    """One opportunity. Raises Missing when it is not there or out of sight."""
    found = Opportunity.objects.filter(id=as_id(opportunity)).first()
    if found is None:
        text = _("There is no opportunity {id} that you may see.").format(id=opportunity)
        raise Missing(Blocked("demand.opportunity_unknown", text))
    return found


def loads_of(store: str) -> list[tuple[str, int, datetime | None]]:
    """(staff code, open opportunities, last assigned) of a store's advisers, least loaded first."""
    rows = AdviserLoad.objects.filter(store=store).order_by("open", "last_assigned_at", "staff")
    return list(rows.values_list("staff", "open", "last_assigned_at"))
