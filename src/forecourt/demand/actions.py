"""The room's writes, as other rooms' roof and the tests call them."""

from forecourt.demand.documents import open_document
from forecourt.demand.intake import go_on
from forecourt.demand.intake import intake
from forecourt.demand.intake import take_in
from forecourt.demand.opportunities import reassign
from forecourt.demand.opportunities import route
from forecourt.demand.walkin import take_walk_in

__all__ = ["go_on", "intake", "open_document", "reassign", "route", "take_in", "take_walk_in"]
