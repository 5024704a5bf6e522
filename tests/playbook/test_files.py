"""Playbooks in files and folders, as the command line checks them; the standards they hold."""

from pathlib import Path

import pytest

from forecourt.base.diagnostics import Spot
from forecourt.playbook import check_paths
from forecourt.playbook.measures import parse_standard
from forecourt.playbook.measures import satisfied
from tests.playbook.samples import VOCABULARY
from tests.playbook.samples import WHOLE


def test_files_of_a_folder_may_start_one_another(tmp_path: Path) -> None:
    first = WHOLE.replace("ordered: order-to-handover", "ordered: second-visit")
    (tmp_path / "a.yaml").write_text(first, encoding="utf-8")
    (tmp_path / "b.yml").write_text(
        WHOLE.replace("playbook: visit", "playbook: second-visit"), encoding="utf-8"
    )
    (tmp_path / "notes.txt").write_text("not a playbook", encoding="utf-8")
    assert check_paths([tmp_path], VOCABULARY) == []
    assert [item.code for item in check_paths([tmp_path / "a.yaml"], VOCABULARY)] == ["PB036"]


def test_what_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("title: 零售".encode("gbk"))
    found = check_paths([tmp_path / "missing.yaml", tmp_path / "gbk.yaml"], VOCABULARY)
    assert {(item.code, Path(item.file).name) for item in found} == {
        ("PB006", "missing.yaml"),
        ("PB001", "gbk.yaml"),
    }


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("share(respond.on_time) >= 95 %", ("share", "respond", "on_time", None, ">=", 95.0, "%")),
        ("median( respond.wait )<=10 min", ("median", "respond", "wait", None, "<=", 10.0, "min")),
        ("share(journey.ended = ordered) > 12.5%", ("share", None, "ended", "ordered", ">", 12.5, "%")),
    ],
)
def test_standards_are_read(text: str, parts: tuple[object, ...]) -> None:
    found = parse_standard("s", text, None, Spot())
    read = (found.measure, found.step, found.aspect, found.equals, found.comparison, found.value, found.unit)
    assert read == parts


def test_a_standard_is_met_or_not() -> None:
    least = parse_standard("s", "share(a.done) >= 95 %", None, Spot())
    assert (satisfied(least, 95.0), satisfied(least, 94.9)) == (True, False)
    below = parse_standard("s", "median(a.wait) < 10 min", None, Spot())
    assert (satisfied(below, 9.9), satisfied(below, 10.0)) == (True, False)
