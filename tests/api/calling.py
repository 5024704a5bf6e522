"""A real web server of an installation, and requests to it over a socket."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from forecourt.cli.serving import web_command

PATIENCE = 180  # seconds; a machine that is busy with other work is no fault of the house


@contextmanager
def granian() -> Iterator[str]:
    """Address of the API behind granian as an installation runs it, on the database that is open; its clock is the machine's."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "forecourt.platform.settings"}
    process = subprocess.Popen(web_command("127.0.0.1", port, 1), env=environment)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the web server does not answer")


def post(server: str, secret: str, address: str, body: dict[str, Any], key: str = "") -> tuple[int, str]:
    """Status and text of the answer."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    headers |= {"Idempotency-Key": key} if key else {}
    sent = json.dumps(body).encode()
    return _ask(urllib.request.Request(f"{server}{address}", sent, headers, method="POST"))  # noqa: S310 - our own


def get(server: str, secret: str, address: str) -> Any:
    """What the server tells as JSON."""
    headers = {"Authorization": f"Bearer {secret}"}
    status, text = _ask(urllib.request.Request(f"{server}{address}", headers=headers))  # noqa: S310 - our own server
    assert status == 200, text
    return json.loads(text)


def _ask(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
