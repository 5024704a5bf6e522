"""A handover appointment as a calendar file that the customer's phone understands."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from forecourt.delivery.models import CALLED_OFF
from forecourt.delivery.models import Appointment
from forecourt.exchange import icalendar
from forecourt.exchange.icalendar import Attendee
from forecourt.network.models import Store

DOMAIN = "forecourt.invalid"


def invitation(row: Appointment, at: datetime, name: str) -> bytes:
    """The calendar file of an appointment, with the store's name; a cancellation when it was called off."""
    store = Store.objects.get(code=row.store)
    network = getattr(settings, "FORECOURT_NETWORK_NAME", "") or "Forecourt"
    said = icalendar.Appointment(
        id=str(row.id), kind="handover", starts_at=row.starts_at, ends_at=row.ends_at, stamped_at=at,
        summary=_("Handover of your car"), location=_("{store}, handover bay {bay}").format(store=store.name, bay=row.bay),
        description=_("Bring your identity card. The handover takes an hour."),
        organizer=Attendee(network, f"handover@{DOMAIN}"), attendee=Attendee(name, f"customer@{DOMAIN}"),
        sequence=row.sequence, zone=store.time_zone,
    )  # fmt: skip
    return icalendar.cancel(said) if row.state == CALLED_OFF else icalendar.request(said)
