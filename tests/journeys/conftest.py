"""A small playbook in which everything can happen, and the people of one store."""

from collections.abc import Callable
from typing import Any

import pytest

from forecourt.journeys import actions
from forecourt.journeys import programs
from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.platform.models import Place
from forecourt.platform.models import User

TEA = """
playbook: tea
version: "1"
about: case
title: {en: Tea, zh: 茶}
steps:
  boil:
    title: {en: Boil water, zh: 烧水}
    by: adviser
    within: 15 min
    on_late: [notify: store_manager, after 2 h: reroute]
    record: {outcome: [hot, broken], degrees: integer?, note: text?}
  brew:
    title: {en: Brew, zh: 泡茶}
    by: adviser
    within: 1 h
    must: {that: boil.degrees >= 80, because: {en: The water is not hot enough., zh: 水不够热。}}
    should: consent("tea")
    evidence: [photo]
  sugar: {title: {en: Add sugar, zh: 加糖}, by: adviser, record: {spoons: integer}}
  serve: {title: {en: Serve, zh: 上茶}, by: delivery_specialist, within: 1 d, on_late: [reassign: store_manager]}
  wipe: {title: {en: Wipe the table, zh: 擦桌}, by: delivery_specialist, within: 2 h}
  mend: {title: {en: Mend the kettle, zh: 修水壶}, by: technician}
  stop: {title: {en: Stop, zh: 停止}, by: adviser}
flow:
  - boil
  - one:
      hot: [brew, maybe: {repeat: sugar, at_most: 3}, serve, maybe: wipe, ends: served]
      broken: [mend, ends: mended]
anytime:
  guest_leaves: {then: [stop], ends: left}
words:
  hot: {en: Hot, zh: 热}
  broken: {en: Broken, zh: 坏了}
  served: {en: Served, zh: 已上茶}
  mended: {en: Mended, zh: 已修好}
  left: {en: Guest left, zh: 客人离开}
  degrees: {en: Degrees, zh: 度数}
  spoons: {en: Spoons, zh: 勺数}
"""
PLACE = Place(store="sh-001", operator="op-001", region="east", brand="aito")


def person(code: str, role: str, store: str = "sh-001") -> Actor:
    return Actor(code, role, Scope("store", (store,)), language="en")


ADVISER = person("st-1", "adviser")
OTHER = person("st-2", "adviser")
DELIVERY = person("st-3", "delivery_specialist")
MANAGER = person("st-9", "store_manager")
STRANGER = person("st-7", "adviser", "sh-002")
OPS = Actor("hq-1", "network_ops", Scope("network"))


@pytest.fixture
def published(db: None, system: Actor, at: Any) -> None:
    programs.forget()
    actions.publish(by=system, at=at, text=TEA)


@pytest.fixture
def begin(at: Any) -> Callable[..., str]:
    """`begin("c-1")` starts a run of tea and gives its id."""

    def start(number: str = "c-1", **more: Any) -> str:
        facts = {"playbook": "tea", "subject": ("case", number), "place": PLACE, "owner": "st-1", **more}
        return str(actions.start(by=Actor.system("tests"), at=at, **facts)["journey"])

    return start


@pytest.fixture
def tea(published: None, begin: Callable[..., str]) -> str:
    return begin()


@pytest.fixture
def signed_in(client: Any) -> Callable[[Actor], Any]:
    """`signed_in(ADVISER)` is a client of that person's browser."""

    def sign_in(actor: Actor) -> Any:
        user = User.objects.create_user(
            actor.code, role=actor.role, staff=actor.code, level=actor.scope.level, ids=list(actor.scope.ids)
        )
        client.force_login(user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return sign_in
