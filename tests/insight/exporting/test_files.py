"""A file is there whole or not at all, and none is written over by mistake."""

from pathlib import Path
from typing import Any

import pytest

from forecourt.insight.exporting import exporting
from forecourt.insight.exporting.exporting import NothingToExport
from forecourt.insight.exporting.exporting import export
from forecourt.insight.exporting.files import beside
from forecourt.insight.exporting.lines import Choice
from tests.insight.exporting.conftest import AT
from tests.insight.exporting.conftest import CLI


def test_it_takes_its_place_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "log.json"
    with beside(target, force=False) as (made, _):
        made.write_text("half")
        assert not target.exists()
        made.write_text("whole")
    assert [one.name for one in tmp_path.iterdir()] == ["log.json"]
    assert target.read_text() == "whole"
    assert target.stat().st_mode & 0o777 == 0o600


def test_after_an_error_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), beside(tmp_path / "log", force=False) as (made, _):
        made.write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    target = tmp_path / "log"
    target.write_text("mine")
    with pytest.raises(FileExistsError, match="--force"), beside(target, force=False):
        pass
    with beside(target, force=True) as (made, _):
        made.write_text("new")
        assert target.read_text() == "mine"
    assert target.read_text() == "new"


def test_one_that_comes_meanwhile_stays_too(tmp_path: Path) -> None:
    target = tmp_path / "log"
    with pytest.raises(FileExistsError), beside(target, force=False) as (made, _):
        made.write_text("new")
        target.write_text("theirs")
    assert target.read_text() == "theirs"


@pytest.mark.parametrize("form", exporting.FORMS)
def test_an_export_that_is_not_recorded_is_not_handed_over(
    form: str, played: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise RuntimeError("no journal")

    monkeypatch.setattr(exporting, "export_journal", refuse)
    with pytest.raises(RuntimeError, match="no journal"):
        export(tmp_path / "log", form, Choice(), by=CLI, at=AT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", exporting.FORMS)
def test_an_empty_choice_writes_nothing(form: str, played: None, tmp_path: Path, asked: Any) -> None:
    count = "SELECT count(*) FROM journal_entry WHERE kind = 'insight.exported'"
    before = asked(count)
    with pytest.raises(NothingToExport):
        export(tmp_path / "log", form, Choice(playbook="retial"), by=CLI, at=AT)
    assert list(tmp_path.iterdir()) == [] and asked(count) == before
