"""Plays the demo from the empty database to the morning on which the site is opened."""

from collections.abc import Callable
from datetime import date
from datetime import datetime
from datetime import timedelta
from random import Random
from time import monotonic
from typing import Any

from django.db import connection

from forecourt.demo import opening
from forecourt.demo import period
from forecourt.demo import rates as trade
from forecourt.demo import report
from forecourt.demo.answers import Answers
from forecourt.demo.cases import Cases
from forecourt.demo.cast import Cast
from forecourt.demo.crowd import Crowd
from forecourt.demo.ownership import Ownership
from forecourt.demo.rates import Rates
from forecourt.demo.retail import Retail
from forecourt.demo.stage import Stage
from forecourt.demo.stock import Stock
from forecourt.demo.workshop import Workshop
from forecourt.insight import refreshing
from forecourt.network.models import Store
from forecourt.platform import clock
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.models import User
from forecourt.platform.roles import ADVISER
from forecourt.platform.scope import reading


def play(
    *, days: int, stores: int, seed: int, progress: Callable[[float, str], None], volume: float
) -> dict[str, Any]:
    """Open the network, let the days pass, set the installation's clock, count."""
    began = monotonic()
    with connection.cursor() as cursor:
        # A demo can be played again; what is lost in a power cut is no loss.
        cursor.execute("SET synchronous_commit = off")
    first = period.first_day(days)
    opens_at = period.local(first, 7)
    progress(0.0, "opening the network")
    opening.open_network(opens_at - timedelta(days=1), stores, seed)
    stage = _planned(first, days, seed, Rates(volume=volume), opens_at)
    stage.play(period.wakes_at(), _shown(progress, opens_at))
    clock.set_to(period.wakes_at())
    refreshing.refresh(period.wakes_at(), say=lambda done, text: progress(0.99, text))
    progress(1.0, "the demo is ready")
    with reading(NETWORK_SCOPE):
        counted = report.counts()
    return counted | {
        "refused": dict(sorted(stage.refused.items())),
        "seconds": round(monotonic() - began, 1),
    }


def _planned(first: date, days: int, seed: int, rates: Rates, opens_at: datetime) -> Stage:
    """The stage with every enquiry and visit of the days planned on it."""
    stage = Stage(Random(seed), opens_at)
    with reading(NETWORK_SCOPE):
        cast, stock = Cast(first), Stock(stage, first)
        crowd = Crowd(stage.rng, *opening.wishes())
        workshops = list(
            Store.objects.filter(service_bays__gt=0).order_by("code").values_list("code", flat=True)
        )
        every = list(Store.objects.order_by("code").values_list("code", flat=True))
        home = User.objects.get(persona=ADVISER).ids[0]
    ownership = Ownership(stage, cast, rates)
    retail = Retail(stage, cast, crowd, rates, stock, ownership)
    workshop = Workshop(stage, cast, crowd, rates)
    stage.plan(opens_at, opening.take_samples)
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        _plan_day(stage, day, rates, len(every), retail, workshop, workshops)
        _plan_home(stage, day, rates, retail, workshop, home)
    Answers(stage, rates).every_evening(first, days)
    Cases(stage, cast, every).plan(first, days)
    return stage


def _plan_day(
    stage: Stage,
    day: date,
    rates: Rates,
    stores: int,
    retail: Retail,
    workshop: Workshop,
    workshops: list[str],
) -> None:
    launch = day == period.LAUNCH_DAY
    for _number in range(trade.leads_on(rates, stores, day, period.LAUNCH_DAY, stage.rng)):
        wanted = period.LAUNCH_MODEL if launch and stage.chance(0.75) else ""
        stage.plan(period.local(day, trade.hour_of_day(stage.rng)), retail.enquire, wanted)
    for _number in range(trade.visits_on(rates, stores, day, stage.rng) if workshops else 0):
        stage.plan(period.local(day, stage.rng.uniform(9, 18)), workshop.call_in, stage.rng.choice(workshops))


def _plan_home(stage: Stage, day: date, rates: Rates, retail: Retail, workshop: Workshop, home: str) -> None:
    """The store where the demo's personas work sees a full day."""
    for _number in range(trade.at_home(rates.home_leads_a_day, day, stage.rng)):
        stage.plan(period.local(day, trade.hour_of_day(stage.rng)), retail.enquire, "", home)
    for _number in range(trade.at_home(rates.home_visits_a_day, day, stage.rng)):
        stage.plan(period.local(day, stage.rng.uniform(9, 18)), workshop.call_in, home)


def _shown(progress: Callable[[float, str], None], opens_at: datetime) -> Callable[[datetime], None]:
    """Progress by simulated day."""
    whole = period.wakes_at() - opens_at
    last = [""]

    def show(at: datetime) -> None:
        day = f"{at.astimezone(period.ZONE):%d %B}"
        if day != last[0]:
            last[0] = day
            progress(min(0.99, (at - opens_at) / whole), f"playing {day}")

    return show
