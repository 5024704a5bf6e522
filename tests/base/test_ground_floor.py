"""The ground floor stands alone: no Django, no database, nothing of the floors above."""

import subprocess
import sys

PROGRAM = """
import pkgutil, importlib, sys
import forecourt.base, forecourt.playbook
for room in (forecourt.base, forecourt.playbook):
    for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        importlib.import_module(module.name)
print("\\n".join(sorted(sys.modules)))
"""
ALLOWED = ("forecourt.base", "forecourt.playbook")


def test_base_and_playbook_import_nothing_above_them() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert [name for name in loaded if name.split(".")[0] in ("django", "psycopg", "ninja")] == []
    ours = [name for name in loaded if name.startswith("forecourt.")]
    assert [name for name in ours if not name.startswith(ALLOWED)] == []
    assert len(ours) > 30
