"""The work of each scenario, as requests ready to send: leads, worklists, steps, orders, each by the adviser whose it is."""

import hashlib
import json
import random
from datetime import datetime
from itertools import cycle
from itertools import islice
from typing import Any
from uuid import uuid4

import psycopg

Chain = list[dict[str, str]]
Doors = dict[str, tuple[str, str]]  # staff code to bearer token and session cookie

MODELS = ("问界M7", "问界M9", "智界R7", "享界S9", "尚界H5", "尊界S800")
CITIES = ("上海", "杭州", "重庆", "北京", "深圳", "成都", "苏州", "武汉")
_DUE = """
SELECT j.id, d.assigned_to, j.brand FROM journeys_duestep d JOIN journeys_journey j ON j.id = d.journey_id
WHERE d.status = 'open' AND d.step = %s AND d.assigned_to = ANY(%s) AND j.status = 'running' ORDER BY md5(j.id::text) LIMIT %s
"""
_TRIMS = """
SELECT DISTINCT ON (p.brand) p.brand, p.trim FROM sales_price p
WHERE p.kind = 'list' AND p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to > %(on)s) ORDER BY p.brand, p.trim
"""


def open_doors(db: "psycopg.Connection[Any]", at: datetime, most: int) -> Doors:
    """A user with a token and a session for advisers with at least 50 steps due."""
    from django.test import Client

    from forecourt.platform.models import ApiToken
    from forecourt.platform.models import User

    rows = db.execute(
        "SELECT assigned_to, store FROM journeys_duestep WHERE status = 'open' AND listed AND assigned_to <> ''"
        " GROUP BY assigned_to, store HAVING count(*) >= 60 ORDER BY md5(assigned_to) LIMIT %s",
        [most],
    ).fetchall()
    doors: Doors = {}
    for staff, store in rows:
        user = User.objects.create(
            username=f"{staff}-{uuid4().hex[:8]}", staff=staff, role="adviser", level="store", ids=[store]
        )
        token = uuid4().hex
        ApiToken.objects.create(
            user=user, name="bench", digest=hashlib.sha256(token.encode()).hexdigest(), made_at=at
        )
        client = Client()
        client.force_login(user)
        doors[staff] = token, client.cookies["sessionid"].value
    return doors


def leads(doors: Doors, count: int, seed: int) -> list[Chain]:
    """Enquiries in our own JSON, every one a new person with a phone and a mailbox."""
    rng, tokens = random.Random(seed), cycle([token for token, _ in doors.values()])
    run = rng.getrandbits(26)
    return [
        [_post("/api/v1/leads", next(tokens), _lead(rng, run, number), key=False)] for number in range(count)
    ]


def _lead(rng: random.Random, run: int, number: int) -> dict[str, Any]:
    return {
        "id": f"bench-{run}-{number}", "source": "network website", "channel": "web form", "requested_at": "2026-11-08T11:21:03+08:00",
        "person": {"family_name": "蒋", "given_name": "梦洁", "salutation": "女士"},
        "contacts": [
            {"kind": "phone", "value": f"1{rng.choice((38, 39, 86, 33))}{rng.randrange(10**8):08d}"},
            {"kind": "email", "value": f"b{run}-{number}@mail.example"},
        ],
        "vehicle": {"model": rng.choice(MODELS)}, "city": rng.choice(CITIES), "comment": "想预约周日试驾",
    }  # fmt: skip


def worklists(doors: Doors, count: int) -> list[Chain]:
    """The worklist over the API."""
    return [
        [_get("/api/v1/worklist?limit=50", f"Authorization: Bearer {token}")]
        for token, _ in _round(doors, count)
    ]


def todays(doors: Doors, count: int) -> list[Chain]:
    """The page Today as a browser asks for it that was here before: with its session and the token of its forms."""
    return [
        [_get("/today/", f"Cookie: sessionid={cookie}; csrftoken={'t' * 32}\r\nAccept: text/html")]
        for _, cookie in _round(doors, count)
    ]


def _round(doors: Doors, count: int) -> list[tuple[str, str]]:
    return list(islice(cycle(list(doors.values())[:8]), count))


def steps(db: "psycopg.Connection[Any]", doors: Doors, count: int) -> list[Chain]:
    """The first answer to a customer, recorded by whose customer it is."""
    rows = db.execute(_DUE, ["respond", list(doors), count]).fetchall()
    body = {"record": {"outcome": "reached"}}
    return [
        [_post(f"/api/v1/journeys/{journey}/steps/respond", doors[staff][0], body)]
        for journey, staff, _ in rows
    ]


def orders(db: "psycopg.Connection[Any]", doors: Doors, at: datetime, count: int) -> list[Chain]:
    """Placed, confirmed, locked: three requests in a row."""
    trims = dict(db.execute(_TRIMS, {"on": at.date()}).fetchall())
    able = {(staff, brand) for staff in doors for brand in trims if _may_sell(staff, brand, at)}
    rows = db.execute(_DUE, ["place_order", [staff for staff, _ in able], count]).fetchall()
    return [
        _order(doors[staff][0], str(journey), trims[brand])
        for journey, staff, brand in rows
        if (staff, brand) in able
    ]


def _may_sell(staff: str, brand: str, at: datetime) -> bool:
    from forecourt.network.queries import certificates_of
    from forecourt.platform.actor import NETWORK_SCOPE
    from forecourt.platform.scope import reading

    with reading(NETWORK_SCOPE):
        return "brand-product" in certificates_of(staff, at.date(), brand)


def _order(token: str, journey: str, trim: str) -> Chain:
    return [
        _post("/api/v1/orders", token, {"journey": journey, "trim": trim}),
        _post("/api/v1/orders/{id}/confirm", token, {}),
        _post("/api/v1/orders/{id}/lock", token, {"understood": True}),
    ]


def _post(path: str, token: str, body: dict[str, Any], *, key: bool = True) -> dict[str, str]:
    unique = f"Idempotency-Key: {uuid4().hex}\r\n" if key else ""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{unique}Content-Type: application/json\r\n"
    return {"head": head, "body": json.dumps(body, ensure_ascii=False)}


def _get(path: str, header: str) -> dict[str, str]:
    return {"head": f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n", "body": ""}
