"""How long a visit holds a bay. Maintenance takes 45 minutes or is free; anything else takes what its items take."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from forecourt.care.menu import Item

MAINTENANCE = timedelta(minutes=45)
LONGEST = timedelta(hours=8)
QUARTER = timedelta(minutes=15)


def length_of(items: Iterable[Item]) -> timedelta:
    """The time a bay is held: 45 minutes for maintenance and for a look, else the labour hours in full quarters."""
    work = [item for item in items if item.kind != "maintenance"]
    hours = sum((item.labour_hours for item in work), Decimal(0))
    quarters = -(-timedelta(hours=float(hours)) // QUARTER)
    return min(max(MAINTENANCE, quarters * QUARTER), LONGEST)
