"""The customers of the demo: invented names (Faker) and numbers of ranges that look real and belong to nobody we know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from faker import Faker

CHANNELS = (("app", 0.34), ("website", 0.2), ("car platform", 0.26), ("mall stand", 0.12), ("hotline", 0.08))
PREFIXES = ("134", "135", "136", "137", "138", "139", "150", "151", "158", "159", "182", "186", "187", "188")
COMMENTS = (
    "想预约周末试驾",
    "想了解金融方案",
    "家里有老人孩子，关注二排空间",
    "对比了几款，关注续航",
    "置换，想了解评估",
)


@dataclass(frozen=True, slots=True)
class Customer:
    """An invented person: what they would write into a form."""

    name: str
    phone: str
    city: str


class Crowd:
    """Draws customers and the documents by which they enquire."""

    def __init__(
        self, rng: Random, cities: Sequence[tuple[str, str, float]], models: Sequence[tuple[str, str, float]]
    ) -> None:
        """`cities` are (code, Chinese name, weight), `models` are (code, Chinese name, weight)."""
        self.rng = rng
        self.faker = Faker("zh_CN")
        self.faker.seed_instance(rng.random())
        self.cities, self.models = cities, models
        self.known: list[Customer] = []
        self._count = 0

    def customer(self, returning: float) -> Customer:
        """Somebody new or, in a share of cases, somebody who enquired before."""
        if self.known and self.rng.random() < returning:
            return self.rng.choice(self.known)
        _code, city, _weight = self.rng.choices(self.cities, [one[2] for one in self.cities])[0]
        self._count += 1
        phone = f"{self.rng.choice(PREFIXES)}{self._count * 7919 % 100_000_000:08d}"
        made = Customer(self.faker.name(), phone, city)
        self.known.append(made)
        return made

    def model(self, wanted: str = "") -> tuple[str, str]:
        """Code and name of the model wished."""
        known = {code: name for code, name, _weight in self.models}
        if wanted in known:
            return wanted, known[wanted]
        code, name, _weight = self.rng.choices(self.models, [one[2] for one in self.models])[0]
        return code, name

    def document(
        self, customer: Customer, model: str, at: datetime, masked: bool, store: str
    ) -> dict[str, Any]:
        """The enquiry as the house's own lead JSON."""
        channel = self.rng.choices([name for name, _ in CHANNELS], [share for _, share in CHANNELS])[0]
        phone = f"{customer.phone[:3]}****{customer.phone[-4:]}" if masked else customer.phone
        self._count += 1
        addressed = {"store": store} if store else {}
        return addressed | {
            "id": f"demo-{self._count:06d}", "source": f"demo {channel}", "channel": channel,
            "requested_at": at.isoformat(timespec="seconds"), "person": {"name": customer.name},
            "contacts": [{"kind": "phone", "value": phone}], "vehicle": {"text": model, "model": model},
            "city": customer.city, "comment": self.rng.choice(COMMENTS),
            "consents": [{"purpose": "contact", "channel": "phone", "given": True, "text": "privacy-2026-09"}],
        }  # fmt: skip
