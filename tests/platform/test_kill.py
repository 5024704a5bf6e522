"""Processes die without a word; nothing that was acknowledged may be lost."""

import os
import signal
import threading

import psycopg
import pytest

from forecourt.platform.embedded.errors import AlreadyOwned
from forecourt.platform.embedded.places import Places
from forecourt.platform.embedded.server import Server
from tests.platform.servers import alive
from tests.platform.servers import eventually
from tests.platform.servers import new_home
from tests.platform.servers import owner_process

CLEAN = "database system is shut down"


class Writer(threading.Thread):
    """Commits one row after another and remembers which commits were acknowledged."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.acknowledged: list[int] = []

    def run(self) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True) as db:
                for number in range(10_000_000):
                    db.execute("INSERT INTO row VALUES (%s)", [number])
                    self.acknowledged.append(number)
        except psycopg.OperationalError:
            return


def written(url: str) -> set[int]:
    with psycopg.connect(url) as db:
        return {number for (number,) in db.execute("SELECT number FROM row")}


@pytest.fixture
def home():
    with new_home() as made:
        yield made


def start_writing(url: str) -> Writer:
    with psycopg.connect(url) as db:
        db.execute("CREATE TABLE IF NOT EXISTS row (number int)")
        db.execute("TRUNCATE row")
    writer = Writer(url)
    writer.start()
    eventually(lambda: len(writer.acknowledged) > 200)
    return writer


@pytest.mark.parametrize("turn", range(2))
def test_kill_of_the_database_loses_no_acknowledged_row(home, turn: int) -> None:
    server = Server(home).start()
    url = server.dsn("postgres", "postgres")
    writer = start_writing(url)
    os.kill(server.pid, signal.SIGKILL)
    writer.join()
    server.stop()
    with Server(home):
        assert set(writer.acknowledged) <= written(url)
    assert len(writer.acknowledged) > 200


def test_kill_of_the_owner_stops_the_server_cleanly(home) -> None:
    with owner_process(home) as (owner, pid):
        url = Server(home).dsn("postgres", "postgres")
        writer = start_writing(url)
        owner.kill()
        owner.wait()
        eventually(lambda: not alive(pid))
        writer.join()
    assert Places(home).log.read_text().rstrip().endswith(CLEAN)
    with Server(home):
        assert set(writer.acknowledged) <= written(url)


def test_a_living_owner_keeps_the_home_and_a_dead_one_gives_it_back(home) -> None:
    with owner_process(home) as (owner, pid):
        with pytest.raises(AlreadyOwned, match=rf"already run by process {owner.pid} "):
            Server(home).start()
        assert alive(pid)
        owner.kill()
        owner.wait()
        with Server(home) as server:  # while the old server may still be shutting down
            assert server.pid != pid
            assert not alive(pid)


def test_an_orphan_server_is_stopped_before_a_new_one_starts(home) -> None:
    """Where the kernel has no death signal (macOS) the server outlives a killed owner; so too when it was lost."""
    first = Server(home).start()
    orphan = first.pid
    first._process = None  # as if the owner had died
    first._lock.close()
    first._lock = None
    with Server(home) as second:
        assert second.pid != orphan
        psycopg.connect(second.dsn("postgres", "postgres")).close()
    eventually(lambda: not alive(orphan))
