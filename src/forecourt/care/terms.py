"""Terms of the workshop: how long a visit holds a bay, how far ahead one may book, what the warranty covers."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from forecourt.care.menu import Item

MAINTENANCE = timedelta(minutes=45)
LONGEST = timedelta(hours=8)
QUARTER = timedelta(minutes=15)
FURTHEST = timedelta(days=60)
GRACE = timedelta(hours=2)  # a booked car that is not here this long after its time was missed

# Four years or 100,000 km, whichever comes first (sample value; the carmaker's booklet decides).
WARRANTY_YEARS = 4
WARRANTY_KM = 100_000
COVERED = frozenset({"repair", "campaign"})


def length_of(items: Iterable[Item]) -> timedelta:
    """The time a bay is held: 45 minutes for maintenance and for a look, else the labour hours in full quarters."""
    work = [item for item in items if item.kind != "maintenance"]
    hours = sum((item.labour_hours for item in work), Decimal(0))
    quarters = -(-timedelta(hours=float(hours)) // QUARTER)
    return min(max(MAINTENANCE, quarters * QUARTER), LONGEST)
