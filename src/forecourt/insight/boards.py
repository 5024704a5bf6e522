"""Pages of figures: all playbooks, one playbook measured, one standard with its stores side by side."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from forecourt.base.intervals import funnel_limits
from forecourt.base.intervals import wilson
from forecourt.insight import flow
from forecourt.insight import queries
from forecourt.insight import words
from forecourt.insight.models import BRAND
from forecourt.insight.models import NETWORK
from forecourt.insight.models import PERSON
from forecourt.insight.models import STORE
from forecourt.insight.models import Refresh
from forecourt.insight.models import Report
from forecourt.insight.queries import Seat
from forecourt.journeys import pictures
from forecourt.journeys import programs
from forecourt.journeys.programs import Known
from forecourt.platform.access import page
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import CARMAKER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import OPERATOR_MANAGER
from forecourt.platform.roles import PLANNER
from forecourt.platform.roles import STORE_MANAGER
from forecourt.playbook.records import Standard

READERS = (STORE_MANAGER, OPERATOR_MANAGER, CARMAKER, NETWORK_OPS, PLANNER)
TRIERS = (NETWORK_OPS, PLANNER)
TOP = 8
NARROW, WIDE = 0.95, 0.998
POINTS = 24


@dataclass(frozen=True)
class View:
    """What a page of one version looks at: the version, the seat, the figures there."""

    request: HttpRequest
    known: Known
    made: Refresh
    seat: Seat
    report: Report | None

    @property
    def figures(self) -> dict[str, Any]:
        return self.report.figures if self.report else {}

    def cases(self, **asked: Any) -> str:
        """The address of the journeys behind a figure."""
        query = {"version": self.made.version, "level": self.seat.level, "code": self.seat.code, **asked}
        shown = {name: value for name, value in query.items() if value != ""}
        return f"{reverse('insight:cases', args=[self.made.playbook])}?{urlencode(shown)}"

    def standard(self, name: str) -> str:
        """The address of a standard's page."""
        return f"{reverse('insight:standard', args=[self.made.playbook, name])}?{self._here}"

    @property
    def home(self) -> str:
        """The address of the playbook measured."""
        return f"{reverse('insight:playbook', args=[self.made.playbook])}?{self._here}"

    @property
    def _here(self) -> str:
        return urlencode({"version": self.made.version, "level": self.seat.level, "code": self.seat.code})


def view_of(request: HttpRequest, playbook: str) -> View:
    """The version and seat that the address asks for, as far as the viewer may see."""
    asked = request.GET
    made = queries.version_of(playbook, asked.get("version", ""))
    seat = seat_in(request)
    return View(
        request,
        programs.of(made.playbook, made.version),
        made,
        seat,
        queries.report_of(made.playbook, made.version, seat),
    )


def seat_in(request: HttpRequest) -> Seat:
    """The seat chosen: `seat=region:east` of the list to choose from, or level and code apart."""
    level, _colon, code = request.GET.get("seat", "").partition(":")
    level, code = level or request.GET.get("level", ""), code or request.GET.get("code", "")
    return queries.seat_of(request.actor, level, code if code.isprintable() else "")  # type: ignore[attr-defined]


@page(roles=READERS)
def overview(request: HttpRequest) -> HttpResponse:
    """Every playbook: how many journeys, how many fit, which standards are met, when that was worked out."""
    seat, made = seat_in(request), queries.measured()
    found = {(row.playbook, row.version): row for row in queries.reports_at(seat)}
    rows = []
    for versions in made.values():
        shown = next((one for one in versions if (one.playbook, one.version) in found), None)
        if shown is not None:
            rows.append(_overview_row(shown, found[shown.playbook, shown.version], seat))
    named = queries.names([seat])
    context = {
        "rows": sorted(rows, key=lambda row: -row["journeys"]), "place": named.get((seat.level, seat.code), seat.code),
        "made_at": max((one.made_at for versions in made.values() for one in versions), default=None),
        "tries": request.actor.role in TRIERS,  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "insight/overview.html", context)


def _overview_row(made: Refresh, report: Report, seat: Seat) -> dict[str, Any]:
    known, said = programs.of(made.playbook, made.version), report.figures
    standards = [
        {
            "title": words.title(one),
            "target": words.target(one),
            **_standard_words(one, said["standards"].get(one.name, {})),
        }
        for one in known.program.standards
    ]
    low, high = wilson(said["fitting"], said["journeys"])
    return {
        "url": f"{reverse('insight:playbook', args=[made.playbook])}?version={made.version}&{seat.query}",
        "title": known.title(), "version": made.version, "journeys": said["journeys"], "running": said["running"],
        "fitting": words.share(said["fitting"], said["journeys"]), "low": words.percent(100 * low), "high": words.percent(100 * high),
        "standards": standards, "made_at": made.made_at, "fitness": words.fitness(said.get("fitness")),
    }  # fmt: skip


def _standard_words(standard: Standard, said: dict[str, Any]) -> dict[str, Any]:
    tone, word = words.verdict(said)
    return {
        "tone": tone, "word": word, "value": words.value(standard, said.get("value")), "cases": said.get("cases", 0),
        "interval": words.interval(standard, said.get("low"), said.get("high")),
    }  # fmt: skip


@page(roles=READERS)
def playbook(request: HttpRequest, playbook: str) -> HttpResponse:
    """One playbook measured: its flow as it really went, what departs most, what its standards say week by week."""
    version = programs.version_on(playbook, request.at) if playbook.isprintable() else None  # type: ignore[attr-defined]
    if version is not None and not queries.measured().get(playbook):
        title = programs.of(playbook, version).title()
        return render(request, "insight/unmeasured.html", {"title": title, "version": version})
    view = view_of(request, playbook)
    said = view.figures
    context = _frame(view) | {"said": said}
    if said:
        goals = flow.successes(view.known.playbook)
        low, high = wilson(said["fitting"], said["journeys"])
        context |= {
            "fitness": words.fitness(said.get("fitness")), "picture": pictures.drawn(view.known, {}, _overlay(view.known, said)), "steps": _steps(view, said),
            "fitting": words.share(said["fitting"], said["journeys"]), "goal": words.goal_of(view.known, tuple(goals)),
            "fitting_range": _("{low} to {high}").format(low=words.percent(100 * low), high=words.percent(100 * high)),
            "reached": words.share(said["reached"], said["ended"]), "deviations": _deviations(view, said, tuple(goals)),
            "standards": [_standard(view, one) for one in view.known.program.standards], "ends": _ends(view, said),
            "not_fitting": view.cases(fits=0), "everyone": view.cases(),
        }  # fmt: skip
    return render(request, "insight/playbook.html", context)


def _frame(view: View) -> dict[str, Any]:
    """What every page of a version shows: title, versions, seats to choose from."""
    made, seat = view.made, view.seat
    seats = queries.seats(made.playbook, made.version, seat)
    named = queries.names([*seats, seat])
    levels = {
        "network": _("Network"),
        "brand": _("Brand"),
        "region": _("Region"),
        "operator": _("Dealer group"),
        "store": _("Store"),
    }
    return {
        "band": [_("Week from"), _("Value"), _("Low"), _("High"), _("Cases")],
        "title": view.known.title(), "made": made, "seat": seat, "place": named.get((seat.level, seat.code), seat.code), "view": view,
        "seats": [
            {"value": f"{one.level}:{one.code}", "name": named.get((one.level, one.code), one.code), "level": levels[one.level],
             "chosen": (one.level, one.code) == (seat.level, seat.code)}
            for one in seats
        ],
        "versions": queries.measured().get(made.playbook, []), "tries": view.request.actor.role in TRIERS,  # type: ignore[attr-defined]
    }  # fmt: skip


def _overlay(known: Known, said: dict[str, Any]) -> pictures.Overlay:
    """The flow on the drawing: widths by journeys, the three worst leaks and the three longest waits marked."""
    steps = said["steps"]
    most = max([said["journeys"], 1])
    waits = sorted((one.get("median", 0), name) for name, one in steps.items() if one.get("done"))[-3:]
    leaks = sorted((one.get("left", 0), name) for name, one in steps.items() if one.get("left"))[-3:]
    kinds = {name: "has" for name, one in steps.items() if one.get("done")}
    kinds |= {name: "warn" for wait, name in waits if wait > 0} | {name: "late" for _left, name in leaks}
    kinds |= {step.name: "faint" for step in known.program.steps if not steps.get(step.name, {}).get("done")}
    flows = {("step", name): one.get("journeys", 0) / most for name, one in steps.items()}
    flows |= {
        ("branch", f"{name}={outcome}"): count / most
        for name, one in steps.items()
        for outcome, count in one.get("outcomes", {}).items()
    }
    ends = {name: words.share(count, max(said["ended"], 1)) for name, count in said["ends"].items()}
    return pictures.Overlay(
        below={name: words.below_step(one) for name, one in steps.items()}, kinds=kinds,
        ends={name: f"{said['ends'][name]:,} · {share}" for name, share in ends.items()},
        flow=flows | {("end", name): count / most for name, count in said["ends"].items()},
    )  # fmt: skip


def _steps(view: View, said: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for step in view.known.program.steps:
        one = said["steps"].get(step.name, {})
        done = one.get("done", 0)
        rows.append(
            {"title": view.known.step_title(step.name), "done": done, "within": step.within,
             "median": pictures.minutes(one["median"]) if "median" in one else "–", "p90": pictures.minutes(one["p90"]) if "p90" in one else "–",
             "late": words.share(one.get("late", 0), done) if step.within and done else "–", "skipped": one.get("skipped", 0),
             "overdue": one.get("overdue", 0), "left": one.get("left", 0),
             "skipped_url": view.cases(deviation=f"skipped:{step.name}"), "overdue_url": view.cases(deviation=f"overdue:{step.name}")}
        )  # fmt: skip
    return rows


def _deviations(view: View, said: dict[str, Any], goals: tuple[str, ...]) -> list[dict[str, Any]]:
    goal = words.goal_of(view.known, goals)
    return [
        {
            "text": words.happens(view.known, one), "counted": words.counted(one), "association": words.goes_with(one, goal),
            "url": view.cases(deviation=f"{one['kind']}:{one['step']}"),
        }
        for one in said["deviations"][:TOP]
    ]  # fmt: skip


def _ends(view: View, said: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"title": view.known.program.word(name, programs.spoken()) or _("without an end"), "count": count,
         "share": words.share(count, said["ended"]), "url": view.cases(outcome=name)}
        for name, count in sorted(said["ends"].items(), key=lambda item: -item[1])
    ]  # fmt: skip


def _standard(view: View, standard: Standard) -> dict[str, Any]:
    """A standard with its weeks, for the small chart."""
    said = view.figures["standards"].get(standard.name, {})
    return _standard_words(standard, said) | {
        "name": standard.name, "title": words.title(standard), "target": words.target(standard), "limit": standard.value,
        "unit": words.unit(standard), "weeks": _weeks(said), "places": 1 if standard.measure != "count" else 0,
        "question": _("{title}: is it kept week by week?").format(title=words.title(standard)),
        "url": view.standard(standard.name), "cases_url": view.cases(standard=standard.name),
    }  # fmt: skip


def _weeks(said: dict[str, Any]) -> list[list[Any]]:
    """Rows of a band chart: week, value, low, high, cases."""
    return [[week[5:], value, low, high, cases] for week, cases, value, low, high in said.get("weeks", [])]


@page(roles=READERS)
def standard(request: HttpRequest, playbook: str, standard: str) -> HttpResponse:
    """One standard: week by week, place by place, its stores against what chance alone would do."""
    view = view_of(request, playbook)
    found = next((one for one in view.known.program.standards if one.name == standard), None)
    if found is None:
        text = _("The playbook {playbook} {version} has no standard {standard}.")
        said = text.format(playbook=view.made.playbook, version=view.made.version, standard=standard)
        raise Missing(Blocked("insight.no_standard", said))
    stores = _stores(view, found)
    context = _frame(view) | {
        "standard": _standard(view, found) if view.figures else None, "stores": stores, "funnel": funnel(found, stores),
        "levels": _levels(view, found), "people": _people(view, found), "met_url": view.cases(standard=found.name, met=1),
        "missed_url": view.cases(standard=found.name, met=0), "yes_no": _yes_no(found), "weeks": _week_rows(view, found),
    }  # fmt: skip
    return render(request, "insight/standard.html", context)


def _yes_no(standard: Standard) -> bool:
    """Whether each case is true or not, so that journeys of either kind can be listed."""
    return standard.measure in ("share", "count")


def _week_rows(view: View, standard: Standard) -> list[dict[str, Any]]:
    said = view.figures.get("standards", {}).get(standard.name, {})
    return [
        {"week": week, "cases": cases, "value": words.value(standard, value), "interval": words.interval(standard, low, high),
         "url": view.cases(standard=standard.name, week=week)}
        for week, cases, value, low, high in said.get("weeks", [])
    ]  # fmt: skip


def _part(view: View) -> str:
    """The brand to which stores are narrowed for the one who looks."""
    scope = view.request.actor.scope  # type: ignore[attr-defined]
    return scope.ids[0] if scope.level == BRAND and scope.ids else ""


def _stores(view: View, standard: Standard) -> list[dict[str, Any]]:
    """The stores in the seat that have cases, by name: no ranking."""
    rows = queries.stores_of(view.made.playbook, view.made.version, view.seat, _part(view))
    found = list(rows.with_standard(standard.name).values_list("code", "said"))
    named = queries.names([(STORE, code) for code, _said in found])
    said = [
        {"code": code, "name": named.get((STORE, code), code), "cases": one["cases"], "value": one["value"],
         "shown": words.value(standard, one["value"]), "interval": words.interval(standard, one["low"], one["high"]), "zone": "",
         "url": view.cases(level=STORE, code=code, standard=standard.name)}
        for code, one in found
        if one and one["cases"]
    ]  # fmt: skip
    return sorted(said, key=lambda one: one["name"])


def funnel(standard: Standard, stores: list[dict[str, Any]]) -> dict[str, Any] | None:
    """A funnel plot: what chance alone makes of the common share at each number of cases. Only shares have one."""
    if standard.measure != "share" or len(stores) < 2:
        return None
    cases = sum(one["cases"] for one in stores)
    common = sum(one["value"] * one["cases"] for one in stores) / cases / 100
    up = standard.comparison in (">=", ">")
    for one in stores:
        low, high = funnel_limits(common, one["cases"], WIDE)
        above, below = one["value"] / 100 > high, one["value"] / 100 < low
        one["zone"] = ("better" if above == up else "worse") if above or below else ""
    most = max(one["cases"] for one in stores)
    counts = sorted({max(1, round(most * 1.05 * (number / POINTS) ** 2)) for number in range(1, POINTS + 1)})
    curves = [
        [count, *(100 * limit for level in (NARROW, WIDE) for limit in funnel_limits(common, count, level))]
        for count in counts
    ]
    worse, better = ([one["name"] for one in stores if one["zone"] == zone] for zone in ("worse", "better"))
    return {
        "rows": [[one["name"], one["value"], one["cases"], one["url"], one["zone"]] for one in stores], "curves": curves,
        "centre": 100 * common, "columns": [_("Store"), words.title(standard), _("Cases")],
        "said": words.apart(worse, better, len(stores) - len(worse) - len(better)), "common": words.percent(100 * common, 1),
    }  # fmt: skip


def _levels(view: View, standard: Standard) -> list[dict[str, Any]]:
    """The brands, regions and dealer groups that the viewer sees, each with its figure."""
    rows = Report.objects.of(view.made.playbook, view.made.version).exclude(level__in=(STORE, PERSON))
    found = list(rows.with_standard(standard.name).values_list("level", "code", "said"))
    named = queries.names([(level, code) for level, code, _said in found])
    order = {level: number for number, level in enumerate(queries.PLACES)}
    return [
        {"level": _level(level), "name": named.get((level, code), code), "said": _standard_words(standard, said),
         "url": view.cases(level=level, code=code, standard=standard.name)}
        for level, code, said in sorted(found, key=lambda row: (order[row[0]], row[1]))
        if said and said["cases"]
    ]  # fmt: skip


def _level(level: str) -> str:
    return {NETWORK: _("Network"), BRAND: _("Brand"), "region": _("Region"), "operator": _("Dealer group")}[
        level
    ]


def _people(view: View, standard: Standard) -> list[dict[str, Any]]:
    """The people of the store looked at; a carmaker is shown none."""
    if view.seat.level != STORE or view.request.actor.role == CARMAKER:  # type: ignore[attr-defined]
        return []
    rows = queries.persons_of(view.made.playbook, view.made.version, view.seat.code)
    named = queries.names([(PERSON, row.code) for row in rows])
    found = [(row.code, row.figures["standards"].get(standard.name)) for row in rows]
    return [
        {"name": named.get((PERSON, code), code), "said": _standard_words(standard, said),
         "url": view.cases(standard=standard.name, person=code)}
        for code, said in found
        if said and said["cases"]
    ]  # fmt: skip
