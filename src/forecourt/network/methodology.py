"""Reads the methodology folder: what headquarters wrote about the network, as plain values. No database here."""

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

Row = dict[str, str]


class MethodologyMissing(FileNotFoundError):
    """The methodology folder or a file in it is not there."""


def read_yaml(folder: Path, name: str) -> dict[str, Any]:
    """A YAML file of the folder as plain values. Raises MethodologyMissing, or ValueError that names the file."""
    try:
        content = yaml.safe_load(_path(folder, name).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{name} in the methodology folder is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{name} in the methodology folder must be a mapping of keys to values")
    return content


def read_csv(folder: Path, name: str) -> list[Row]:
    """A CSV file of the folder, each line as a mapping of column to text."""
    with _path(folder, name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _path(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise MethodologyMissing(
            f"The methodology has no file {name}. Set FORECOURT_METHODOLOGY to a folder that has it (now {folder})."
        )
    return path


def as_date(text: str | date | None) -> date | None:
    """A date of a CSV or YAML file; None when it is empty."""
    if isinstance(text, date) or not text:
        return text or None
    return date.fromisoformat(text)


def names(entry: dict[str, Any], key: str = "name") -> dict[str, str]:
    """The two names of a YAML entry as columns of a `Named` table."""
    return {"name_zh": str(entry[key]["zh"]), "name_en": str(entry[key]["en"])}


@lru_cache(maxsize=4)
def holiday_rows(folder: Path, name: str) -> tuple[Row, ...]:
    """The published calendar, one row for each day; read once."""
    return tuple(read_csv(folder, name))
