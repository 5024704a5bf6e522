"""Schemathesis asks every operation whatever its description allows, and some of what it does not: never a 5xx, and every
answer is as described. `FORECOURT_FUZZ=500` asks each operation so often (`make fuzz`); the suite asks a few times.
"""

import os
from collections.abc import Callable
from typing import Any
from zlib import crc32

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import content_type_conformance
from schemathesis.specs.openapi.checks import response_schema_conformance
from schemathesis.specs.openapi.checks import status_code_conformance

from forecourt.api.site import openapi
from forecourt.platform.links import sign
from forecourt.web.wsgi import application
from tests.api.world import House
from tests.api.world import World

EXAMPLES = int(os.environ.get("FORECOURT_FUZZ", "6"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ROLES = ("adviser", "store_manager", "delivery_specialist", "service_adviser", "operator_manager", "carmaker", "network_ops", "engineer")  # fmt: skip
# Path parameters for which a real thing of the caller's store is known, by what the address says.
KNOWN = {
    "/journeys/": ("journey_waiting", "journey_owner", "journey_order", "journey_repair"), "/orders/": ("order",),
    "/queue/": ("order",), "/handovers/": ("order",), "/preparations/": ("order",), "/visits/": ("visit_coming", "visit"),
}  # fmt: skip

schema = schemathesis.openapi.from_dict(openapi(), config=SchemathesisConfig())
schema.app = application


@pytest.fixture
def headers(world: World, token_of: Callable[..., str]) -> list[dict[str, str]]:
    """One caller for each role, and a customer."""
    tokens = [{"Authorization": f"Bearer {token_of(role, world.at)}"} for role in ROLES]
    return [*tokens, {"Authorization": f"Link {sign(world.home.customers[0].id)}"}]


def known(house: House, address: str, number: int) -> dict[str, str]:
    """Real values for the path of an address, so that a body reaches the action behind it."""
    found = [ids for part, ids in KNOWN.items() if part in address]
    if "/persons/" in address:
        return {"person": str(house.customers[number % 2].id)}
    if not found or "{" not in address:
        return {}
    name = address.split("{")[1].split("}")[0]
    return {name: house.ids[found[0][number % len(found[0])]]}


@schema.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES < 100,
    suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
)  # fmt: skip
def test_no_request_breaks_it(case: Any, world: World, headers: list[dict[str, str]]) -> None:
    number = (
        crc32((repr(case.body) + repr(case.query)).encode("utf-8", "replace")) if EXAMPLES < 100 else id(case)
    )
    real = known(world.home, case.path, number)
    if real and number % 4:
        case.path_parameters = {**(case.path_parameters or {}), **real}
    case.call_and_validate(headers=headers[number % len(headers)], checks=CHECKS)
