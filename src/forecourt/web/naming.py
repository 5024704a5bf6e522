"""Names for codes: staff, stores, brands, models, trims, looked up together so that a page asks once for each kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field

from django.db import connection
from django.utils.translation import gettext as _

from forecourt.network.models.named import in_language
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


_NAMES = """
    SELECT 'staff', code, name, name FROM network_staff WHERE code = ANY(%(staff)s)
    UNION ALL SELECT 'stores', code, name_zh, name_en FROM network_store WHERE code = ANY(%(stores)s)
    UNION ALL SELECT 'brands', code, name_zh, name_en FROM network_brand WHERE code = ANY(%(brands)s)
    UNION ALL SELECT 'models', code, name_zh, name_en FROM network_vehiclemodel WHERE code = ANY(%(models)s)
    UNION ALL SELECT 'trims', t.code, concat_ws(' ', m.name_zh, t.model_year, t.name_zh),
        concat_ws(' ', m.name_en, t.model_year, t.name_en)
    FROM network_trim t JOIN network_vehiclemodel m ON m.code = t.model_id WHERE t.code = ANY(%(trims)s)
"""


def names_of(
    *,
    staff: Iterable[str] = (),
    stores: Iterable[str] = (),
    brands: Iterable[str] = (),
    models: Iterable[str] = (),
    trims: Iterable[str] = (),
) -> Names:
    """The names of these codes in the reader's language: one query, whatever is asked for."""
    asked = {"staff": staff, "stores": stores, "brands": brands, "models": models, "trims": trims}
    wanted = {kind: _wanted(codes) for kind, codes in asked.items()}
    found = Names()
    if any(wanted.values()):
        with connection.cursor() as cursor:
            cursor.execute(_NAMES, wanted)
            for kind, code, chinese, english in cursor.fetchall():
                getattr(found, kind)[code] = in_language(chinese, english)
    return found


def _wanted(codes: Iterable[str]) -> list[str]:
    return sorted({code for code in codes if code and ":" not in code})
