"""The API's description: OpenAPI 3.1, with what may be refused on every operation."""

from typing import Any

from ninja import NinjaAPI

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
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
    "schema": {"type": "string", "maxLength": 200},
}


class Api31(NinjaAPI):
    """Ninja with the house's conventions."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        schema["openapi"] = "3.1.0"
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
        schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"token": []}]
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _document(method, operation)
        return schema


def _document(method: str, operation: dict[str, Any]) -> None:
    """Say on an operation what may be refused, and that a write can carry a key."""
    operation.pop("security", None)
    answers = operation.setdefault("responses", {})
    for status, description in REFUSALS.items():
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        answers.setdefault(status, {"description": description, "content": content})
    for code in [code for code in answers if isinstance(code, int)]:
        answers[str(code)] = answers.pop(code)
    if method == "post":
        operation.setdefault("parameters", []).append(KEY)
