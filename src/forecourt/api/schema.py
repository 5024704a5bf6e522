"""The API's description: OpenAPI 3.1, with what may be refused on every operation and what a key does."""

from collections.abc import Iterator
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

PROBLEM = {
    "type": "object",
    "description": "A refusal as RFC 9457 has it. `code` is stable; the sentences may change and follow Accept-Language.",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemItem"}},
    },
}
PROBLEM_ITEM = {
    "type": "object",
    "description": "One reason. `pointer` is a JSON pointer to the field it is about, '' when to none.",
    "required": ["code", "detail", "pointer"],
    "properties": {
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "pointer": {"type": "string"},
        "approver": {"type": "string", "description": "The role that may allow it."},
    },
}
REFUSALS = {
    "400": "The request is malformed",
    "401": "Not signed in",
    "403": "Not allowed",
    "404": "Not found",
    "409": "A rule says no",
    "413": "Too large",
    "422": "Invalid input",
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes the write repeatable: the same key gives the stored answer, with other facts it is refused.",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]*$"},
}
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "A program acts as the user of its token."},
    "link": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "A customer: `Link`, a blank, and what stands at the end of their signed link. They see what is their own and"
        " do what customers may: answer a survey, book, move and cancel visits, give and withdraw consents.",
    },
}
# Their answers hold what must not be kept, so no key can give them again.
WITHOUT_KEY = ("/tokens", "/unmask", "/webhook")


class Described(OpenAPISchema):
    """Ninja's description with the room in front of each schema's name: two rooms may both have a `StepOut`."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        kept, self.schemas = self.schemas, {}
        details = super().operation_details(operation)
        room = operation.view_func.__module__.split(".")[1].capitalize()
        names = {
            f"#/components/schemas/{name}": f"#/components/schemas/{room}{name}" for name in self.schemas
        }
        found = {f"{room}{name}": _renamed(schema, names) for name, schema in self.schemas.items()}
        self.schemas = kept | found
        renamed: dict[str, Any] = _renamed(details, names)
        return renamed


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """The same description, its references under their new names."""
    if isinstance(value, dict):
        return {
            name: names.get(one, one) if name == "$ref" else _renamed(one, names)
            for name, one in value.items()
        }
    return [_renamed(one, names) for one in value] if isinstance(value, list) else value


class Api31(NinjaAPI):
    """Ninja with the house's conventions."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        prefix = kwargs.get("path_prefix")
        schema = Described(self, self.get_root_path({}) if prefix is None else prefix)
        components = schema.setdefault("components", {})
        components.setdefault("schemas", {}).update(Problem=PROBLEM, ProblemItem=PROBLEM_ITEM)
        components["securitySchemes"] = SECURITY
        schema["security"] = [{name: []} for name in SECURITY]
        for address, method, operation in operations(schema):
            _document(address, method, operation)
        for operation_id in self._open():
            _open_to_all(schema, operation_id)
        return schema

    def _open(self) -> Iterator[str]:
        """Names of the operations that nobody signs in for."""
        for bound in self._get_bound_routers():
            for view in bound.path_operations.values():
                for operation in view.operations:
                    if not operation.auth_callbacks:
                        yield operation.operation_id or self.get_openapi_operation_id(operation)


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Address, method and description of every operation."""
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield address, method, operation


def _document(address: str, method: str, operation: dict[str, Any]) -> None:
    """Say on an operation what may be refused, and that a write can carry a key."""
    operation.pop("security", None)
    answers = operation.setdefault("responses", {})
    for code in [code for code in answers if isinstance(code, int)]:
        answers[str(code)] = answers.pop(code)
    for status, description in REFUSALS.items():
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        answers.setdefault(status, {"description": description, "content": content})
    if method == "post" and not any(part in address for part in WITHOUT_KEY):
        operation.setdefault("parameters", []).append(KEY)


def _open_to_all(schema: dict[str, Any], operation_id: str) -> None:
    for _address, _method, operation in operations(schema):
        if operation.get("operationId") == operation_id:
            operation["security"] = []
