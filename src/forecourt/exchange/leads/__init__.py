"""Leads from outside: `read_leads(data)` gives a `Read` with its enquiries and reports, or an `Unreadable`."""

from forecourt.exchange.leads.reading import read_leads
from forecourt.exchange.leads.records import Activity
from forecourt.exchange.leads.records import Address
from forecourt.exchange.leads.records import Budget
from forecourt.exchange.leads.records import Consent
from forecourt.exchange.leads.records import ContactPoint
from forecourt.exchange.leads.records import ExternalId
from forecourt.exchange.leads.records import FieldReport
from forecourt.exchange.leads.records import LeadDocument
from forecourt.exchange.leads.records import Limits
from forecourt.exchange.leads.records import Outcome
from forecourt.exchange.leads.records import Read
from forecourt.exchange.leads.records import Timeframe
from forecourt.exchange.leads.records import Unreadable
from forecourt.exchange.leads.records import VehicleWish
from forecourt.exchange.leads.records import Vendor
from forecourt.exchange.leads.records import WishedOption
from forecourt.exchange.names import PersonName

__all__ = [
    "Activity",
    "Address",
    "Budget",
    "Consent",
    "ContactPoint",
    "ExternalId",
    "FieldReport",
    "LeadDocument",
    "Limits",
    "Outcome",
    "PersonName",
    "Read",
    "Timeframe",
    "Unreadable",
    "VehicleWish",
    "Vendor",
    "WishedOption",
    "read_leads",
]
