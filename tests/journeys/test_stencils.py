"""A line of the worklist shows what is its own, however many lines share its stencil."""

import re

import pytest
from django.urls import reverse

from forecourt.journeys import stencils
from forecourt.journeys.models import DueStep
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading
from tests.journeys.conftest import ADVISER

pytestmark = pytest.mark.django_db


def test_every_line_has_its_own_addresses_and_form(published, begin, signed_in):
    runs = [begin(f"c-{number}") for number in range(3)]
    page = signed_in(ADVISER).get("/today/").content.decode()
    for run in runs:
        assert reverse("journeys:step", args=[run, "boil"]) in page
        assert f'href="{reverse("journeys:journey", args=[run])}"' in page
    with reading(Actor.system("test").scope):
        steps = {
            str(step)
            for step in DueStep.objects.filter(journey__in=runs, listed=True).values_list("id", flat=True)
        }
    assert set(re.findall(r'<li data-row id="step-([^"]+)"', page)) == steps
    assert "~" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "0000fc00" not in page


def test_a_name_is_shown_as_text(monkeypatch, published, begin, signed_in, at):
    run = begin("c-1")
    monkeypatch.setattr(
        stencils,
        "display",
        lambda ids, actor: {one: stencils.Display(stencils.STEP, "<b>~phone~", "1**") for one in ids},
    )
    page = signed_in(ADVISER).get("/today/").content.decode()
    assert str(run) in page
    assert "<b>~phone~" not in page
