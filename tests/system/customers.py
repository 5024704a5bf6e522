"""Clients that write over HTTP while parts of the house die: each write is repeated under its key until it is acknowledged."""

import http.client
import json
import threading
from dataclasses import dataclass
from dataclasses import field
from typing import Any

PATIENCE_SECONDS = 10


@dataclass(slots=True)
class Acknowledged:
    """A write that was answered with success: where it went, under which key, what was said."""

    path: str
    key: str
    body: dict[str, Any]
    answer: dict[str, Any]


@dataclass(slots=True)
class Client:
    """One keep-alive connection with a token; it is opened anew when it breaks."""

    port: int
    token: str
    over: threading.Event
    _connection: http.client.HTTPConnection | None = None

    def post(self, path: str, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        """Send until somebody answers; None when the time is over first. A 5xx is no answer: the house is coming back."""
        while not self.over.is_set():
            try:
                status, answer = self._send(path, key, body)
            except (OSError, http.client.HTTPException, ValueError):
                self.close()
                self.over.wait(0.05)
                continue
            if status < 500:
                return status, answer
            self.over.wait(0.05)
        return None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _send(self, path: str, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        head = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        self._connection.request("POST", f"/api/v1{path}", json.dumps(body), head)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")


@dataclass
class Crowd:
    """Two people who never stop: one sends leads, the other receives walk-ins and records their first answer."""

    port: int
    tokens: dict[str, str]
    leads: list[Acknowledged] = field(default_factory=list)
    steps: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _clients: list[Client] = field(default_factory=list)

    def __enter__(self) -> "Crowd":
        work = (self._send_leads, self._receive)
        self._threads = [threading.Thread(target=one, daemon=True) for one in work]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join(30)
        self.leave()

    @property
    def count(self) -> int:
        return len(self.leads) + len(self.steps)

    def client(self, user: str) -> Client:
        made = Client(self.port, self.tokens[user], self.over)
        self._clients.append(made)
        return made

    def leave(self) -> None:
        """Hang up."""
        for client in self._clients:
            client.close()

    def _send_leads(self) -> None:
        client, number = self.client("network_ops"), 0
        while not self.over.is_set():
            number += 1
            body = {
                "id": f"lead-{number}",
                "phone": f"1390000{number:04d}",
                "city": "上海",
                "vehicle": "问界M9",
            }
            self._do(client, "/leads", f"lead-{number}", body | {"name": f"客户{number}"}, self.leads)

    def _receive(self) -> None:
        client, number = self.client("adviser"), 0
        while not self.over.is_set():
            number += 1
            body = {"name": f"来客{number}", "phone": f"1370000{number:04d}", "model": "aito-m9"}
            done = self._do(client, "/walk-ins", f"walk-in-{number}", body, self.leads)
            journey = done and done["leads"][0].get("journey")
            if journey and number % 2:
                record = {"record": {"outcome": "reached"}, "evidence": []}
                self._do(
                    client, f"/journeys/{journey}/steps/respond", f"respond-{number}", record, self.steps
                )

    def _do(
        self, client: Client, path: str, key: str, body: dict[str, Any], kept: list[Acknowledged]
    ) -> dict[str, Any] | None:
        found = client.post(path, key, body)
        if found is None:
            return None
        status, answer = found
        if status not in (200, 201):
            self.refused.append(f"{path} {key}: {status} {answer}")
            self.over.wait(0.2)
            return None
        kept.append(Acknowledged(path, key, body, answer))
        return answer
