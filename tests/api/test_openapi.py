"""The description: OpenAPI 3.1 that validates, complete for whoever writes a client."""

import re
from collections import Counter

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from forecourt.api.schema import REFUSALS
from forecourt.api.schema import operations
from forecourt.api.site import ROUTED
from forecourt.api.site import api
from forecourt.api.site import openapi

SCHEMA = openapi()
OPERATIONS = [(address, method, said) for address, method, said in operations(SCHEMA)]
NAMES = [f"{method} {address}" for address, method, _ in OPERATIONS]


def test_it_is_valid_openapi_31(db: None) -> None:
    served = Client().get("/api/v1/openapi.json").json()
    assert served["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(served).iter_errors()] == []


@pytest.mark.parametrize(("address", "method", "said"), OPERATIONS, ids=NAMES)
def test_an_operation_says_what_it_is(address: str, method: str, said: dict) -> None:
    assert len(said["summary"]) > 5 and said["summary"][0].isupper() and not said["summary"].endswith(".")
    assert len(said["tags"]) == 1
    assert set(REFUSALS) <= set(said["responses"])
    good = [one for code, one in said["responses"].items() if code.startswith("2")]
    assert good and all(kind["schema"] for one in good for kind in one["content"].values())


def test_names_of_operations_are_unique() -> None:
    counted = Counter(said["operationId"] for _, _, said in OPERATIONS)
    assert [name for name, count in counted.items() if count > 1] == []


def test_rooms_do_not_share_names_of_schemas() -> None:
    """Ninja lets the last one win: two rooms with a `StepOut` each would both be described by one of them."""
    steps = {name for name in SCHEMA["components"]["schemas"] if name.endswith("StepOut")}
    assert {"JourneysStepOut", "DeliveryStepOut"} <= steps
    told = SCHEMA["paths"]["/api/v1/preparations/{order}/done"]["post"]["responses"]["200"]
    assert told["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/DeliveryStepOut"}


def test_every_room_has_routes() -> None:
    rooms = {module.split(".")[1] for module in _modules()}
    assert rooms - {"api"} == set(ROUTED)


def _modules() -> set[str]:
    bound = api._get_bound_routers()
    return {
        operation.view_func.__module__
        for router in bound
        for view in router.path_operations.values()
        for operation in view.operations
    }


def test_only_the_webhook_is_open_to_all() -> None:
    open_to_all = {address for address, _, said in OPERATIONS if said.get("security") == []}
    assert open_to_all == {"/api/v1/payments/webhook"}


def test_addresses_are_plain_nouns() -> None:
    for address, _, _ in OPERATIONS:
        assert re.fullmatch(r"/api/v1(/([a-z][a-z-]*|\{[a-z_]+\}))+", address), address
