"""The addresses of pages that tests look at, by role, in the town of `town.py`."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from forecourt.care.models import RepairOrder
from forecourt.care.models import Visit
from forecourt.journeys.models import Journey
from forecourt.journeys.models import PlaybookVersion
from forecourt.platform.scope import reading
from forecourt.settlement.models import Posting
from forecourt.supply.models import QueuePlace
from forecourt.voice.models import Survey
from tests.web.town import SYSTEM
from tests.web.town import Town


def staff_pages(town: Town) -> dict[str, dict[str, str]]:
    """Role to pages: name to address."""
    owner, waiting, reserved, late = (town.persons[key] for key in ("owner", "waiting", "reserved", "late"))
    with reading(SYSTEM.scope):
        visit = Visit.objects.filter(state="booked").get().id
        repair = RepairOrder.objects.get().id
        place = QueuePlace.objects.get(order=town.orders["waiting"])
        posting = Posting.objects.of_party("operator", town.place.operator).order_by("id")[0]
        version = PlaybookVersion.objects.get(playbook="retail").version
        service = Journey.objects.get(subject_type="repair_order").id
    line = urlencode({name: getattr(place, name) for name in ("model", "configuration", "city")})
    party, month, choosing = posting.party, f"{posting.month:%Y-%m}", town.runs["choosing"]
    return {
        "adviser": {
            "leads": "/leads/", "walk-in": reverse("demand:walk-in"), "orders": reverse("sales:orders"),
            "order": reverse("sales:order", args=[town.orders["reserved"]]), "catalogue": reverse("sales:catalogue"),
            "prices": reverse("sales:prices", args=["aito-m9"]), "queue": reverse("supply:queue"), "line": f"{reverse('supply:line')}?{line}",
            "place": reverse("supply:place", args=[place.order]), "journey": reverse("journeys:journey", args=[town.runs["late"]]),
            "step": reverse("journeys:step", args=[choosing, "test_drive"]),
            "quote": f"{reverse('sales:quote')}?journey={choosing}&step=quote",
            "test-drive": f"{reverse('sales:test-drive')}?journey={choosing}&step=book_test_drive",
            "today": "/today/", "customers": "/customers/", "nobody": "/customers/?q=13900000000", "owner": f"/customers/{owner}/",
            "waiting": f"/customers/{waiting}/", "reserved": f"/customers/{reserved}/", "late": f"/customers/{late}/",
        },
        "delivery_specialist": {
            "today": "/today/", "handovers": reverse("delivery:day"), "appoint": f"{reverse('delivery:appoint')}?order={place.order}",
        },
        "technician": {"today": "/today/"},
        "store_manager": {
            "order": reverse("sales:order", args=[town.orders["owner"]]), "queue": reverse("supply:queue"),
            "store": f"/stores/{town.store}/", "late": "/late/", "workshop": "/workshop/", "feedback": "/feedback/",
            "begin": "/playbooks/complaint/begin/",
        },
        "service_adviser": {"workshop": "/workshop/", "visit": f"/workshop/visits/{visit}/", "repair": f"/repair-orders/{repair}/",
            "book": f"{reverse('care:book')}?vin={town.vin}", "quote": f"{reverse('care:quote')}?journey={service}&step=quote_repair",
        },
        "operator_manager": {
            "my-stores": "/my-stores/", "store": f"/stores/{town.store}/", "statements": "/statements/",
            "statement": reverse("settlement:statement", args=[party, month]),
            "lines": reverse("settlement:lines", args=[party, month, posting.component]),
            "entry": reverse("settlement:entry", args=[posting.entry_id]),
        },
        "carmaker": {"my-brand": "/my-brand/", "vehicles": reverse("supply:vehicles")},
        "network_ops": {
            "network": "/network/", "today": "/network/?days=1", "east": "/network/?brand=aito&region=east&days=90",
            "customer": f"/customers/{owner}/", "begin": "/playbooks/audit/begin/", "queue": reverse("supply:queue"), "playbooks": reverse("journeys:playbooks"),
            "playbook": reverse("journeys:playbook", args=["retail"]), "version": reverse("journeys:version", args=["retail", version]),
            "checklist": reverse("journeys:checklist", args=["retail", version]), "unrouted": reverse("demand:unrouted"),
            "orders": reverse("sales:orders"), "store": f"/stores/{town.store}/",
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
