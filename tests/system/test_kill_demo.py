"""kill -9 of web, worker and database while people write: nothing acknowledged is lost, nothing is done twice."""

import json
import random
import shutil
import sys
from collections.abc import Iterator

import pytest

from tests.cli.homes import FORECOURT
from tests.cli.homes import new_home
from tests.system.customers import Crowd
from tests.system.house import DATABASE
from tests.system.house import SITE
from tests.system.house import WEB
from tests.system.house import WORKER
from tests.system.house import House
from tests.system.house import wait_for

SCRIPT = (sys.executable, "-m", "tests.system.script")
BETWEEN = 12  # acknowledged writes between two kills


@pytest.fixture
def house() -> Iterator[House]:
    with new_home() as home:
        made = House(home)
        try:
            yield made
        finally:
            made.stop()
            shutil.rmtree(home, ignore_errors=True)


def test_kill_of_any_part_loses_nothing_and_doubles_nothing(house: House) -> None:
    tokens = json.loads(house.run(*SCRIPT, "open").strip().splitlines()[-1])
    house.start()
    with Crowd(house.port, tokens) as crowd:
        writing(house, crowd, "the first writes")
        for part in random.Random(7).sample([WEB, WORKER, DATABASE, SITE, WEB, DATABASE], 6):
            house.kill(part)
            writing(house, crowd, f"writes after the {part} was killed")
    assert not crowd.refused, crowd.refused[:3]
    everything_once(house, crowd)
    repeated_keys_change_nothing(house, crowd)
    deadlines_once(house)
    wait_for(
        lambda: house.ask("SELECT count(*) FROM platform_outboxmessage") == [(0,)], "the outbox is drained"
    )
    house.run(*FORECOURT, "journal", "verify")


def writing(house: House, crowd: Crowd, what: str) -> None:
    """Wait until the house acknowledges writes again."""
    before = crowd.count
    wait_for(
        lambda: crowd.count >= before + BETWEEN or crowd.refused,
        f"{what}; {crowd.count - before} came.\n{house.log[-3000:]}",
    )


def everything_once(house: House, crowd: Crowd) -> None:
    """Every acknowledged lead and step is there exactly once, and no lead that nobody sent."""
    leads = {str(one.answer["leads"][0]["lead"]) for one in crowd.leads}
    kept = [str(lead) for (lead,) in house.ask("SELECT id FROM demand_lead")]
    assert leads <= set(kept)
    assert (
        len(kept) == len(set(kept)) <= len(leads) + 2
    )  # two clients: what the last write of each did is unknown
    numbers = house.ask("SELECT external_id, count(*) FROM demand_lead GROUP BY 1 HAVING count(*) > 1")
    assert numbers == []
    done = dict(
        house.ask(
            "SELECT journey::text, count(*) FROM journal_entry WHERE kind = 'journeys.step_done' "
            "AND step = 'respond' GROUP BY 1"
        )
    )
    assert {one.path.split("/")[2]: 1 for one in crowd.steps}.items() <= done.items()
    assert set(done.values()) == {1}


def repeated_keys_change_nothing(house: House, crowd: Crowd) -> None:
    """Whoever was not sure sends again under the same key and is told what was told before."""
    before = house.ask("SELECT count(*) FROM journal_entry")
    crowd.over.clear()
    clients = {"/leads": crowd.client("network_ops")}
    adviser = crowd.client("adviser")
    for one in [*crowd.leads[::9], *crowd.steps[::9]]:
        status, answer = clients.get(one.path, adviser).post(one.path, one.key, one.body) or (0, {})
        assert status in (200, 201), answer
        assert {**answer, "repeated": False} == {**one.answer, "repeated": False}
    crowd.leave()
    assert house.ask("SELECT count(*) FROM journal_entry") == before


def deadlines_once(house: House) -> None:
    """Deadlines pass while the house is down; two workers, one of them killed, write each late entry once."""
    house.stop()
    house.run(*SCRIPT, "later", "1.5")
    house.start()
    house.another_worker()
    wait_for(
        lambda: house.ask("SELECT count(*) FROM journeys_duestep WHERE late_at IS NOT NULL")[0][0] > 3,
        "steps go late",
    )
    house.kill(WORKER)
    wait_for(lambda: house.ask(_UNSEEN) == [(0,)], "every missed deadline is seen")
    entries = house.ask(
        "SELECT journey, step, count(*) FROM journal_entry WHERE kind = 'journeys.step_late' GROUP BY 1, 2"
    )
    steps = house.ask(
        "SELECT journey_id, step, count(*) FROM journeys_duestep WHERE late_at IS NOT NULL GROUP BY 1, 2"
    )
    assert sorted(entries) == sorted(steps)
    assert {count for _journey, _step, count in entries} == {1}


# The site's own clock, which stands in its settings, decides what is due.
_UNSEEN = (
    "SELECT count(*) FROM journeys_duestep WHERE status = 'open' AND late_at IS NULL AND due_at < now() + make_interval(secs => "
    "(SELECT (value #>> '{}')::float - 5 FROM platform_setting WHERE name = 'clock.offset_seconds'))"
)
