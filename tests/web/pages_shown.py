"""The addresses of pages that tests look at, by role, in the town of `town.py`."""

from collections.abc import Callable
from uuid import UUID

from forecourt.care.models import RepairOrder
from forecourt.care.models import Visit
from forecourt.platform.scope import reading
from forecourt.voice.models import Survey
from tests.web.town import SYSTEM
from tests.web.town import Town


def staff_pages(town: Town) -> dict[str, dict[str, str]]:
    """Role to pages: name to address."""
    owner, waiting, reserved, late = (town.persons[key] for key in ("owner", "waiting", "reserved", "late"))
    with reading(SYSTEM.scope):
        visit = Visit.objects.filter(state="booked").get().id
        repair = RepairOrder.objects.get().id
    return {
        "adviser": {
            "today": "/today/", "customers": "/customers/", "nobody": "/customers/?q=13900000000", "owner": f"/customers/{owner}/",
            "waiting": f"/customers/{waiting}/", "reserved": f"/customers/{reserved}/", "late": f"/customers/{late}/",
        },
        "store_manager": {
            "store": f"/stores/{town.store}/", "late": "/late/", "workshop": "/workshop/", "feedback": "/feedback/",
        },
        "service_adviser": {"workshop": "/workshop/", "visit": f"/workshop/visits/{visit}/", "repair": f"/repair-orders/{repair}/"},
        "operator_manager": {"my-stores": "/my-stores/", "store": f"/stores/{town.store}/", "statements": "/statements/"},
        "carmaker": {"my-brand": "/my-brand/"},
        "network_ops": {
            "network": "/network/", "today": "/network/?days=1", "east": "/network/?brand=aito&region=east&days=90",
            "customer": f"/customers/{owner}/",
        },
    }  # fmt: skip


def own_pages(town: Town, sign: Callable[[UUID], str]) -> dict[str, str]:
    """The customers' own pages: name to address."""
    links = {key: f"/c/{sign(person)}/" for key, person in town.persons.items()}
    with reading(SYSTEM.scope):
        visit = Visit.objects.filter(state="booked").get().id
        survey = Survey.objects.filter(sent_at__isnull=False).first()
    surveys = {"survey": f"{links['owner']}survey/{survey.id}/"} if survey else {}
    return {
        **links, **surveys, "service": f"{links['owner']}service/", "move": f"{links['owner']}service/{visit}/",
        "drive": f"{links['choosing']}test-drive/{town.runs['choosing']}/", "expired": "/c/nonsense/",
    }  # fmt: skip
