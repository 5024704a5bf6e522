"""Every page of a demo, as each persona finds it by following links: server time and statements, against the budget.

    FORECOURT_HOME=DIR forecourt demo --no-serve          # play one
    python benchmarks/pages.py --home DIR                 # then look at it; ends with 1 when a page fails or is over budget

Pages are asked for inside this process, up to three of each kind. The time is CPU of this process plus that of the
database, the least of five: what a page costs when nothing else runs. Prints one JSON object.
"""

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections import deque
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

MILLISECONDS, STATEMENTS = 150, 25
OF_A_KIND = 3
TIMES = 5
LINK = re.compile(r'href="(/[^"#]*)')
# No pages of ours: files, the API and its reader, the sign-in library, ways out.
LEFT_OUT = re.compile(r"^/(static|api|accounts|sign-out|i18n)\b|\.ics$")


def main() -> int:
    args = _arguments()
    os.environ["FORECOURT_HOME"] = str(args.home)
    os.environ["FORECOURT_DEMO"] = "1"
    from forecourt.cli import installation

    with installation.ready():
        found = _looked_at()
    wrong = [page for page in found if page["status"] != 200]
    over = [page for page in found if page["ms"] > MILLISECONDS or page["statements"] > STATEMENTS]
    slowest = sorted(found, key=lambda page: -page["ms"])
    print(json.dumps({
        "budget": {"ms": MILLISECONDS, "statements": STATEMENTS}, "pages": len(found),
        "kinds": len({page["kind"] for page in found}), "wrong": wrong, "over": over, "slowest": slowest[:12],
        "median_ms": slowest[len(slowest) // 2]["ms"],
    }, indent=1, ensure_ascii=False))  # fmt: skip
    return int(bool(wrong or over))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Look at every page of a demo.")
    parser.add_argument(
        "--home", type=Path, required=True, help="the FORECOURT_HOME of a demo that was played"
    )
    return parser.parse_args()


def _looked_at() -> list[dict[str, Any]]:
    from django.test import Client

    from forecourt.platform import links
    from forecourt.platform.models import User
    from forecourt.web.personas import sample_customer

    found = []
    for user in User.objects.exclude(persona="").order_by("pk"):
        client = Client(raise_request_exception=False)
        client.force_login(user)
        found += _walked(client, user.persona, "/")
    if person := sample_customer():
        found += _walked(Client(raise_request_exception=False), "customer", f"/c/{links.sign(person)}/")
    return found


def _walked(client: Any, persona: str, start: str) -> list[dict[str, Any]]:
    """Follow links from `start`, up to OF_A_KIND of each kind of address."""
    waiting, seen, kinds, found = deque([start]), {start}, Counter[str](), []
    while waiting:
        address = waiting.popleft()
        kind = _kind(address)
        if kinds[kind] >= OF_A_KIND:
            continue
        kinds[kind] += 1
        page = _asked(client, address)
        found.append({"persona": persona, "kind": kind, "address": address} | page.pop("told"))
        for link in LINK.findall(page["text"]):
            link = link.replace("&amp;", "&")
            if link not in seen and not LEFT_OUT.search(link):
                seen.add(link)
                waiting.append(link)
    return found


def _kind(address: str) -> str:
    """The name of the address and of what is asked of it."""
    from django.urls import Resolver404
    from django.urls import resolve

    path, _mark, query = address.partition("?")
    try:
        name = resolve(path).view_name
    except Resolver404:
        name = path
    return name + "?" * bool(query) + "&".join(sorted(re.findall(r"(\w+)=", query)))


def _asked(client: Any, address: str) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    answer = client.get(address, follow=True)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    statements = len(captured)  # now: Django forgets them with the next request
    spent = []
    for _time in range(TIMES):
        before = time.process_time() + _database_seconds()
        client.get(address)
        spent.append(time.process_time() + _database_seconds() - before)
    text = answer.content.decode(errors="replace") if not answer.streaming else ""
    told = {"status": answer.status_code, "ms": round(min(spent) * 1000, 1), "statements": statements}
    return {"text": text, "told": told}


def _database_seconds() -> float:
    """CPU of the server process behind this connection, while it is on this machine."""
    from django.db import connection

    connection.ensure_connection()
    try:
        return (
            int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0])
            / 1e9
        )
    except OSError:
        return 0.0


if __name__ == "__main__":
    sys.exit(main())
