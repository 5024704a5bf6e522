"""Writes the reference pages from the code, as a hook of mkdocs: what is described is what runs.

Pages: actions and permissions, refusals, journal entries and subscriptions, tables and their protection, settings, API, commands.
They are made when the documentation is built and lie in no repository. `python tools/reference.py FOLDER` writes them to a folder.
"""

import ast
import importlib
import os
import pkgutil
import sys
import warnings
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "forecourt"
NOTE = "\n\n*This page is made from the code when the documentation is built.*\n\n"

# What an installation may set in its environment.
SETTINGS = {
    "FORECOURT_HOME": "Folder of the installation's data: database, secrets, sockets.",
    "FORECOURT_METHODOLOGY": "Folder of the methodology: playbooks, checklists, fact tables. The one delivered when left out.",
    "FORECOURT_HOSTS": "Host names under which the site answers, separated by commas.",
    "FORECOURT_ORIGINS": "Origins (scheme and host) from which forms may be sent, separated by commas; needed behind a proxy.",
    "FORECOURT_HTTPS": "`1` when a proxy in front speaks HTTPS: cookies are sent over HTTPS only.",
    "FORECOURT_SECRET_KEY": "Signs sessions and customers' links. Kept in the home when left out.",
    "FORECOURT_STATIC_ROOT": "Folder of built style sheets and scripts.",
    "FORECOURT_LOG": "Level of the log: `DEBUG`, `INFO`, `WARNING` (default), `ERROR`.",
    "FORECOURT_DEBUG": "`1` shows causes of faults on pages. Never where others can reach the site.",
    "FORECOURT_DEMO": "`1` is set by `forecourt demo`: one-click sign-in for the personas.",
    "FORECOURT_PAYMENTS": "Dotted path of the payment provider; the sandbox when left out.",
    "FORECOURT_SANDBOX_OUTAGE": "`1` lets the payment sandbox be out of order, to try what happens.",
    "FORECOURT_PREPARE": "How often a statement runs before the server keeps its plan; `0` never, for a pooler in front.",
    "FORECOURT_CHROMIUM": "Development: the Chromium that browser tests start. The one on PATH or Playwright's when left out.",
    "FORECOURT_NO_BROWSER": "Development: `1` leaves browser tests out on purpose.",
    "FORECOURT_NO_ORACLES": "Development: `1` leaves out, on purpose, the tests that ask pm4py, r4pm and SpiffWorkflow (`make oracles`).",
    "FORECOURT_PUBLIC_LOGS": "Development: a folder of XES files; alignments of them are also compared with pm4py's and r4pm's.",
    "FORECOURT_SHOTS": "Development: folder in which browser tests keep a picture of each page.",
    "FORECOURT_FUZZ": "Development: how often each operation of the API is asked at random (6 when left out), and how many harmed logs the readers are given (150).",
    "FORECOURT_CLUSTER": "Development: `1` runs the tests on a real Ray and a real Spark (`make cluster-test`).",
    "FORECOURT_WRITE_QUERY_COUNTS": "Development: `1` writes down how many queries a page takes, after a change that is meant.",
    "FORECOURT_NO_ASSETS": "Development: `1` builds a distribution without style sheets and scripts, on purpose.",
    "DATABASE_URL": "A PostgreSQL of your own, as the web role. Without it the embedded server runs.",
    "DATABASE_OWNER_URL": "The same database as the role that owns the tables, for migrations.",
    "DATABASE_READER_URL": "The same database as the role that only reads, for exports.",
}


def set_up() -> None:
    """Load every module of the house; no database is needed."""
    if str(ROOT) not in sys.path:  # mkdocs takes away what a hook adds when it is loaded
        sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forecourt.platform.settings")
    import django
    from django.utils import translation

    warnings.simplefilter("ignore")
    django.setup()
    translation.activate("en")
    import forecourt

    for found in pkgutil.walk_packages(forecourt.__path__, "forecourt."):
        if ".migrations" not in found.name:
            importlib.import_module(found.name)


def table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    lines = [
        "| " + " | ".join(cells) + " |"
        for cells in (list(heads), *([_cell(one) for one in row] for row in rows))
    ]
    return "\n".join([lines[0], "|" + "---|" * len(list(heads)), *lines[1:]]) + "\n\n"


def _cell(value: Any) -> str:
    return " ".join(str(value).split()).replace("|", "\\|").replace("<", "&lt;")


def _first(text: str | None) -> str:
    """The first paragraph of a docstring."""
    return (text or "").strip().split("\n\n")[0]


def actions() -> str:
    """Each action and who may do it."""
    from forecourt.platform.actions import ACTIONS

    ours = sorted(
        (one for one in ACTIONS.values() if one.body.__module__.startswith("forecourt.")),
        key=lambda one: one.name,
    )
    intro = "A role that is not listed is refused. `system` stands for what nobody asks for: jobs and subscriptions."
    rows = (
        (f"`{one.name}`", _first(one.body.__doc__), ", ".join(sorted(one.roles)) or "system") for one in ours
    )
    return f"# Actions and permissions{NOTE}{intro}\n\n" + table(("action", "what it does", "roles"), rows)


def refused() -> str:
    """Each code with its sentences."""
    from tools.refusals import refusals

    found: dict[str, Any] = defaultdict(lambda: (set(), []))
    for one in refusals():
        kinds, texts = found[one.code]
        kinds.add(one.kind)
        if one.text and one.text not in texts:
            texts.append(one.text)
    rows = (
        (f"`{code}`", ", ".join(sorted(kinds)), " / ".join(texts))
        for code, (kinds, texts) in sorted(found.items())
    )
    intro = "Codes are stable; sentences may change and follow the reader's language. Routes answer them as RFC 9457 problems."
    return f"# Refusals{NOTE}{intro}\n\n" + table(("code", "kind", "sentence"), rows)


def entries() -> str:
    """Each kind of journal entry: where it is written, who hears of it."""
    from forecourt.journal.subscriptions import subscriptions

    written, heard = _kinds(), subscriptions()
    for kind in heard:
        written[kind] = written.get(kind) or _naming(kind)
    rows = (
        (
            f"`{kind}`",
            ", ".join(sorted(written.get(kind, ()))),
            ", ".join(f"`{one}`" for one in heard.get(kind, ())),
        )
        for kind in sorted({*written, *heard})
    )
    return f"# Journal entries and subscriptions{NOTE}" + table(("kind", "written in", "heard by"), rows)


def _kinds() -> dict[str, set[str]]:
    """Texts like `sales.order_placed` given to something that writes an entry."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in (
                "write",
                "_note",
                "note",
                "_write",
                "_tell",
                "tell",
                "entry",
            ):
                for given in node.args[:2]:
                    if (
                        isinstance(given, ast.Constant)
                        and isinstance(given.value, str)
                        and "." in given.value
                    ):
                        found[given.value].add(path.relative_to(SOURCE).as_posix())
    return found


def _naming(kind: str) -> set[str]:
    """Files of the kind's own room that name it."""
    room = SOURCE / kind.split(".")[0]
    paths = (path for path in room.rglob("*.py") if f'"{kind}"' in path.read_text("utf-8"))
    return {path.relative_to(SOURCE).as_posix() for path in paths}


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def tables() -> str:
    """Each table, what it holds, how its rows are kept apart."""
    from django.apps import apps

    kinds = _protected()
    rows = (
        (f"`{model._meta.db_table}`", _first(model.__doc__), kinds.get(model._meta.db_table, ""))
        for model in sorted(apps.get_models(), key=lambda one: one._meta.db_table)
        if model.__module__.startswith("forecourt.")
    )
    intro = (
        "`placed`: by network, brand, region, operator and store. `placed_person`: and by the customer. `person`: where a store knows"
        " the person. `reference`: read by everyone signed in, written by headquarters. `network`: headquarters only. None: no row"
        " belongs to anybody."
    )
    return f"# Tables{NOTE}{intro}\n\n" + table(("table", "holds", "rows kept apart"), rows)


def _protected() -> dict[str, str]:
    """Tables to their kind of protection, from the operations of the migrations."""
    found = {}
    for path in sorted(SOURCE.glob("*/migrations/0*.py")):
        module = importlib.import_module(f"forecourt.{path.parts[-3]}.migrations.{path.stem}")
        for operation in module.Migration.operations:
            statements = getattr(operation, "sql", "")
            if isinstance(statements, list) and "ENABLE ROW LEVEL SECURITY" in statements[0]:
                name = statements[0].split()[2]
                found[name] = _kind(" ".join(statements))
    return found


def _kind(policies: str) -> str:
    if "people_relation" in policies:
        return "person"
    if "'store' AND store" in policies:
        return "placed_person" if "'person' AND" in policies else "placed"
    return "reference" if "coalesce" in policies else "network"


def settings() -> str:
    rows = ((f"`{name}`", text) for name, text in SETTINGS.items())
    return f"# Settings{NOTE}All are environment variables.\n\n" + table(("variable", "meaning"), rows)


def api() -> str:
    """Each route by room."""
    from forecourt.api.schema import operations
    from forecourt.api.site import openapi

    by_tag: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for address, method, said in operations(openapi()):
        by_tag[said["tags"][0]].append(
            (f"`{method.upper()} {address.removeprefix('/api/v1')}`", said["summary"])
        )
    intro = (
        "Below `/api/v1`. The whole description as OpenAPI 3.1 is at `/api/v1/openapi.json` of every installation. Sign in with"
        " `Authorization: Bearer` and a token from `forecourt token make`. A customer signs in with `Authorization: Link` and what stands at"
        " the end of their signed link (`/persons/{person}/link` tells it to those who work with the customer): they see what is their"
        " own, answer their surveys, book, move and cancel their visits, give and withdraw consents. Refusals are problems (RFC 9457). A POST may carry an"
        " `Idempotency-Key`: the same key gives the same effect once. Lists give `next_cursor`; send it back as `cursor`."
    )
    parts = [f"## {tag.capitalize()}\n\n" + table(("route", "what it does"), by_tag[tag]) for tag in by_tag]
    return f"# API{NOTE}{intro}\n\n" + "".join(parts)


def commands() -> str:
    """Each command with its help."""
    import click

    from forecourt.cli.main import COMMANDS
    from forecourt.cli.main import main

    parts = [f"# Commands{NOTE}"]
    context = click.Context(main, info_name="forecourt")
    for name in COMMANDS:
        parts += _helps(main.get_command(context, name), f"forecourt {name}")
    return "".join(parts)


def _helps(command: Any, name: str) -> list[str]:
    import click

    context = click.Context(command, info_name=name)
    parts = [f"## {name}\n\n```text\n{command.get_help(context)}\n```\n\n"]
    for inner in getattr(command, "commands", {}).values():
        parts += _helps(inner, f"{name} {inner.name}")
    return parts


PAGES: dict[str, Callable[[], str]] = {
    "actions": actions, "refusals": refused, "entries": entries, "tables": tables, "settings": settings, "api": api,
    "commands": commands,
}  # fmt: skip


def on_files(files: Any, config: Any) -> Any:
    """mkdocs asks here for the files of the site."""
    from mkdocs.structure.files import File

    set_up()
    for name, write in PAGES.items():
        files.append(File.generated(config, f"reference/{name}.md", content=write()))
    return files


def main() -> None:
    folder = Path(sys.argv[1])
    set_up()
    for name, write in PAGES.items():
        (folder / f"{name}.md").write_text(write(), "utf-8")
        print(folder / f"{name}.md")


if __name__ == "__main__":
    main()
