"""Enquiries from files, through the command, into a database with three stores."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from forecourt.demand.models import Lead
from forecourt.network.models import Staff
from forecourt.platform.actor import Actor
from forecourt.platform.scope import reading
from tests.cli.homes import FORECOURT
from tests.fixtures import Three

ADF = """<?xml version="1.0" encoding="UTF-8"?>
<?adf version="1.0"?>
<adf><prospect><id source="example">{number}</id><requestdate>2026-03-10T09:58:00+08:00</requestdate>
<vehicle interest="buy"><year>2026</year><make>AITO</make><model>M7</model></vehicle>
<customer><contact><name part="full">陈晓雨</name><phone type="cellphone">{phone}</phone>
<address><city>上海</city><country>CN</country></address></contact></customer>
<vendor><contact><name part="full">Forecourt</name></contact></vendor></prospect></adf>
"""
HOSTILE = '<?xml version="1.0"?><!DOCTYPE adf [<!ENTITY x SYSTEM "file:///etc/passwd">]><adf><prospect>&x;</prospect></adf>'


@pytest.fixture(autouse=True)
def network(busy_network: Three, playbooks: Callable[..., None]) -> Three:
    """In a database of its own, because the command is another process."""
    playbooks("retail")
    return busy_network


def intake(*files: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*FORECOURT, "intake", "--json", *files], capture_output=True, text=True, env=os.environ
    )


@pytest.fixture
def enquiry(tmp_path: Path) -> Path:
    file = tmp_path / "enquiry.xml"
    file.write_text(ADF.format(number="e-1", phone="13800138000"))
    return file


def test_an_enquiry_finds_a_store_and_an_adviser(enquiry: Path, system: Actor) -> None:
    said = intake(enquiry)
    assert said.returncode == 0, said.stderr
    (result,) = json.loads(said.stdout)
    (lead,) = result["leads"]
    assert (result["status"], lead["outcome"]) == ("accepted", "accepted")
    assert lead["owner"] and lead["journey"]
    with reading(system.scope):
        assert Staff.objects.get(code=lead["owner"]).store == lead["store"]


def test_the_same_file_again_changes_nothing(enquiry: Path, system: Actor) -> None:
    first = intake(enquiry)
    again = intake(enquiry)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)[0]["leads"][0]["lead"] == json.loads(first.stdout)[0]["leads"][0]["lead"]
    with reading(system.scope):
        assert Lead.objects.count() == 1


def test_a_known_person_is_joined(enquiry: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.xml"
    second.write_text(ADF.format(number="e-2", phone="+86 138 0013 8000"))
    said = json.loads(intake(enquiry, second).stdout)
    assert [result["leads"][0]["outcome"] for result in said] == ["accepted", "joined"]


def test_a_hostile_document_is_refused_with_position_and_the_good_one_is_taken(
    enquiry: Path, tmp_path: Path
) -> None:
    hostile = tmp_path / "hostile.xml"
    hostile.write_text(HOSTILE)
    said = intake(hostile, enquiry)
    assert said.returncode == 1
    refused, taken = json.loads(said.stdout)
    assert refused["status"] == "refused" and refused["refused"][0]["line"] >= 1
    assert "root:" not in said.stdout
    assert taken["status"] == "accepted"


def test_lines_for_people(enquiry: Path, network: Three) -> None:
    said = subprocess.run([*FORECOURT, "intake", enquiry], capture_output=True, text=True, env=os.environ)
    assert said.stdout.startswith(f"{enquiry}: accepted\n")
    assert re.search(r"prospect 1: accepted, store \w+-\d{3}, st-\d+", said.stdout), said.stdout


def test_a_missing_file_is_named() -> None:
    said = intake(Path("nowhere.xml"))
    assert said.returncode == 2 and "nowhere.xml" in said.stderr
