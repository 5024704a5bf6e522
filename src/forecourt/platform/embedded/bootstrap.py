"""Makes a server ready for Forecourt: three roles, one database, and who may do what in it.

    forecourt_owner   owns the tables and migrates; no superuser
    forecourt_web     reads and writes rows; row-level security binds it; cannot change a table
    forecourt_reader  reads only

Every statement may be repeated. It stays within what PostgreSQL 15 knows, and needs no superuser on a server of your
own: an administrator who may create roles and databases is enough.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.conninfo import make_conninfo

from forecourt.platform.embedded import dsn as dsns
from forecourt.platform.embedded import passwords
from forecourt.platform.embedded.dsn import Dsns
from forecourt.platform.embedded.places import Places
from forecourt.platform.embedded.places import default_home
from forecourt.platform.embedded.server import Server

ROLES = ("forecourt_owner", "forecourt_web", "forecourt_reader")
EXTENSIONS = ("btree_gist", "pg_trgm")
WEB_RIGHTS = sql.SQL("SELECT, INSERT, UPDATE, DELETE")
PLAIN = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")


def prepare(server: Server | str, dbname: str = "forecourt", *, home: Path | None = None) -> Dsns:
    """Make roles, database and rights; return the URLs to use. May be repeated.

    `server` is a running embedded server, or the URL of an administrator of a PostgreSQL of your own; the passwords
    are kept in `home` (by default the installation's).
    """
    if isinstance(server, Server):
        admin, places = server.dsn("postgres", "postgres"), server.places
    else:
        admin, places = server, Places(home or server_home())
    kept = passwords.ensure(places.secrets)
    make_roles(admin, kept)
    make_database(admin, dbname)
    made = _urls(admin, kept, dbname)
    grant(made)
    return made


def server_home() -> Path:
    """The installation's home, made when missing, for the passwords of a PostgreSQL of your own."""
    home = default_home()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def make_roles(admin: str, kept: dict[str, str]) -> None:
    """Create the three roles, or set their passwords again to what is kept."""
    with _autocommit(admin) as db:
        have = {
            name
            for (name,) in db.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
        }
        for role in ROLES:
            verb = sql.SQL("ALTER" if role in have else "CREATE")
            rights = sql.SQL("LOGIN") if role in have else PLAIN
            db.execute(
                sql.SQL("{} ROLE {} {} PASSWORD {}").format(
                    verb, sql.Identifier(role), rights, sql.Literal(kept[role])
                )
            )


def make_database(admin: str, dbname: str, template: str = "") -> None:
    """Create a database of the owner unless it is there, and let only our roles in."""
    name, owner = sql.Identifier(dbname), sql.Identifier(ROLES[0])
    with _autocommit(admin) as db:
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [dbname]).fetchone():
            _may_act_as_owner(db)
            source = sql.Identifier(template or "template0")
            db.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} ENCODING 'UTF8'").format(name, owner, source)
            )
        db.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(name))
        for role in ROLES:
            db.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(role)))


def _may_act_as_owner(db: "psycopg.Connection") -> None:
    """An administrator who is no superuser must be a member of the owner to give it a database."""
    row = db.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if row and not row[0]:
        db.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(ROLES[0])))


def grant(made: Dsns) -> None:
    """As the owner: extensions, and what web and reader may do with the tables made from now on.

    The role names are read from the URLs, so that a PostgreSQL of your own may call them otherwise.
    """
    web, reader = (sql.Identifier(str(conninfo_to_dict(url)["user"])) for url in (made.web, made.reader))
    with _autocommit(made.owner) as db:
        for extension in EXTENSIONS:
            db.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        db.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for statement in _rights(web, reader):
            db.execute(statement)


def _rights(web: sql.Identifier, reader: sql.Identifier) -> Iterator[sql.Composed]:
    """Reader's rights first: when web and reader are one role, web's are added and not taken away."""
    later = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} ON {} TO {}"
    select, use = sql.SQL("SELECT"), sql.SQL("USAGE, SELECT")
    tables, sequences = sql.SQL("TABLES"), sql.SQL("SEQUENCES")
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}, {}").format(web, reader)
    yield sql.SQL(later).format(select, tables, reader)
    yield sql.SQL(later).format(WEB_RIGHTS, tables, web)
    yield sql.SQL(later).format(use, sequences, web)


def _urls(admin: str, kept: dict[str, str], dbname: str) -> Dsns:
    """The administrator's URL with each of our roles in its place."""
    return Dsns(
        **{
            role: make_conninfo(
                admin, user=f"forecourt_{role}", password=kept[f"forecourt_{role}"], dbname=dbname
            )
            for role in dsns.CHILD
        }
    )


@contextmanager
def _autocommit(url: str) -> Iterator["psycopg.Connection"]:
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as db:
        yield db
