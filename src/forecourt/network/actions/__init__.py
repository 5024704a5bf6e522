"""The only writes about the network, by business noun."""

from forecourt.network.actions.governance import assign_function
from forecourt.network.actions.people import certify_staff
from forecourt.network.actions.people import close_leavers
from forecourt.network.actions.people import end_employment
from forecourt.network.actions.people import hire_staff
from forecourt.network.actions.people import revoke_certificate
from forecourt.network.actions.samples import load_sample
from forecourt.network.actions.stores import close_store
from forecourt.network.actions.stores import open_store
from forecourt.network.actions.stores import set_special_day

__all__ = [
    "assign_function",
    "certify_staff",
    "close_leavers",
    "close_store",
    "end_employment",
    "hire_staff",
    "load_sample",
    "open_store",
    "revoke_certificate",
    "set_special_day",
]
