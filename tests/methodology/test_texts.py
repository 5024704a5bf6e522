"""What headquarters wrote is complete: both languages, known codes, sums that add up, labels on what is assumed."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from forecourt.network.rules import FUNCTIONS
from forecourt.network.rules import PARTIES
from forecourt.platform.roles import ROLES
from forecourt.playbook.files import load_paths
from forecourt.playbook.records import Playbook

METHODOLOGY = Path(__file__).resolve().parents[2] / "methodology"
FILES = sorted(path for path in METHODOLOGY.rglob("*.yaml") if path.parent.name != "playbooks")
PLAYBOOKS = {
    "audit",
    "brand-joining",
    "complaint",
    "first-month",
    "order-to-handover",
    "playbook-change",
    "repair",
    "retail",
    "store-opening",
}


def read(name: str) -> dict[str, Any]:
    return yaml.safe_load((METHODOLOGY / name).read_text(encoding="utf-8"))


def titles(value: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping with a text in English, and where it stands."""
    if isinstance(value, dict):
        if "en" in value:
            yield where, value
        for key, inner in value.items():
            yield from titles(inner, f"{where}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from titles(inner, f"{where}/{number}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(METHODOLOGY)))
def test_every_text_is_in_both_languages(path: Path):
    for where, words in titles(yaml.safe_load(path.read_text(encoding="utf-8"))):
        assert words.get("zh"), where
        assert words["en"], where


def playbooks() -> dict[str, Playbook]:
    return {
        item.playbook.name: item.playbook for item in load_paths([METHODOLOGY / "playbooks"]) if item.playbook
    }


def test_there_are_nine_playbooks():
    assert set(playbooks()) == PLAYBOOKS


@pytest.mark.parametrize("name", sorted(PLAYBOOKS))
def test_every_word_a_person_sees_has_words_in_both_languages(name: str):
    playbook = playbooks()[name]
    fields = [field for step in playbook.steps for field in step.record]
    shown = {field.name for field in fields} | {choice for field in fields for choice in field.choices}
    assert {word for word in shown if not {"en", "zh"} <= set(playbook.words[word].words)} == set()


@pytest.mark.parametrize("name", sorted(PLAYBOOKS))
def test_every_step_says_who_and_how_long(name: str):
    for step in playbooks()[name].steps:
        assert step.roles, step.name
        assert step.takes, step.name


def test_survey_questions_point_to_steps_that_exist():
    known = {name: {step.name for step in playbook.steps} for name, playbook in playbooks().items()}
    for path in sorted((METHODOLOGY / "surveys").glob("*.yaml")):
        for question in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]:
            if about := question.get("about"):
                assert about["step"] in known[about["playbook"]], (path.name, question["code"])


def test_fee_components_name_steps_and_add_up_to_the_agency_fee():
    plan = read("fees/agency-2026.yaml")
    assert sum(Decimal(one["rate"]) for one in plan["components"]) == Decimal(
        plan["limits"]["total_rate_max"]
    )
    known = {name: {step.name for step in playbook.steps} for name, playbook in playbooks().items()}
    for one in plan["components"]:
        assert one["step"]["step"] in known[one["step"]["playbook"]], one["code"]
    assert plan["basis"] == "assumption"


def test_governance_names_known_functions_parties_and_places():
    network, governance = read("network.yaml"), read("governance.yaml")
    assert set(governance["functions"]) == set(FUNCTIONS)
    for row in governance["rows"]:
        assert row["function"] in FUNCTIONS
        assert row["party"] in PARTIES
        assert row.get("brand", "aito") in network["brands"]
        assert row.get("channel", "direct") in network["channels"]
        assert "to" not in row or row["from"] < row["to"]


def test_the_vocabulary_knows_the_roles_of_the_software():
    vocabulary = read("vocabulary.yaml")
    assert set(vocabulary["roles"]) == set(ROLES)
    for code, one in vocabulary["certificates"].items():
        assert set(one["held_by"]) <= set(ROLES), code


@pytest.mark.parametrize("name", ["pdi", "handover"])
def test_checklists_have_codes_once_and_the_law_is_required(name: str):
    items = read(f"checklists/{name}.yaml")["items"]
    codes = [item["code"] for item in items]
    assert len(codes) == len(set(codes))
    assert all(item["required"] for item in items if "law" in item)


def test_the_handover_checklist_has_what_the_law_asks_for_and_fits_into_its_hour():
    handover = read("checklists/handover.yaml")
    lawful = {item["code"] for item in handover["items"] if "law" in item}
    assert lawful >= {"conformity-certificate", "three-guarantee-voucher", "invoice", "price-as-displayed"}
    assert sum(item["minutes"] for item in handover["items"]) <= handover["minutes"]


def test_every_consent_has_dated_versions_of_its_words():
    for purpose, consent in read("consents.yaml")["consents"].items():
        assert consent["versions"], purpose
        assert all(version["version"] and version["from"] for version in consent["versions"]), purpose


def test_money_is_written_as_text():
    promises = read("promises.yaml")
    for amount in (promises["deposits"]["reserved"]["amount"], promises["delay_compensation"]["cap"]):
        assert isinstance(amount, str)
        assert Decimal(amount) > 0
