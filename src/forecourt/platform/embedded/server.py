"""Run one PostgreSQL server as long as its owner lives.

The server is a child in the foreground. On Linux the kernel sends it SIGINT, its fast and clean shutdown, the moment the
owner dies, even by kill -9; elsewhere the next owner finds the orphan and stops it. It listens on a Unix socket in
a private folder; TCP on 127.0.0.1 only when a port is asked for. Passwords are always required.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO
from typing import Any
from typing import Self
from urllib.parse import quote
from urllib.parse import urlencode

from forecourt.platform.embedded import binaries
from forecourt.platform.embedded import cluster
from forecourt.platform.embedded import lock
from forecourt.platform.embedded import passwords
from forecourt.platform.embedded import postmaster
from forecourt.platform.embedded.account import Account
from forecourt.platform.embedded.account import prepare_home
from forecourt.platform.embedded.errors import DidNotStart
from forecourt.platform.embedded.places import DEFAULT_PORT
from forecourt.platform.embedded.places import Places
from forecourt.platform.embedded.places import default_home

PR_SET_PDEATHSIG = 1
START_SECONDS = 300  # crash recovery may take minutes after a hard stop under load
STOP_SECONDS = 60
LOG_LIMIT = 20_000_000  # bytes; the log before the last start is kept beside it


class Server:
    """The embedded server of one home.

    `durable=False` trades safety on power loss for speed (tests). `port` adds TCP on 127.0.0.1.
    """

    def __init__(self, home: Path | None = None, *, port: int | None = None, durable: bool = True) -> None:
        self.places = Places((home or default_home()).absolute())
        self.port = port
        self.durable = durable
        self.account = Account.present()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    def start(self) -> Self:
        """Make the database cluster if there is none, start the server and wait until it answers.

        Raises AlreadyOwned, WrongVersion, Unreachable, NoBinaries or DidNotStart.
        """
        _main_thread_only()
        prepare_home(self.places.home, self.account)
        self._lock = lock.take(self.places.lock)
        try:
            self._start_as_owner()
        except BaseException:
            self.stop()
            raise
        return self

    def _start_as_owner(self) -> None:
        postmaster.wait_until_gone(self.places.postmaster, seconds=STOP_SECONDS)
        bin_dir = binaries.usable_by(self.account, binaries.locate(), self.places.binaries)
        secrets = passwords.ensure(self.places.secrets)
        cluster.ensure(self.places, bin_dir, self.account, secrets["postgres"])
        self.account.private_folder(self.places.run)
        self._process = self._launch(bin_dir)
        self._wait_until_ready()
        passwords.write_private(self.places.running, json.dumps(self.address() | {"pid": os.getpid()}))

    def _launch(self, bin_dir: Path) -> "subprocess.Popen[bytes]":
        settings = cluster.settings(bin_dir, self.places.run, self.port, durable=self.durable)
        with _open_log(self.places) as log:
            return subprocess.Popen(
                [bin_dir / "postgres", "-D", self.places.data, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.places.data,
                env=cluster.environment(),
                start_new_session=True,  # Ctrl-C in a terminal is for the owner, who stops us last
                preexec_fn=_die_with(os.getpid()),
                **self.account.popen(),
            )

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        until = time.monotonic() + START_SECONDS
        while True:
            said = postmaster.read(self.places.postmaster)
            if said and said.pid == self._process.pid and said.status == postmaster.READY:
                return
            if self._process.poll() is not None:
                raise DidNotStart(
                    f"PostgreSQL ended at once (code {self._process.returncode}). {self._last_words()}"
                )
            if time.monotonic() > until:
                raise DidNotStart(f"PostgreSQL was not ready after {START_SECONDS} s. {self._last_words()}")
            time.sleep(0.02)

    def _last_words(self) -> str:
        lines = (
            self.places.log.read_text(errors="replace").splitlines()[-5:] if self.places.log.exists() else []
        )
        return f"The end of {self.places.log}: " + " | ".join(lines)

    def stop(self) -> None:
        """Stop cleanly: first fast, after a minute without a checkpoint (recovery then runs at the next start)."""
        if self._process is not None and self._process.poll() is None:
            _end(self._process)
        self._process = None
        if self._lock is not None:
            self.places.running.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    @property
    def pid(self) -> int | None:
        """The server's process, when it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def address(self) -> dict[str, Any]:
        """Where clients find the server."""
        return {"host": str(self.places.run), "port": self.port or DEFAULT_PORT}

    def dsn(self, role: str = "forecourt_web", dbname: str = "forecourt") -> str:
        """A libpq URL for `role`, with its password: keep it out of logs."""
        return url(role, passwords.read(self.places.secrets).get(role, ""), dbname, **self.address())

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def url(role: str, password: str, dbname: str, *, host: str, port: int) -> str:
    """A libpq connection URL over a Unix socket folder."""
    where = urlencode({"host": host, "port": port}, quote_via=quote, safe="")
    return f"postgresql://{quote(role, safe='')}:{quote(password, safe='')}@/{quote(dbname, safe='')}?{where}"


def _main_thread_only() -> None:
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError(
            "Start the database server from the main thread: it stops when its starting thread ends."
        )


def _open_log(places: Places) -> IO[bytes]:
    places.logs.mkdir(mode=0o700, exist_ok=True)
    if places.log.exists() and places.log.stat().st_size > LOG_LIMIT:
        places.log.replace(places.log.with_suffix(".old.log"))
    return open(places.log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600))


def _end(process: "subprocess.Popen[bytes]") -> None:
    for signum, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        process.send_signal(signum)
        try:
            process.wait(seconds)
            return
        except subprocess.TimeoutExpired:
            continue


def _die_with(owner: int) -> Any:
    """What the child does before it becomes PostgreSQL: ask the kernel for SIGINT when the owner is gone."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != owner:  # the owner died before we asked
            os._exit(1)

    return ask
