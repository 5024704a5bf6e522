"""Run the site: database, web server and worker under one supervisor."""

import http.client
import os
import socket
import sys
import time
from collections.abc import Callable

import click

from forecourt.cli import installation
from forecourt.cli.children import Child
from forecourt.cli.children import Database
from forecourt.cli.children import Process
from forecourt.cli.supervisor import Supervisor
from forecourt.platform.embedded.dsn import Dsns
from forecourt.platform.embedded.server import Server

READY_SECONDS = 60


def serve(server: Server | None, made: Dsns, *, host: str, port: int, workers: int, demo: bool) -> None:
    """Serve until interrupted. `server` is the embedded server we own, running already; None for a given database."""
    environment = installation.environment(made, demo=demo)
    children: list[Child] = [Database(server)] if server else []
    children.append(Process("site", web_command(host, port, workers), environment))
    children.append(Process("worker", [sys.executable, "-m", "forecourt.cli.main", "worker"], environment))
    supervisor = Supervisor(children, say)
    supervisor.run(on_ready=lambda: _announce(host, port, lambda: supervisor.stopping))
    say("Stopped. The data are kept.")


def web_command(host: str, port: int, workers: int) -> list[str]:
    """granian, WSGI: one process per worker, threads within, no access log."""
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)]
    options += [
        "--blocking-threads",
        "4",
        "--backlog",
        "1024",
        "--log-level",
        "warning",
        "--respawn-failed-workers",
    ]
    return [sys.executable, "-m", "granian", *options, "forecourt.web.wsgi:application"]


def refuse_taken_port(host: str, port: int) -> None:
    """Fail before anything is started when something else listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port, "
                "or stop the program that uses it."
            ) from error


def default_workers() -> int:
    return max(1, min(4, os.cpu_count() or 1))


def say(line: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {line}")


def _announce(host: str, port: int, give_up: Callable[[], bool]) -> None:
    """Say that the site is ready when it really answers."""
    until = time.monotonic() + READY_SECONDS
    while not give_up():
        if _answers(host, port):
            say(f"Forecourt is ready: http://{host}:{port}/  (Ctrl-C stops it, the data are kept)")
            return
        if time.monotonic() > until:
            say(f"The site does not answer on port {port} after {READY_SECONDS} s; run `forecourt check`.")
            return
        time.sleep(0.2)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/sign-in/", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
