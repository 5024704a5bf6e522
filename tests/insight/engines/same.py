"""Are two results the same, to the last bit? Arrays with their kinds, dataclasses with their fields."""

from collections.abc import Iterator
from dataclasses import fields
from dataclasses import is_dataclass
from typing import Any

import numpy as np


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Where two results differ, and how; nothing when they are the same."""
    if type(one) is not type(other):
        return [f"{where}: {type(one)} is not {type(other)}"]
    if isinstance(one, np.ndarray):
        alike = one.dtype == other.dtype and np.array_equal(one, other)
        return [] if alike else [f"{where}: {one.dtype} {one} is not {other.dtype} {other}"]
    parts = list(_parts(one, other))
    if parts or isinstance(one, list | tuple):
        unequal = [] if not isinstance(one, list | tuple) or len(one) == len(other) else [f"{where}: lengths"]
        return unequal + [
            found for name, this, that in parts for found in differences(this, that, f"{where}.{name}")
        ]
    return [] if one == other else [f"{where}: {one!r} is not {other!r}"]


def _parts(one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    if is_dataclass(one) and not isinstance(one, type):
        yield from (
            (field.name, getattr(one, field.name), getattr(other, field.name)) for field in fields(one)
        )
    elif isinstance(one, list | tuple):
        yield from ((str(number), *pair) for number, pair in enumerate(zip(one, other, strict=False)))
