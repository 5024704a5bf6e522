"""Decisions of the network as pure functions of facts: distance, validity, who decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import asin
from math import cos
from math import radians
from math import sin
from math import sqrt

EARTH_RADIUS_KM = 6371.0088
PARTIES = ("network", "carmaker", "operator")
FUNCTIONS = (
    "price",
    "stock",
    "invoice",
    "staffing",
    "lead_ownership",
    "marketing",
    "delivery",
    "after_sales",
    "data",
)


def distance_km(from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> float:
    """Great-circle distance in kilometres between two WGS84 points in degrees (haversine, mean earth radius)."""
    d_lat, d_lon = radians(to_lat - from_lat), radians(to_lon - from_lon)
    a = sin(d_lat / 2) ** 2 + cos(radians(from_lat)) * cos(radians(to_lat)) * sin(d_lon / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(a)))


def holds(on: date, valid_from: date | None, valid_to: date | None) -> bool:
    """Whether a dated row holds on the day: begun, and not yet at its (exclusive) end."""
    return valid_from is not None and valid_from <= on and (valid_to is None or on < valid_to)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A certificate as it is held: what a rule needs to know of it."""

    certificate: str
    valid_from: date
    valid_to: date
    revoked_on: date | None = None
    for_brand: str = ""


def certificate_valid(held: CertificateFacts, on: date, brand: str = "") -> bool:
    """Whether the certificate covers the day and the brand; a revoked one ends on the day it was revoked."""
    covers_brand = not held.for_brand or not brand or held.for_brand == brand
    revoked = held.revoked_on is not None and held.revoked_on <= on
    return covers_brand and not revoked and holds(on, held.valid_from, held.valid_to)


def missing_certificates(
    needed: Iterable[str], held: Iterable[CertificateFacts], on: date, brand: str = ""
) -> tuple[str, ...]:
    """The certificates that are needed and not validly held on the day, in the order they are asked for."""
    valid = {one.certificate for one in held if certificate_valid(one, on, brand)}
    return tuple(code for code in needed if code not in valid)


@dataclass(frozen=True, slots=True)
class Mandate:
    """A party holds a function between two dates; an empty brand, channel or region means any."""

    function: str
    party: str
    valid_from: date
    valid_to: date | None = None
    brand: str = ""
    channel: str = ""
    region: str = ""

    def covers(self, brand: str, channel: str, region: str, on: date) -> bool:
        """Whether it speaks of this brand, channel and region on this day."""
        pairs = ((self.brand, brand), (self.channel, channel), (self.region, region))
        return holds(on, self.valid_from, self.valid_to) and all(
            mine in ("", theirs) for mine, theirs in pairs
        )

    @property
    def rank(self) -> tuple[bool, bool, bool, date]:
        """Named brand beats named channel beats named region beats any; of equals the later one holds."""
        return bool(self.brand), bool(self.channel), bool(self.region), self.valid_from


def who_decides(
    mandates: Iterable[Mandate], function: str, *, brand: str, channel: str, region: str, on: date
) -> Mandate | None:
    """The mandate that holds for a function on a day, or None when nobody was ever given it."""
    found = [one for one in mandates if one.function == function and one.covers(brand, channel, region, on)]
    return max(found, key=lambda one: one.rank, default=None)
