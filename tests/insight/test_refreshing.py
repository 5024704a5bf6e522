"""Figures made from the played town, counted by hand."""

from collections import Counter
from datetime import date

from forecourt.insight.models import PERSON
from forecourt.insight.models import Case
from forecourt.insight.models import Refresh
from forecourt.insight.models import Report
from forecourt.insight.refreshing import refresh
from forecourt.insight.refreshing import refresh_version
from forecourt.insight.refreshing import waiting
from forecourt.journeys.models import Journey
from forecourt.platform.scope import reading
from tests.web.conftest import NOW
from tests.web.town import DAY
from tests.web.town import SYSTEM
from tests.web.town import Town


def figures(level: str, code: str, playbook: str = "retail", brand: str = "") -> dict:
    with reading(SYSTEM.scope):
        rows = Report.objects.filter(playbook=playbook, level=level, code=code)
        return (rows.filter(brand=brand) if level == "store" else rows).get().figures


def test_every_journey_is_a_case(town: Town) -> None:
    with reading(SYSTEM.scope):
        journeys = Counter(Journey.objects.values_list("playbook", flat=True))
        assert Counter(Case.objects.values_list("playbook", flat=True)) == journeys
        assert {row.playbook: row.journeys for row in Refresh.objects.all()} == journeys


def test_the_enquiries_are_counted(town: Town) -> None:
    said = figures("network", "")
    assert (said["journeys"], said["running"], said["ended"], said["reached"], said["fitting"]) == (
        5,
        2,
        3,
        3,
        5,
    )
    assert said["ends"] == {"ordered": 3} and said["fitness"] == 1
    assert said["steps"]["respond"] == {
        "done": 4, "journeys": 4, "median": 6.0, "p90": 6.0, "overdue": 1, "outcomes": {"reached": 4},
    }  # fmt: skip
    assert ["respond", "learn_needs", 4] in said["edges"] and ["place_order", "", 3] in said["edges"]


def test_the_standards_are_computed(town: Town) -> None:
    said = figures("network", "")["standards"]
    on_time = said["answer_in_time"]
    assert (on_time["cases"], on_time["value"], on_time["met"], on_time["sure"]) == (5, 80.0, False, False)
    assert [(week, cases, value) for week, cases, value, *_range in on_time["weeks"]] == [
        ("2026-02-23", 2, 100.0),
        ("2026-03-09", 3, 66.667),
    ]
    assert (said["orders"]["cases"], said["orders"]["value"]) == (3, 100.0), (
        "journeys under way are no cases yet"
    )


def test_every_level_has_its_own_figures(town: Town) -> None:
    store = figures("store", town.store)
    assert store == figures("store", town.store, brand="aito"), "all five enquiries are about one brand"
    for level, code in (("brand", "aito"), ("region", town.place.region), ("operator", town.place.operator)):
        assert figures(level, code)["journeys"] == 5
    with reading(SYSTEM.scope):
        person = Report.objects.get(playbook="retail", level=PERSON, code=town.staff["adviser"].code)
        assert (person.store, person.brand) == (town.store, "")
    assert person.figures["standards"]["answer_in_time"]["cases"] == 5


def test_a_case_says_to_which_standard_it_counts(town: Town) -> None:
    with reading(SYSTEM.scope):
        late = Case.objects.get(id=town.runs["late"])
        bought = Case.objects.get(id=town.runs["owner"])
    adviser = town.staff["adviser"].code
    assert (late.fits, late.deviations, late.values) == (
        True,
        ["overdue:respond"],
        {"answer_in_time": [0.0, "2026-03-09", adviser]},
    )
    assert bought.fits and set(bought.values) == {"answer_in_time", "reached", "test_drives", "orders"}


def test_cases_behind_a_figure_are_as_many_as_it_says(town: Town) -> None:
    with reading(SYSTEM.scope):
        for report in Report.objects.exclude(level=PERSON).filter(brand=""):
            cases = Case.objects.of(report.playbook, report.version).at(report.level, report.code)
            assert cases.count() == report.journeys
            for name, said in report.figures["standards"].items():
                assert cases.saying(name).count() == said["cases"]
                assert [
                    cases.in_week(name, date.fromisoformat(week)).count() for week, *_rest in said["weeks"]
                ] == [row[1] for row in said["weeks"]]
            for one in report.figures["deviations"]:
                assert cases.departing(f"{one['kind']}:{one['step']}").count() == one["journeys"]


def test_made_again_it_says_the_same_and_writes_no_case(town: Town) -> None:
    with reading(SYSTEM.scope):
        version = Refresh.objects.get(playbook="retail").version
        before = list(
            Report.objects.filter(playbook="retail")
            .order_by("level", "code", "brand")
            .values_list("level", "code", "figures")
        )
    again = refresh_version("retail", version, NOW)
    assert (again["journeys"], again["written"], again["removed"]) == (5, 0, 0)
    with reading(SYSTEM.scope):
        after = list(
            Report.objects.filter(playbook="retail")
            .order_by("level", "code", "brand")
            .values_list("level", "code", "figures")
        )
    assert after == before


def test_only_what_changed_is_made_again(town: Town) -> None:
    assert waiting(NOW)[0] == []
    assert refresh(NOW) == []
    assert len(waiting(NOW, everything=True)[0]) == len({row.playbook for row in _refreshes()})


def _refreshes() -> list[Refresh]:
    with reading(SYSTEM.scope):
        return list(Refresh.objects.all())


def test_what_is_older_than_a_quarter_leaves(town: Town) -> None:
    with reading(SYSTEM.scope):
        version = Refresh.objects.get(playbook="retail").version
    later = refresh_version("retail", version, NOW + 100 * DAY)
    assert (later["journeys"], later["removed"]) == (2, 3), "those that still run stay"
    said = figures("network", "")["standards"]["answer_in_time"]
    assert said["cases"] == 0, "what was certain more than a quarter ago is no case any more"


def test_a_store_without_a_journey_has_no_figures(town: Town) -> None:
    with reading(SYSTEM.scope):
        assert not Report.objects.filter(level="store", code=town.second, playbook="retail").exists()
