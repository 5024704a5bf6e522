"""Sees that browser tests find a Chromium: `python tools/browser.py` (with the environment's Python).

FORECOURT_CHROMIUM or a Chromium on PATH is enough; otherwise it is installed: with apt as root on Debian, together with
fonts for Chinese, else by Playwright. Nothing is done when FORECOURT_NO_BROWSER=1.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PACKAGES = ["chromium", "fonts-noto-cjk"]


def main() -> None:
    if os.environ.get("FORECOURT_NO_BROWSER") == "1" or present():
        return
    print("Installing Chromium for the browser tests.", file=sys.stderr)
    for attempt in (with_apt, with_playwright):
        if attempt() and present():
            return
    sys.exit(
        "No Chromium could be had, and browser tests need one. Install it, or set FORECOURT_CHROMIUM to its program, "
        "or set FORECOURT_NO_BROWSER=1 to leave the browser tests out on purpose."
    )


def present() -> bool:
    given = os.environ.get("FORECOURT_CHROMIUM")
    if given:
        return Path(given).exists()
    return any(shutil.which(name) for name in NAMES) or Path(of_playwright()).exists()


def of_playwright() -> str:
    """Where Playwright keeps, or would keep, its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def with_apt() -> bool:
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    return subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL).returncode == 0


def with_playwright() -> bool:
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"]).returncode == 0


if __name__ == "__main__":
    main()
