"""Who acts on the demo's stage: the members of staff that a real store would send, one after another."""

from collections import Counter
from datetime import date

from forecourt.network.models import Holding
from forecourt.network.models import Staff
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.roles import ROLES

CERTIFICATES = {
    "adviser": ("reception", "brand-product", "test-drive"),
    "delivery_specialist": ("delivery", "pdi", "brand-product"),
    "service_adviser": ("service-reception",),
    "technician": ("ev-technician", "high-voltage"),
    "store_manager": (),
}


class Cast:
    """Every member of staff by store and role, with what they are certified for."""

    def __init__(self, on: date) -> None:
        self._held: dict[str, set[tuple[str, str]]] = {}
        for staff, certificate, brand in Holding.objects.valid_on(on).values_list(
            "staff", "certificate", "for_brand"
        ):
            self._held.setdefault(staff, set()).add((certificate, brand))
        self._by_role: dict[tuple[str, str], list[Actor]] = {}
        self._all: dict[str, Actor] = {}
        self._turns: Counter[tuple[str, str]] = Counter()
        for person in Staff.objects.working_on(on).filter(role__in=ROLES).order_by("code"):
            actor = Actor(person.code, person.role, Scope("store", (person.store,)), person.name)
            self._all[person.code] = actor
            self._by_role.setdefault((person.store, person.role), []).append(actor)

    def of(self, code: str) -> Actor | None:
        """The member of staff of a code."""
        return self._all.get(code)

    def able(self, actor: Actor, brand: str = "") -> bool:
        """Whether they hold what the steps of their role ask for, where it matters for this brand."""
        held = self._held.get(actor.code, set())
        return all({(one, ""), (one, brand)} & held for one in CERTIFICATES.get(actor.role, ()))

    def next(self, store: str, role: str, *, brand: str = "", but: str = "") -> Actor | None:
        """The one whose turn it is in a store, never `but`; None where nobody can."""
        crew = [
            actor
            for actor in self._by_role.get((store, role), [])
            if actor.code != but and self.able(actor, brand)
        ]
        if not crew:
            return None
        self._turns[store, role] += 1
        return crew[self._turns[store, role] % len(crew)]
