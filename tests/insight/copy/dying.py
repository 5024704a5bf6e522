"""Kills copies at every point where they touch a file: a script, run by test_killing.py in a process of its own.

For n = 1, 2, 3, … a child process works on a fresh duplicate of a copy and kills itself with SIGKILL at the n-th thing it does to a file
below the folder. Another one, the same for all points, then looks at what is left, runs the work to its end and looks again. Ends at the
first n that the work survives; prints how many points there were. This process itself touches neither the database nor Arrow: a child
that is forked from it begins anew.

    python -m tests.insight.copy.dying copy|compact FOLDER WORKING_FOLDER
"""

import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import NoReturn

import django

django.setup()

from django.db import connections  # noqa: E402

from forecourt.insight.copy import copying  # noqa: E402
from forecourt.insight.copy import layout  # noqa: E402
from forecourt.insight.copy import manifest as manifests  # noqa: E402
from forecourt.insight.copy.compacting import compact  # noqa: E402
from forecourt.insight.copy.reading import open_copy  # noqa: E402

EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree"}
WORKS: dict[str, Callable[[Path], object]] = {"copy": copying.copy, "compact": compact}


def main(what: str, start: Path, room: Path) -> None:
    copying.ROUND = 12  # several rounds, so that it also dies between them
    repaired = _repairer(what)
    for number in count(1):
        folder = room / f"{number:04d}"
        shutil.copytree(start, folder)
        if not _dies(lambda at=number, folder=folder: _until(at, folder, what)):
            break
        if not repaired(folder):
            sys.exit(f"wrong after a kill at point {number}, see above")
        shutil.rmtree(folder)
    sys.stdout.write(json.dumps({"points": number - 1}))


def _until(number: int, folder: Path, what: str) -> None:
    """Work, and die at the `number`-th event below the folder."""
    seen = count(1)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in EVENTS and str(arguments[0]).startswith(str(folder)) and next(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    WORKS[what](folder)


def _recover(folder: Path, what: str) -> None:
    left = _rows(folder)
    assert len(set(left)) == len(left), "an entry is in the copy twice"
    assert not set(left) - set(_journalled()), "the copy holds what the journal does not"
    WORKS[what](folder)
    assert open_copy(folder).damaged() == []
    if what == "copy":
        assert sorted(_rows(folder)) == _journalled(), "the copy is not the journal"
    else:
        assert sorted(_rows(folder)) == sorted(left), "the compaction has changed the rows"
    assert _strays(folder) == [], "something is left over"


def _repairer(what: str) -> Callable[[Path], bool]:
    """A child that repairs one folder after another; whether it could."""
    asked, ask = os.pipe()
    heard, answer = os.pipe()
    if not os.fork():
        os.close(ask)
        _keep_repairing(what, os.fdopen(asked), answer)
    os.close(asked)
    os.close(answer)

    def repaired(folder: Path) -> bool:
        os.write(ask, f"{folder}\n".encode())
        return os.read(heard, 1) == b"+"  # nothing comes from one that died

    return repaired


def _keep_repairing(what: str, folders: Iterable[str], answer: int) -> NoReturn:
    try:
        for line in folders:
            _recover(Path(line.rstrip("\n")), what)
            os.write(answer, b"+")
    except BaseException:  # noqa: BLE001 - the child must end here, whatever it is
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _rows(folder: Path) -> list[tuple[str, int]]:
    opened = open_copy(folder)
    tables = [opened.arrow(bucket, ["stream", "seq"]) for bucket in opened.buckets]
    return [(row["stream"], row["seq"]) for table in tables for row in table.to_pylist()]


def _journalled() -> list[tuple[str, int]]:
    with connections["reader"].cursor() as cursor:
        cursor.execute("SELECT set_config('forecourt.level', 'network', false)")
        cursor.execute("SELECT stream::text, seq FROM journal_entry ORDER BY stream, seq")
        return cursor.fetchall()


def _strays(folder: Path) -> list[str]:
    found = manifests.read(folder)
    assert found is not None
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return sorted(names - found.listed() - {layout.LOCK})


def _dies(work: Callable[[], None]) -> bool:
    """Whether a child that does the work is killed; an error in it ends this script."""
    code = _ends(work)
    if code not in (0, -signal.SIGKILL):
        sys.exit("the work fails, see above")
    return code != 0


def _ends(work: Callable[[], None]) -> int:
    """Do it in a child process; its exit code, negative for a signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
    except BaseException:  # noqa: BLE001 - the child must end here, whatever it is
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
