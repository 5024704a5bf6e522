"""Playbooks in files: what the command line checks."""

from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path

from forecourt.base.diagnostics import Diagnostic
from forecourt.base.diagnostics import Spot
from forecourt.base.diagnostics import in_order
from forecourt.playbook.checks import check
from forecourt.playbook.codes import report
from forecourt.playbook.parser import Loaded
from forecourt.playbook.parser import load
from forecourt.playbook.vocabulary import Vocabulary


def load_paths(paths: Iterable[Path | str]) -> list[Loaded]:
    """Read playbooks from files, and from all `*.yaml` and `*.yml` files of folders, in order of name.

    What cannot be read is reported as PB006, bytes that are not UTF-8 as PB001.
    """
    return [_load(path) for given in paths for path in _files(Path(given))]


def check_paths(paths: Iterable[Path | str], vocabulary: Vocabulary) -> list[Diagnostic]:
    """Return everything that is wrong with the playbooks in files or folders, in order of place.

    The playbooks may start one another: those read together count as known.
    """
    loaded = load_paths(paths)
    names = frozenset(item.playbook.name for item in loaded if item.playbook is not None)
    words = vocabulary.with_playbooks(names)
    found = [
        diagnostic for item in loaded for diagnostic in (*item.diagnostics, *check(item.playbook, words))
    ]
    return in_order(found)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for file in path.iterdir() if file.suffix in (".yaml", ".yml"))
    else:
        yield path


def _load(path: Path) -> Loaded:
    try:
        return load(path.read_bytes().decode("utf-8-sig"), str(path))
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        return Loaded(
            None, (report("PB006", Spot(str(path)), message, "Give the path of a playbook or a folder."),)
        )
    except UnicodeDecodeError as error:
        message = f"the text is not UTF-8: byte {error.start} is {error.object[error.start]:#04x}"
        return Loaded(None, (report("PB001", Spot(str(path)), message, "Save the file as UTF-8."),))
