"""The JSON Schema (2020-12) of the language, made from the same words the parser uses.

`playbook.schema.json` beside this file is its committed form, for editors; a test keeps the two equal, and another that the schema
and the parser agree on what is well formed. What needs more than form (does a step exist, is a condition valid CEL, does a range
run backwards) is for the parser and the checks.
"""

import json
from pathlib import Path
from typing import Any

from forecourt.playbook.flowreading import MOST_TIMES
from forecourt.playbook.measures import MEASURES
from forecourt.playbook.measures import UNITS
from forecourt.playbook.parser import PLAYBOOK_KEYS
from forecourt.playbook.parser import REQUIRED
from forecourt.playbook.reading import CODE
from forecourt.playbook.reading import NAME
from forecourt.playbook.reading import PLAYBOOK_NAME
from forecourt.playbook.reading import VERSION
from forecourt.playbook.stepreading import EVIDENCE_KINDS
from forecourt.playbook.stepreading import FIELD_TYPES
from forecourt.playbook.stepreading import MOST_EVIDENCE
from forecourt.playbook.stepreading import STEP_KEYS

COMMITTED = Path(__file__).with_name("playbook.schema.json")
Schema = dict[str, Any]

_UNIT = r"(min|minutes?|m|h|hours?|d|days?)"
_DURATION = rf"0*[1-9]\d{{0,5}}\s*(working\s+)?{_UNIT}(\s+of\s+[a-z0-9 ]+)?"
_EFFORT = rf"\d{{1,6}}\s*(\.\.\s*\d{{1,6}})?\s*{_UNIT}"
_STANDARD = (
    rf"\s*({'|'.join(MEASURES)})\(\s*[a-z]\w*\.[a-z]\w*\s*(=\s*\w+\s*)?\)\s*(>=|<=|>|<|=)"
    rf"\s*\d+(\.\d+)?\s*({'|'.join(UNITS)})\s*"
)


def schema() -> Schema:
    """Return the schema as a dictionary."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://forecourt.invalid/playbook.schema.json",
        "title": "Forecourt playbook",
        **_object(_playbook(), REQUIRED),
        "$defs": _definitions(),
    }


def as_text() -> str:
    """Return the schema as it is committed."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _playbook() -> dict[str, Schema]:
    found: dict[str, Schema] = {
        "playbook": _pattern(PLAYBOOK_NAME.pattern),
        "version": {"type": ["string", "number"], "pattern": _whole(VERSION.pattern)},
        "about": _pattern(NAME.pattern),
        "title": _ref("title"),
        "steps": _mapping(_ref("step"), NAME.pattern),
        "parts": _mapping(_ref("body"), NAME.pattern),
        "flow": _ref("body"),
        "anytime": _mapping(_ref("anytime")),
        "standards": _mapping(_ref("standard")),
        "next": _mapping(_pattern(PLAYBOOK_NAME.pattern)),
        "words": _mapping(_ref("title")),
    }
    assert tuple(found) == PLAYBOOK_KEYS
    return found


def _definitions() -> dict[str, Schema]:
    return {
        "text": {"type": ["string", "number", "boolean"], "pattern": r"\S"},
        "title": {"anyOf": [_ref("text"), _object({"en": _ref("text"), "zh": _ref("text")})]},
        "name": _pattern(NAME.pattern),
        "code": _pattern(CODE.pattern),
        "codes": _one_or_more(_ref("code")),
        "duration": _pattern(rf"\s*{_DURATION}\s*"),
        "effort": _pattern(rf"\s*{_EFFORT}\s*"),
        "gate": {
            "anyOf": [_ref("text"), _object({"that": _ref("text"), "because": _ref("title")}, ("that",))]
        },
        "standard": _standard(),
        **_step_definitions(),
        **_flow_definitions(),
    }


def _standard() -> Schema:
    rule = _pattern(_STANDARD)
    return {"anyOf": [rule, _object({"title": _ref("title"), "measure": rule}, ("measure",))]}


def _step_definitions() -> dict[str, Schema]:
    step: dict[str, Schema] = {
        "title": _ref("title"),
        "by": _ref("by"),
        "within": _ref("duration"),
        "on_late": _one_or_more(_ref("escalation"), least=0),
        "record": _mapping(_ref("field"), NAME.pattern + r"\??"),
        "takes": _ref("effort"),
        "uses": _one_or_more(_ref("code"), least=0),
        "must": _ref("gate"),
        "should": _ref("gate"),
        "effect": _ref("code"),
        "evidence": _one_or_more(_ref("evidence"), least=0),
    }
    assert tuple(step) == STEP_KEYS
    holds = _one_or_more(_ref("code"), least=0)
    return {
        "step": _object(step, ("title", "by")),
        "by": {"anyOf": [_ref("codes"), _object({"role": _ref("codes"), "holds": holds}, ("role",))]},
        "field": {"anyOf": [_pattern(rf"({'|'.join(FIELD_TYPES)})\??"), _choices()]},
        "evidence": {"anyOf": [{"enum": list(EVIDENCE_KINDS)}, _counts()]},
        "action": {"anyOf": [_pattern(rf"\s*(reroute|(notify|reassign) {CODE.pattern})\s*"), _actions()]},
        "escalation": {"anyOf": [_ref("action"), _delayed()]},
    }


def _choices() -> Schema:
    return {"type": "array", "items": _ref("name"), "minItems": 2, "uniqueItems": True}


def _counts() -> Schema:
    count = {"type": "integer", "minimum": 1, "maximum": MOST_EVIDENCE}
    return _object(dict.fromkeys(EVIDENCE_KINDS, count))


def _actions() -> Schema:
    single = {"minProperties": 1, "maxProperties": 1}
    return {**_object({"notify": _ref("code"), "reassign": _ref("code")}), **single}


def _delayed() -> Schema:
    after = {_whole(rf"after \s*{_DURATION}\s*"): _ref("action")}
    return {
        "type": "object",
        "patternProperties": after,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _flow_definitions() -> dict[str, Schema]:
    times = {"type": "integer", "minimum": 1, "maximum": MOST_TIMES}
    retry = {
        "step": _ref("name"),
        "every": _ref("duration"),
        "at_most": times,
        "until": _one_or_more(_ref("name"), least=0),
    }
    blocks: dict[str, Schema] = {
        "one": _object({"one": _mapping(_ref("body"), NAME.pattern)}, ("one",)),
        "any_order": _object({"any_order": {"type": "array", "items": _ref("block")}}, ("any_order",)),
        "maybe": _object({"maybe": _ref("body")}, ("maybe",)),
        "repeat": _object({"repeat": _ref("body"), "at_most": times}, ("repeat", "at_most")),
        "retry": _object({"retry": _object(retry, ("step", "at_most"))}, ("retry",)),
        "ends": _object({"ends": _ref("name")}, ("ends",)),
    }
    ended = _object({"then": _ref("body"), "ends": _ref("name")}, ("then",))
    sequence = {"type": "array", "items": _ref("block")}
    return {
        **{f"block_{kind}": block for kind, block in blocks.items()},
        "block": {"anyOf": [_ref("text"), sequence, *(_ref(f"block_{kind}") for kind in blocks)]},
        "body": {"anyOf": [_ref("block"), ended]},
        "anytime": {"anyOf": [{"enum": [None, ""]}, _object({"then": _ref("body"), "ends": _ref("name")})]},
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _pattern(pattern: str) -> Schema:
    return {"type": "string", "pattern": _whole(pattern)}


def _object(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def _mapping(values: Schema, names: str | None = None) -> Schema:
    found: Schema = {"type": "object", "additionalProperties": values}
    return {**found, "propertyNames": {"pattern": _whole(names)}} if names else found


def _one_or_more(item: Schema, least: int = 1) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": least}]}
