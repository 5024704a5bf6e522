"""Routes of the network: stores, brands, models, staff of one's own stores, certificates."""

from datetime import date
from typing import Any
from typing import Literal

from django.http import HttpRequest
from ninja import Field
from ninja import Query
from ninja import Router
from ninja import Schema
from ninja import Status

from forecourt.base.calendars import SHANGHAI
from forecourt.network.actions import certify_staff
from forecourt.network.actions import hire_staff
from forecourt.network.actions import open_store
from forecourt.network.models import Brand
from forecourt.network.models import Holding
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.network.models import VehicleModel
from forecourt.network.queries import staff_of
from forecourt.network.queries import store_of
from forecourt.network.queries import trims_on
from forecourt.platform.paging import page_of

router = Router(tags=["network"])
CODE = r"^([a-z0-9]+(-[a-z0-9]+)*)?$"


class StoreOut(Schema):
    """A store as a list shows it. Position in WGS84 degrees."""

    code: str
    name_zh: str
    name_en: str
    format: str
    grade: str
    channel: str
    operator: str
    region: str
    city: str
    brand: str
    lat: float
    lon: float
    datum: str
    opened_on: date
    closed_on: date | None


class HoursOut(Schema):
    """Opening hours of a weekday; 1 is Monday."""

    calendar: str
    weekday: int
    opens: str
    closes: str


class FranchiseOut(Schema):
    """What a store may do for a brand, from when until (exclusive) when."""

    brand: str
    work: str
    valid_from: date
    valid_to: date | None


class StoreDetail(StoreOut):
    """A store with its bays, hours and what it may do."""

    display_bays: int
    delivery_bays: int
    service_bays: int
    test_cars: int
    hours: list[HoursOut]
    franchises: list[FranchiseOut]


class StorePage(Schema):
    items: list[StoreOut]
    next_cursor: str


class BrandOut(Schema):
    code: str
    name_zh: str
    name_en: str
    carmaker: str
    joined_on: date


class TrimOut(Schema):
    code: str
    name_zh: str
    name_en: str
    model_year: int
    powertrain: str
    seats: int | None


class ModelOut(Schema):
    """A model with the trims offered on the day asked for."""

    code: str
    brand: str
    name_zh: str
    name_en: str
    status: str
    trims: list[TrimOut]


class HoldingOut(Schema):
    holding: str
    certificate: str
    for_brand: str
    valid_from: date
    valid_to: date
    revoked_on: date | None


class StaffOut(Schema):
    """A member of staff of a store that you see."""

    code: str
    name: str
    role: str
    store: str
    joined_on: date
    left_on: date | None


class StaffDetail(StaffOut):
    certificates: list[HoldingOut]


class StaffPage(Schema):
    items: list[StaffOut]
    next_cursor: str


class StoreIn(Schema):
    """A store to be opened. Formats and grades stand in the methodology's `network.yaml`; they decide bays, hours, work."""

    city: str = Field(max_length=64, description="Code of a city of the network, such as `sh`.")
    format: str = Field(
        max_length=32, description="Such as `experience_centre`, `user_centre`, `exclusive_centre`."
    )
    grade: str = Field("C", max_length=1, description="Decides the bays.")
    operator: str = Field(
        max_length=64, description="Code of the dealer group; `op-000` is the network itself."
    )
    brands: list[str] = Field(
        min_length=1, max_length=50, description="Codes; an exclusive format has exactly one."
    )
    name_zh: str = Field(min_length=1, max_length=80)
    name_en: str = Field(min_length=1, max_length=80)
    lat: float = Field(
        ge=-90, le=90, description="WGS84 degrees, not those of a Chinese map (GCJ-02, BD-09)."
    )
    lon: float = Field(ge=-180, le=180, description="WGS84 degrees.")
    opened_on: date = Field(description="First day of business.")
    code: str = Field(
        "", max_length=64, pattern=CODE, description="The next number of the city when left out."
    )


class OpenedOut(Schema):
    store: str


class StaffIn(Schema):
    """Somebody to be taken on. They are given steps once they hold the certificates of their role."""

    store: str = Field(max_length=64, description="Code of a store of your own.")
    name: str = Field(min_length=1, max_length=60)
    role: Literal["adviser", "delivery_specialist", "service_adviser", "technician", "store_manager"]
    joined_on: date
    code: str = Field("", max_length=32, pattern=CODE, description="The next number when left out.")


class HiredOut(Schema):
    staff: str


class CertificateIn(Schema):
    """A certificate to be given; `for_brand` only where it is held for each brand."""

    certificate: str
    valid_from: date
    for_brand: str = ""
    examiner: str = ""


class CertifiedOut(Schema):
    holding: str
    valid_to: date


@router.get("/stores", response=StorePage, summary="Stores, by code")
def stores(
    request: HttpRequest,
    brand: str = "",
    work: str = "sales",
    city: str = "",
    operator: str = "",
    cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    """Stores in business today; with `brand` those that may do `work` (sales, delivery, service) for it."""
    on = _today(request)
    found = Store.objects.doing(work, brand, on) if brand else Store.objects.open_on(on)
    found = found.filter(city=city) if city else found
    found = found.of_operator(operator) if operator else found
    page = page_of(found, order="code", cursor=cursor, limit=limit)
    return {"items": [_store(store) for store in page.items], "next_cursor": page.next_cursor}


@router.post("/stores", response={201: OpenedOut}, summary="Open a store")
def open_one(request: HttpRequest, payload: StoreIn) -> Status[dict[str, Any]]:
    """Network operations open stores: with bays and hours of its format, and the right to work for its brands from the first day."""
    made = open_store(by=request.actor, at=request.at, key=request.key, **payload.dict())  # type: ignore[attr-defined]
    return Status(201, made)


@router.get("/stores/{code}", response=StoreDetail, summary="One store")
def store(request: HttpRequest, code: str) -> dict[str, Any]:
    found = store_of(code)
    hours = [
        {
            "calendar": row.calendar,
            "weekday": row.weekday,
            "opens": f"{row.opens:%H:%M}",
            "closes": f"{row.closes:%H:%M}",
        }
        for row in found.hours.order_by("calendar", "weekday", "opens")
    ]
    franchises = [
        {"brand": row.brand_id, "work": row.work, "valid_from": row.valid_from, "valid_to": row.valid_to}
        for row in found.franchises.order_by("brand", "work", "valid_from")
    ]
    bays = {
        name: getattr(found, name) for name in ("display_bays", "delivery_bays", "service_bays", "test_cars")
    }
    return _store(found) | bays | {"hours": hours, "franchises": franchises}


@router.get("/brands", response=list[BrandOut], summary="Brands of the network")
def brands(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "carmaker": row.carmaker_id,
            "joined_on": row.joined_on,
        }
        for row in Brand.objects.order_by("code")
    ]


@router.get("/models", response=list[ModelOut], summary="Models and the trims offered on a day")
def models(request: HttpRequest, brand: str = "", on: date | None = None) -> list[dict[str, Any]]:
    """`on` is today when left out."""
    trims: dict[str, list[Any]] = {}
    for trim in trims_on(on or _today(request), brand=brand):
        trims.setdefault(trim.model_id, []).append(trim)
    found = VehicleModel.objects.filter(brand=brand) if brand else VehicleModel.objects.all()
    return [
        {
            "code": row.code,
            "brand": row.brand_id,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "status": row.status,
            "trims": trims.get(row.code, []),
        }
        for row in found.order_by("code")
    ]


@router.get("/staff", response=StaffPage, summary="Staff of the stores you see")
def staff(
    request: HttpRequest,
    store: str = "",
    role: str = "",
    cursor: str = "",
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    found = Staff.objects.working_on(_today(request))
    found = found.in_store(store) if store else found
    page = page_of(found.in_role(role) if role else found, order="code", cursor=cursor, limit=limit)
    return {"items": page.items, "next_cursor": page.next_cursor}


@router.post("/staff", response={201: HiredOut}, summary="Take on a member of staff")
def hire(request: HttpRequest, payload: StaffIn) -> Status[dict[str, Any]]:
    """Managers and dealer groups hire for their own stores, network operations for all."""
    made = hire_staff(by=request.actor, at=request.at, key=request.key, **payload.dict())  # type: ignore[attr-defined]
    return Status(201, made)


@router.get("/staff/{code}", response=StaffDetail, summary="One member of staff and their certificates")
def one_of_staff(request: HttpRequest, code: str) -> dict[str, Any]:
    person = staff_of(code)
    names = ("code", "name", "role", "store", "joined_on", "left_on")
    held = Holding.objects.filter(staff=code).order_by("certificate", "for_brand", "valid_from")
    return {name: getattr(person, name) for name in names} | {"certificates": [_holding(one) for one in held]}


@router.post("/staff/{code}/certificates", response={201: CertifiedOut}, summary="Certify a member of staff")
def certify(request: HttpRequest, code: str, payload: CertificateIn) -> Status[dict[str, Any]]:
    made = certify_staff(by=request.actor, at=request.at, key=request.key, staff=code, **payload.dict())  # type: ignore[attr-defined]
    return Status(201, made)


def _today(request: HttpRequest) -> date:
    return request.at.astimezone(SHANGHAI).date()  # type: ignore[attr-defined,no-any-return]


def _store(store: Store) -> dict[str, Any]:
    plain = (
        "code",
        "name_zh",
        "name_en",
        "format",
        "grade",
        "channel",
        "lat",
        "lon",
        "datum",
        "opened_on",
        "closed_on",
    )
    codes = {
        "operator": store.operator_id,
        "region": store.region_id,
        "city": store.city_id,
        "brand": store.brand_id or "",
    }
    return {name: getattr(store, name) for name in plain} | codes


def _holding(held: Holding) -> dict[str, Any]:
    names = ("for_brand", "valid_from", "valid_to", "revoked_on")
    return {name: getattr(held, name) for name in names} | {
        "holding": str(held.id),
        "certificate": held.certificate_id,
    }
