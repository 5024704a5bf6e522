"""A run from its start to its end: steps open, close, are assigned; entries tell it."""

import pytest

from forecourt.journal.models import Entry
from forecourt.journeys import actions
from forecourt.journeys import queries
from forecourt.journeys.models import DueStep
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import Place
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Invalid
from forecourt.platform.refusals import Refused
from forecourt.platform.scope import reading

pytestmark = pytest.mark.django_db

TEXT = """
playbook: tea
version: "1"
about: case
title: {en: Tea, zh: 茶}
steps:
  boil: {title: {en: Boil, zh: 烧水}, by: adviser, within: 15 min, on_late: [notify: store_manager, after 2 h: reroute], record: {outcome: [hot, broken], degrees: integer?, note: text?}}
  brew: {title: {en: Brew, zh: 泡茶}, by: adviser, within: 1 h, must: boil.degrees >= 80, evidence: [photo]}
  serve: {title: {en: Serve, zh: 上茶}, by: delivery_specialist, within: 1 d}
  mend: {title: {en: Mend, zh: 修理}, by: technician}
  stop: {title: {en: Stop, zh: 停}, by: adviser}
flow:
  - boil
  - one:
      hot: [brew, serve, ends: served]
      broken: [mend, ends: mended]
anytime:
  guest_leaves: {then: [stop], ends: left}
words:
  hot: {en: Hot, zh: 热}
  broken: {en: Broken, zh: 坏了}
"""
PLACE = Place(store="sh-001", operator="op-001", region="east", brand="aito")
ADVISER = Actor("st-1", "adviser", Scope("store", ("sh-001",)))


@pytest.fixture
def tea(system, at):
    actions.publish(by=system, at=at, text=TEXT)
    started = actions.start(
        by=ADVISER, at=at, playbook="tea", subject=("case", "c-1"), place=PLACE, owner="st-1"
    )
    return started["journey"]


def test_runs_to_its_end(tea, at):
    done = actions.record_step(
        by=ADVISER, at=at, journey=tea, step="boil", record={"outcome": "hot", "degrees": "95"}
    )
    assert done["next"][0]["step"] == "brew"
    assert done["deviations"] == []
    done = actions.record_step(by=ADVISER, at=at, journey=tea, step="brew", evidence=["photo"])
    assert done["deviations"] == []
    other = Actor("st-2", "delivery_specialist", Scope("store", ("sh-001",)))
    done = actions.record_step(by=other, at=at, journey=tea, step="serve")
    assert (done["status"], done["outcome"]) == ("ended", "served")
    with reading(ADVISER.scope):
        kinds = list(Entry.objects.order_by("seq").filter(stream=tea).values_list("kind", flat=True))
        assert kinds == ["journeys.started", *["journeys.step_done"] * 3, "journeys.ended"]
        assert not DueStep.objects.open().exists()
        assert queries.find(tea).facts["boil"] == {"outcome": "hot", "degrees": 95, "done": True}
