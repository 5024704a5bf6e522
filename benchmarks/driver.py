"""Sends prepared requests over a few kept-alive connections, one at a time on each, and times the answers.

Runs as a process of its own, with nothing but the standard library, so that what it costs is counted apart:

    python benchmarks/driver.py PORT CONNECTIONS WARM_SECONDS SECONDS < work.json

`work.json` is a list of chains; a chain is a list of requests `{"head": ..., "body": ...}` that follow one another, an
operation is one chain. `{id}` in a later request of a chain stands for the `id` of the first answer. Says `go` when warm, and
at the end one line of JSON.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections import deque
from dataclasses import dataclass
from dataclasses import field
from typing import Any

Chain = list[dict[str, str]]


@dataclass
class Tally:
    """What was counted since the last `clear`."""

    operations: int = 0
    requests: int = 0
    bytes: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    first_error: str = ""


@dataclass
class Line:
    """One connection and the chain that goes over it."""

    sock: socket.socket
    chain: Chain = field(default_factory=list)
    place: int = 0
    began: float = 0.0
    made: str = ""
    buffer: bytes = b""
    failed: bool = False


def main() -> None:
    port, connections = int(sys.argv[1]), int(sys.argv[2])
    warm, seconds = float(sys.argv[3]), float(sys.argv[4])
    work: deque[Chain] = deque(json.load(sys.stdin))
    driver = Driver(work, [Line(_connected(port)) for _ in range(connections)])
    driver.run(time.perf_counter() + warm)
    driver.tally = Tally()
    print("go", flush=True)
    began = time.perf_counter()
    driver.run(began + seconds)
    took = time.perf_counter() - began
    print(json.dumps(_told(driver.tally, took, exhausted=not driver.work)), flush=True)


def _connected(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _told(tally: Tally, took: float, *, exhausted: bool) -> dict[str, Any]:
    ordered = sorted(tally.seconds) or [0.0]
    return {
        "operations": tally.operations,
        "requests": tally.requests,
        "seconds": round(took, 2),
        "errors": sum(count for status, count in tally.statuses.items() if status >= 400),
        "statuses": {str(status): count for status, count in sorted(tally.statuses.items())},
        "first_error": tally.first_error,
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000, 1),
        "mean_answer_kb": round(tally.bytes / 1024 / max(tally.requests, 1), 1),
        "ran_out_of_work": exhausted,
    }


class Driver:
    """Keeps every connection busy until a moment."""

    def __init__(self, work: deque[Chain], lines: list[Line]) -> None:
        self.work, self.lines, self.tally = work, lines, Tally()
        self.selector = selectors.DefaultSelector()
        for line in lines:
            self.selector.register(line.sock, selectors.EVENT_READ, line)

    def run(self, until: float) -> None:
        """Begin new chains until then; those begun are finished and counted."""
        busy = sum(self._begin(line) for line in self.lines)
        while busy:
            for key, _events in self.selector.select():
                if self._heard(key.data):
                    again = time.perf_counter() < until and self._begin(key.data)
                    busy -= not again

    def _begin(self, line: Line) -> bool:
        if not self.work:
            return False
        line.chain, line.place, line.made, line.failed = self.work.popleft(), 0, "", False
        line.began = time.perf_counter()
        self._send(line)
        return True

    def _send(self, line: Line) -> None:
        request = line.chain[line.place]
        head, body = (request[part].replace("{id}", line.made) for part in ("head", "body"))
        sent = body.encode()
        line.sock.sendall(f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent)

    def _heard(self, line: Line) -> bool:
        """Read what is there; whether the chain is over."""
        part = line.sock.recv(262144)
        if not part:
            raise ConnectionError("the server closed a connection")
        line.buffer += part
        answer = _answer(line.buffer)
        if answer is None:
            return False
        status, body, line.buffer = answer
        self._count(line, status, body)
        line.place += 1
        if status >= 400 or line.place == len(line.chain):
            self.tally.operations += status < 400
            self.tally.seconds.append(time.perf_counter() - line.began)
            return True
        line.made = line.made or str(json.loads(body).get("id", ""))
        self._send(line)
        return False

    def _count(self, line: Line, status: int, body: bytes) -> None:
        self.tally.requests += 1
        self.tally.statuses[status] += 1
        self.tally.bytes += len(body)
        if status >= 300 and not self.tally.first_error:
            self.tally.first_error = f"{status} {body[:600].decode(errors='replace')}"


def _answer(data: bytes) -> tuple[int, bytes, bytes] | None:
    """Status, body and what follows, of an answer that is all there; None before that."""
    head, mark, rest = data.partition(b"\r\n\r\n")
    if not mark:
        return None
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at < 0:
        raise ValueError(f"an answer without Content-Length: {head[:300]!r}")
    length = int(lower[at + 15 :].split(b"\r\n", 1)[0])
    if len(rest) < length:
        return None
    return int(head[9:12]), rest[:length], rest[length:]


if __name__ == "__main__":
    main()
