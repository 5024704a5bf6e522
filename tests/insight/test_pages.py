"""Pages under Measures as each role sees them."""

from typing import Any

import pytest
from django.urls import reverse

from forecourt.insight.models import Case
from forecourt.platform.scope import reading
from tests.web.town import SYSTEM
from tests.web.town import Town

ROLES = ("store_manager", "operator_manager", "carmaker", "network_ops", "planner")


@pytest.mark.parametrize("role", ROLES)
def test_every_reader_sees_figures(town: Town, visit: Any, role: str) -> None:
    pages = [
        reverse("insight:overview"),
        reverse("insight:playbook", args=["retail"]),
        reverse("insight:standard", args=["retail", "answer_in_time"]),
        reverse("insight:cases", args=["retail"]) + "?standard=answer_in_time&met=0",
        reverse("insight:cases", args=["retail"])
        + "?standard=answer_in_time&week=2026-03-09&person=st-00068",
        reverse("insight:cases", args=["retail"]) + "?deviation=overdue:respond",
    ]
    for page in pages:
        answer = visit(role, page)
        assert answer.status_code == 200, page
    with reading(SYSTEM.scope):
        case = Case.objects.filter(playbook="retail").order_by("id")[0]
    answer = visit(role, reverse("insight:replayed", args=[case.id]))
    assert answer.status_code == 200
    if role in ("network_ops", "planner"):
        assert visit(role, reverse("insight:drafts")).status_code == 200
