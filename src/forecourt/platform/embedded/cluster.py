"""The data folder of the embedded server: made once by initdb, bound to one major version of PostgreSQL."""

import json
import locale
import os
import shutil
import subprocess
from pathlib import Path

from forecourt.platform.embedded import binaries
from forecourt.platform.embedded.account import Account
from forecourt.platform.embedded.errors import DidNotStart
from forecourt.platform.embedded.errors import WrongVersion
from forecourt.platform.embedded.passwords import write_private
from forecourt.platform.embedded.places import DEFAULT_PORT
from forecourt.platform.embedded.places import Places

BUILTIN_LOCALE_SINCE = 17


def ensure(places: Places, bin_dir: Path, account: Account, password: str) -> None:
    """Make the data folder unless it is there; refuse one of another major version."""
    found = binaries.version(bin_dir)
    if (places.data / "PG_VERSION").exists():
        _same_major(places, found, bin_dir)
        return
    if places.data.exists() and any(places.data.iterdir()):
        raise WrongVersion(
            f"{places.data} holds files but no PostgreSQL data (no PG_VERSION); move it away and retry."
        )
    _initdb(places, bin_dir, account, password, found)
    write_private(
        places.version, json.dumps({"major": found.major, "version": found.text, "bin": str(bin_dir)})
    )


def _same_major(places: Places, found: binaries.Version, bin_dir: Path) -> None:
    wrote = (places.data / "PG_VERSION").read_text().strip()
    if wrote != str(found.major):
        raise WrongVersion(
            f"The data in {places.data} was written by PostgreSQL {wrote}, but {bin_dir} is {found.text}. Install "
            f"PostgreSQL {wrote} again and dump it (pg_dumpall), then start on an empty FORECOURT_HOME and load the dump."
        )


def _initdb(places: Places, bin_dir: Path, account: Account, password: str, found: binaries.Version) -> None:
    """Build beside the final place and rename, so that a cut-off initdb is never taken for a database."""
    shutil.rmtree(places.home / "data.new", ignore_errors=True)
    fresh = account.private_folder(places.home / "data.new")
    secret = places.home / "initdb.password"
    write_private(secret, password + "\n")
    account.own(secret)
    try:
        done = subprocess.run(
            [bin_dir / "initdb", "-D", fresh / "pg", f"--pwfile={secret}", *_initdb_options(found)],
            capture_output=True,
            text=True,
            cwd=fresh,
            env=environment(),
            **account.popen(),
        )
    finally:
        secret.unlink()
    if done.returncode != 0:
        shutil.rmtree(fresh)
        raise DidNotStart(
            f"initdb could not make {places.data}: {done.stderr.strip() or done.stdout.strip()}"
        )
    (fresh / "pg").rename(places.data)  # replaces an empty folder, nothing else
    shutil.rmtree(fresh)


def _initdb_options(found: binaries.Version) -> list[str]:
    """Every connection needs its password; the same sort order on every operating system where that can be had."""
    options = [
        "--username=postgres",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--data-checksums",
        "--no-instructions",
    ]
    options.append(f"--locale={_system_locale()}")  # trigrams of Chinese need an LC_CTYPE that knows UTF-8
    if found.major >= BUILTIN_LOCALE_SINCE:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return options


def _system_locale() -> str:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"


def settings(bin_dir: Path, run: Path, port: int | None, *, durable: bool) -> list[str]:
    """Command line settings of the server."""
    chosen = {
        "listen_addresses": "127.0.0.1" if port else "",
        "port": port or DEFAULT_PORT,
        "unix_socket_directories": str(run).replace(",", "\\,"),
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "max_connections": 120,
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "wal_level": "logical",
        "password_encryption": "scram-sha-256",
    } | ({} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
    if any((bin_dir.parent / "lib").glob("**/pg_stat_statements.*")):
        chosen["shared_preload_libraries"] = "pg_stat_statements"
    return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]


def environment() -> dict[str, str]:
    """What the server's programs see: nothing of ours but the search path (no PGHOST, no locale)."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
