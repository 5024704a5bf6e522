"""Names for codes: staff, stores, brands, models, trims, looked up together so that a page asks once for each kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field

from django.utils.translation import gettext as _

from forecourt.network.models import Brand
from forecourt.network.models import Staff
from forecourt.network.models import Store
from forecourt.network.models import Trim
from forecourt.network.models import VehicleModel
from forecourt.web.context import role_name

OWN_PAGE = "system:customer"


@dataclass(slots=True)
class Names:
    """What codes are called for one reader. A code out of the reader's sight keeps its code, or its role for a person."""

    staff: dict[str, str] = field(default_factory=dict)
    stores: dict[str, str] = field(default_factory=dict)
    brands: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    trims: dict[str, str] = field(default_factory=dict)

    def store(self, code: str) -> str:
        return self.stores.get(code, code)

    def brand(self, code: str) -> str:
        return self.brands.get(code, code)

    def model(self, code: str) -> str:
        return self.models.get(code, code)

    def trim(self, code: str) -> str:
        return self.trims.get(code, code)

    def person(self, code: str, role: str = "") -> str:
        """The name of whoever acted; a role where the name is not for this reader."""
        if code.startswith("person:") or code == OWN_PAGE:
            return _("the customer")
        if code.startswith("system:") or role == "system":
            return _("the system")
        return self.staff.get(code) or (role_name(role) if role else code)


def names_of(
    *,
    staff: Iterable[str] = (),
    stores: Iterable[str] = (),
    brands: Iterable[str] = (),
    models: Iterable[str] = (),
    trims: Iterable[str] = (),
) -> Names:
    """The names of these codes; one query for each kind that is asked for."""
    found = Names()
    if wanted := _wanted(staff):
        found.staff = dict(Staff.objects.filter(code__in=wanted).values_list("code", "name"))
    found.stores = _named(Store, stores)
    found.brands = _named(Brand, brands)
    found.models = _named(VehicleModel, models)
    if wanted := _wanted(trims):
        rows = Trim.objects.filter(code__in=wanted).select_related("model")
        found.trims = {row.code: row.title for row in rows}
    return found


def _wanted(codes: Iterable[str]) -> set[str]:
    return {code for code in codes if code and ":" not in code}


def _named(model: type[Store] | type[Brand] | type[VehicleModel], codes: Iterable[str]) -> dict[str, str]:
    wanted = _wanted(codes)
    return {code: row.name for code, row in model.objects.in_bulk(wanted).items()} if wanted else {}
