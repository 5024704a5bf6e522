"""Reading a body: strict JSON, and nothing in it that no text column can hold.

`NaN`, a lone surrogate or a NUL character is refused here, once, so that no room meets them at the database.
"""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

MAX_DEPTH = 64


class Unreadable(ValueError):
    """The body is no JSON that we take; the text says where and why."""


class StrictParser(Parser):
    """JSON as RFC 8259 has it, in UTF-8."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read(request.body)


def read(body: bytes) -> Any:
    """The value that a JSON text says. Raises Unreadable."""
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"{error.msg} at line {error.lineno} column {error.colno}") from error
    except RecursionError as error:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}") from error
    except ValueError as error:  # an integer of thousands of digits
        raise Unreadable(str(error)) from error
    _check(found, MAX_DEPTH)
    return found


def _no_number(name: str) -> Any:
    raise Unreadable(f"{name} is no JSON number")


def _check(value: Any, depth: int) -> None:
    """Refuse text that cannot be stored, keys included, and nesting beyond reason."""
    if depth < 0:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for one in value:
            _check(one, depth - 1)
    elif isinstance(value, dict):
        for name, one in value.items():
            _check_text(name)
            _check(one, depth - 1)


def _check_text(text: str) -> None:
    if text.isascii() and "\0" not in text:
        return
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Unreadable("a text holds a NUL character or half of a surrogate pair")
