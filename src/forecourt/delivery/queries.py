"""Questions asked of deliveries: what is to be handed over, a sheet item by item, a day's bays and hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from forecourt.base.calendars import SHANGHAI
from forecourt.base.slots import cut
from forecourt.delivery import checklists
from forecourt.delivery import slots as cutting
from forecourt.delivery.appointing import free_slots
from forecourt.delivery.checklists import Item
from forecourt.delivery.checklists import Lack
from forecourt.delivery.files import items_of
from forecourt.delivery.models import BOOKED
from forecourt.delivery.models import Appointment
from forecourt.delivery.models import DeliveryFile
from forecourt.delivery.models import Ownership
from forecourt.delivery.models import Sheet
from forecourt.delivery.models import SheetMark
from forecourt.delivery.reading import checklist
from forecourt.delivery.reading import handover_length
from forecourt.network.calendars import store_calendar
from forecourt.network.models import Store
from forecourt.network.models import Trim
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of a sheet with what was last recorded for it and what is wrong with that."""

    item: Item
    mark: SheetMark | None
    lack: Lack | None

    @property
    def done(self) -> bool:
        return self.mark is not None and self.lack is None


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as people work through it. `sheet` is None while nothing is recorded."""

    file: DeliveryFile
    code: str
    sheet: Sheet | None
    lines: Sequence[ItemLine]

    @property
    def done(self) -> int:
        return sum(line.done for line in self.lines)

    @property
    def left(self) -> int:
        """How many items still keep the sheet from being closed."""
        return sum(line.lack is not None for line in self.lines)

    @property
    def closed(self) -> bool:
        return self.sheet is not None and self.sheet.done_at is not None


def sheet_view(file: DeliveryFile, code: str) -> SheetView:
    """The sheet of a checklist for the file's car, item by item."""
    sheet = Sheet.objects.filter(order=file.order, vin=file.vin, checklist=code).first() if file.vin else None
    items = items_of(sheet) if sheet else checklist(code).for_car(_powertrain(file))
    marks = list(sheet.marks.order_by("id")) if sheet else []
    last = {mark.code: mark for mark in marks}
    standing = checklists.standing(mark.as_mark() for mark in marks)
    lines = [
        ItemLine(
            item,
            last[item.code] if item.code in standing else None,
            checklists.lack_of(item, standing.get(item.code)),
        )
        for item in items
    ]
    return SheetView(file, code, sheet, lines)


def _powertrain(file: DeliveryFile) -> str:
    return Trim.objects.filter(code=file.trim).values_list("powertrain", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class Work:
    """A car to hand over and how far it is."""

    file: DeliveryFile
    appointment: Appointment | None

    @property
    def prepared(self) -> bool:
        return self.file.prepared_at is not None


def to_do(store: str = "", limit: int = 100) -> list[Work]:
    """Cars allocated and not handed over, those that came first on top; of one store or of all in sight."""
    rows = DeliveryFile.objects.to_hand_over().order_by("allocated_at", "order")
    files = list((rows.filter(store=store) if store else rows)[:limit])
    booked = {
        row.order: row
        for row in Appointment.objects.filter(state=BOOKED, order__in=[file.order for file in files])
    }
    return [Work(file, booked.get(file.order)) for file in files]


@dataclass(frozen=True, slots=True)
class Cell:
    """One bay in one slot: an appointment, or free when the store could take another handover then."""

    starts_at: datetime
    bay: int
    appointment: Appointment | None
    free: bool
    starts_here: bool


@dataclass(frozen=True, slots=True)
class DayBoard:
    """Bays against the hours of a day, in the store of that code and name."""

    store: str
    name: str
    on: date
    times: Sequence[datetime]
    rows: Sequence[tuple[int, Sequence[Cell]]]
    appointments: Sequence[Appointment]


def day_board(store: str, on: date, at: datetime, brand: str = "", *, moving: UUID | None = None) -> DayBoard:
    """The board of a store's day. Raises Missing for an unknown store."""
    found = Store.objects.filter(code=store).first()
    if found is None:
        raise Missing(Blocked("delivery.no_store", _("There is no store {store}.").format(store=store)))
    times = cut(store_calendar(store).spans(on), handover_length())
    booked = appointments(store, on)
    free = {slot.starts_at: slot for slot in free_slots(store, brand, on, at, without=moving)}
    rows = [
        (bay, [_cell(start, end, bay, booked, free) for start, end in times])
        for bay in range(1, found.delivery_bays + 1)
    ]
    return DayBoard(store, found.name, on, [start for start, _end in times], rows, booked)


def _cell(
    start: datetime,
    end: datetime,
    bay: int,
    booked: Sequence[Appointment],
    free: dict[datetime, cutting.Slot],
) -> Cell:
    taken = next(
        (row for row in booked if row.bay == bay and row.starts_at < end and start < row.ends_at), None
    )
    slot = free.get(start)
    begins = taken is not None and start <= taken.starts_at < end
    return Cell(start, bay, taken, taken is None and slot is not None and bool(slot.specialists), begins)


def appointments(store: str, on: date) -> list[Appointment]:
    """The handovers of a local date, by time and bay."""
    start_at = datetime(on.year, on.month, on.day, tzinfo=SHANGHAI)
    rows = Appointment.objects.standing().filter(store=store).between(start_at, start_at + timedelta(days=1))
    return sorted(rows, key=lambda row: (row.starts_at, row.bay))


def appointment_of(order: UUID | str) -> Appointment | None:
    """The appointment that stands for an order, or the last one that was kept."""
    rows = Appointment.objects.standing().filter(order=order)
    return min(rows, key=lambda row: row.state != BOOKED, default=None)


def owner_of(vin: str, on_at: datetime | None = None) -> Ownership | None:
    """Who owns a car now, or owned it at a moment."""
    rows = Ownership.objects.filter(vin=vin)
    if on_at is None:
        return rows.filter(until_at=None).first()
    return rows.filter(since_at__lte=on_at).exclude(until_at__lte=on_at).order_by("-since_at").first()


def cars_of(person: UUID) -> list[Ownership]:
    """The cars a person owns, the newest first."""
    return list(Ownership.objects.filter(person_id=person, until_at=None).order_by("-since_at"))
