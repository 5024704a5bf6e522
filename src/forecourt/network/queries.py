"""Questions that other rooms ask of the network."""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic

from django.db import connection
from django.utils.translation import gettext as _

from forecourt.network.models import Franchise
from forecourt.network.models import Governance
from forecourt.network.models import Holding
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.network.models import Trim
from forecourt.network.models.named import holds_on
from forecourt.network.rules import CertificateFacts
from forecourt.network.rules import Mandate
from forecourt.network.rules import distance_km
from forecourt.network.rules import missing_certificates
from forecourt.network.rules import who_decides
from forecourt.platform.actor import Actor
from forecourt.platform.models import Place
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing

KEPT_SECONDS = 60
MOST_KEPT = 20_000
_kept: dict[tuple[str, Actor, date, str], tuple[float, frozenset[str]]] = {}


@dataclass(frozen=True, slots=True)
class Near:
    """A store and how far it is, in kilometres."""

    store: Store
    km: float


def store_of(code: str) -> Store:
    """The store. Raises Missing when there is none of that code, or it is not visible."""
    found = Store.objects.filter(code=code).first()
    if found is None:
        raise Missing(
            Blocked("network.store_unknown", _("There is no store {store}.").format(store=code), "store")
        )
    return found


def place_of(store: str, brand: str = "") -> Place:
    """The place of a row that is written in the store about a car of `brand`."""
    return store_of(store).place(brand)


def staff_of(code: str) -> Staff:
    """The member of staff. Raises Missing when there is none of that code, or they are not visible in this scope."""
    found = Staff.objects.filter(code=code).first()
    if found is None:
        text = _("There is no member of staff {staff} that you may see.")
        raise Missing(Blocked("network.staff_unknown", text.format(staff=code), "staff"))
    return found


def nearest(stores: Iterable[Store], lat: float, lon: float, limit: int = 4) -> list[Near]:
    """The stores nearest to a WGS84 point, nearest first; equally far ones by code."""
    found = [Near(store, distance_km(lat, lon, store.lat, store.lon)) for store in stores]
    return sorted(found, key=lambda near: (near.km, near.store.code))[:limit]


def certificates_of(staff: str, on: date, brand: str = "") -> frozenset[str]:
    """The certificates that somebody validly holds on the day; for `brand` where they are held by brand."""
    held = Holding.objects.valid_on(on).for_brand_of(brand).filter(staff=staff)
    return frozenset(held.values_list("certificate", flat=True))


def certificates_kept(actor: Actor, on: date, brand: str = "") -> frozenset[str]:
    """The certificates that the actor holds on the day, as they were found within the last minute.

    Asked with every step that is recorded. What is granted or revoked counts at once in the process that does it and within
    a minute elsewhere.
    """
    key = (str(connection.settings_dict["NAME"]), actor, on, brand)
    kept = _kept.get(key)
    if kept is None or monotonic() - kept[0] > KEPT_SECONDS:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        kept = _kept[key] = (monotonic(), certificates_of(actor.code, on, brand))
    return kept[1]


def forget() -> None:
    """Forget the certificates that are kept, because some were granted or revoked."""
    _kept.clear()


def missing_of(staff: str, needed: Sequence[str], on: date, brand: str = "") -> tuple[str, ...]:
    """Those of the needed certificates that somebody does not validly hold on the day."""
    rows = Holding.objects.filter(staff=staff, certificate__in=needed)
    held = (
        CertificateFacts(h.certificate_id, h.valid_from, h.valid_to, h.revoked_on, h.for_brand) for h in rows
    )
    return missing_certificates(needed, held, on, brand)


def able(store: str, role: str, on: date, certificates: Iterable[str] = (), brand: str = "") -> list[Staff]:
    """Who in the store works in the role on the day and holds all the certificates, by code."""
    return list(
        Staff.objects.in_store(store)
        .in_role(role)
        .working_on(on)
        .holding_all(certificates, on, brand)
        .order_by("code")
    )


def decides(function: str, on: date, *, brand: str = "", channel: str = "", region: str = "") -> str:
    """The party (network, carmaker, operator) that holds a function on the day; '' when nobody was given it."""
    rows = Governance.objects.about(function).in_force(on)
    found = who_decides(map(mandate, rows), function, brand=brand, channel=channel, region=region, on=on)
    return found.party if found else ""


def decides_for(store: Store, function: str, on: date, brand: str = "") -> str:
    """The party that holds a function in a store on the day."""
    return decides(
        function, on, brand=brand or store.brand_id or "", channel=store.channel, region=store.region_id
    )


def mandate(row: Governance) -> Mandate:
    """A governance row as the rule reads it."""
    return Mandate(row.function, row.party, row.valid_from, row.valid_to, row.brand, row.channel, row.region)


def brands_of(store: str, on: date, work: str = "sales") -> list[str]:
    """The brands for which a store may do the work on the day, by code."""
    rows = Franchise.objects.filter(holds_on(on), store=store, work=work)
    return sorted(set(rows.values_list("brand", flat=True)))


def trims_on(on: date, *, brand: str = "", model: str = "") -> list[Trim]:
    """The trims that may be quoted on the day, by code."""
    found = Trim.objects.offered_on(on).select_related("model")
    found = found.filter(model__brand=brand) if brand else found
    return list((found.filter(model=model) if model else found).order_by("code"))
