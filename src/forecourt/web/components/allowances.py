"""How long a step may take and usually takes, as a playbook writes it, in the language of the moment."""

from django.utils.translation import gettext as _

from forecourt.base.durations import ROUND_THE_CLOCK
from forecourt.base.durations import STORE_HOURS
from forecourt.base.durations import WORKING_DAYS
from forecourt.base.durations import Duration
from forecourt.base.durations import Effort
from forecourt.playbook.vocabulary import WORKSHOP_HOURS


def allowance(value: Duration | Effort | None) -> str:
    """`{{ step.within|allowance }}` -> 15 min of store hours, 3 working days, 4 to 9 min; nothing -> a dash."""
    if value is None:
        return "–"
    if isinstance(value, Effort):
        several = _("{low} to {high} min").format(low=value.low, high=value.high)
        return _("{n} min").format(n=value.low) if value.low == value.high else several
    if value.calendar == WORKING_DAYS and value.unit == "d":
        return _("{n} working days").format(n=value.amount) if value.amount > 1 else _("1 working day")
    length = {"min": _("{n} min"), "h": _("{n} h"), "d": _("{n} d")}[value.unit].format(n=value.amount)
    return length if value.calendar == ROUND_THE_CLOCK else _on(value.calendar).format(length=length)


def _on(calendar: str) -> str:
    known = {
        STORE_HOURS: _("{length} of store hours"),
        WORKSHOP_HOURS: _("{length} of workshop hours"),
        WORKING_DAYS: _("{length} of working days"),
    }
    return known.get(calendar, f"{{length}} · {calendar}")
