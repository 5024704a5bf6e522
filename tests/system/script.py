"""What the system tests let a process of the installation do: open a small network and make tokens; set its clock forward.

`python -m tests.system.script open` prints the tokens as JSON; `… later HOURS` moves the clock and asks for the deadlines of it.
"""

import json
import sys
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from forecourt.cli import installation

STARTS = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Shanghai: stores are open
TICKS = 12


def open_house() -> dict[str, str]:
    """The sample network, playbooks, prices; the site's clock at an hour when stores are open; two API tokens."""
    from forecourt.api import tokens
    from forecourt.demo.opening import open_network
    from forecourt.platform import clock
    from forecourt.platform.actor import Actor

    open_network(STARTS, 5, 1)
    clock.set_to(STARTS)
    secrets = {}
    for user in ("network_ops", "adviser"):
        secrets[user] = tokens.new_secret()
        digest = tokens.digest_of(secrets[user])
        tokens.make_token(by=Actor.system("tests"), at=STARTS, user=user, name="tests", digest=digest)
    return secrets


def later(hours: float) -> None:
    """Let hours pass at once, and put many looks at the deadlines in front of the workers, who run them side by side."""
    from forecourt.journeys.jobs import each_minute
    from forecourt.platform import clock

    clock.set_to(clock.now() + timedelta(hours=hours))
    for number in range(TICKS):
        each_minute.defer(timestamp=number)


def main(what: str, *more: str) -> None:
    with installation.ready():
        if what == "open":
            sys.stdout.write(json.dumps(open_house()) + "\n")
        else:
            later(float(more[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
