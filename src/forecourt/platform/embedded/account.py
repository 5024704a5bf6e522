"""The operating system account PostgreSQL runs under: ours, or `nobody` when we are root.

PostgreSQL refuses to run as root. Nothing here changes a permission outside the home: when the account
cannot pass through a parent folder we say so instead of opening the folder for everyone.
"""

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecourt.platform.embedded.errors import Unreachable
from forecourt.platform.embedded.places import is_root


@dataclass(frozen=True)
class Account:
    """Who runs the server; `switch` is false when that is the present user."""

    uid: int
    gid: int
    name: str
    switch: bool

    @classmethod
    def present(cls) -> "Account":
        """Raises Unreachable where the account has no name, which PostgreSQL asks for."""
        try:
            entry = pwd.getpwnam("nobody") if is_root() else pwd.getpwuid(os.getuid())
        except KeyError:
            who = "User nobody" if is_root() else f"User id {os.getuid()}"
            raise Unreachable(
                f"{who} has no entry in /etc/passwd, and PostgreSQL does not run under an account without a name. "
                "Add the entry, or run as another user, or set DATABASE_URL to a PostgreSQL of your own."
            ) from None
        if is_root():
            return cls(entry.pw_uid, entry.pw_gid, entry.pw_name, switch=True)
        return cls(os.getuid(), os.getgid(), entry.pw_name, switch=False)

    def popen(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess` that start a process under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path) -> None:
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def own_tree(self, top: Path) -> None:
        """Hand a copied folder over, links untouched."""
        if not self.switch:
            return
        for folder, _, files in os.walk(top):
            os.chown(folder, self.uid, self.gid)
            for name in files:
                os.chown(os.path.join(folder, name), self.uid, self.gid, follow_symlinks=False)

    def private_folder(self, path: Path) -> Path:
        """A folder only this account may enter; refused when it belongs to somebody else."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or found.st_uid not in {self.uid, os.geteuid()}:
            raise Unreachable(
                f"{path} belongs to another user (uid {found.st_uid}); remove it or set FORECOURT_HOME."
            )
        self.own(path)
        path.chmod(0o700)
        return path

    def may_pass(self, folder: Path) -> bool:
        """Can this account enter the folder itself?"""
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)

    def closed_parent(self, path: Path) -> Path | None:
        """The first folder above `path` that this account cannot pass through."""
        if not self.switch:
            return None
        return next((p for p in reversed(path.absolute().parents) if not self.may_pass(p)), None)

    def may_use(self, path: Path) -> bool:
        """Can this account run a program that lies at `path`?"""
        real = path.resolve()
        return self.closed_parent(real) is None and (
            not self.switch or bool(real.stat().st_mode & stat.S_IXOTH)
        )


def prepare_home(home: Path, account: Account) -> None:
    """Make the home and let the account pass through it (and through nothing above it)."""
    if not home.exists():
        home.mkdir(parents=True, mode=0o711 if account.switch else 0o700)
    if closed := account.closed_parent(home):
        raise Unreachable(
            f"As root the database runs as user {account.name}, who cannot enter {closed}, so {home} is out of "
            f"reach. Set FORECOURT_HOME to a folder that is not below {closed}, for example /var/lib/forecourt."
        )
    if account.switch and not account.may_pass(home):
        home.chmod(home.stat().st_mode | 0o011)


def remove_tree(path: Path) -> None:
    """Delete a folder of ours; a missing one is no error."""
    shutil.rmtree(path, ignore_errors=False) if path.exists() else None
