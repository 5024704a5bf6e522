"""What a departure costs: one for each event too many and each step missing, or weights of one's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from math import gcd
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from forecourt.base.diagnostics import near_misses
from forecourt.playbook.symbols import Symbols

LARGEST = 1_000
DECIMALS = 3
# A path has fewer departures than this, so that a cost in units of it can count departures beside the weights.
TIE = 1 << 24


@dataclass(frozen=True)
class Costs:
    """Weights of the two departures: `log` for an event the program did not allow there, `model` for a step it wanted.

    A weight is a number from 0 to 1,000, whole or with at most three decimals. `log_of` and `model_of` set other weights for
    `step` or `step=outcome`; an activity that the program does not know always costs `log`. Raises ValueError otherwise.
    """

    log: float = 1
    model: float = 1
    log_of: Mapping[str, float] = field(default_factory=dict)
    model_of: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check("log", self.log)
        _check("model", self.model)
        for side, weights in (("log_of", self.log_of), ("model_of", self.model_of)):
            for name, weight in weights.items():
                _check(f"{side}[{name!r}]", weight)


@dataclass(frozen=True)
class Weights:
    """Costs of a program as whole numbers: `log` has a last value for unknown activities. A cost is `number // share * unit`.

    Where weights differ, every departure counts one more below the weights, so that of equally expensive explanations one
    with the fewest departures is cheapest, and no move is free but a synchronous one.
    """

    log: NDArray[np.int64]
    model: NDArray[np.int64]
    share: int
    unit: float

    def cost(self, number: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return whole numbers as costs in the caller's weights."""
        return np.asarray((number // self.share) * self.unit, np.float64)


def weights_of(costs: Costs, symbols: Symbols) -> Weights:
    """Return the costs as whole numbers for each symbol. Raises ValueError for a weight of a step that there is not."""
    log = [*_each(costs.log, costs.log_of, symbols), _thousandths(costs.log)]
    model = _each(costs.model, costs.model_of, symbols)
    common = gcd(*log, *model)
    scale = max(common, 1)
    plain = common > 0 and all(number == common for number in (*log, *model))
    share, more = (1, 0) if plain else (TIE, 1)
    return Weights(
        np.array([number // scale * share + more for number in log], np.int64),
        np.array([number // scale * share + more for number in model], np.int64),
        share,
        scale / 10**DECIMALS,
    )


def _check(name: str, weight: float) -> None:
    allowed = f"a number from 0 to {LARGEST:,} with at most {DECIMALS} decimals"
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        raise ValueError(f"Weight {name} is {weight!r}; it must be {allowed}.")
    if not isfinite(weight) or not 0 <= weight <= LARGEST or _decimals(weight) > DECIMALS:
        raise ValueError(f"Weight {name} is {weight!r}; it must be {allowed}.")


def _decimals(weight: float) -> int:
    exponent = Decimal(repr(float(weight))).normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _thousandths(weight: float) -> int:
    return int(Decimal(repr(float(weight))).scaleb(DECIMALS))


def _each(default: float, others: Mapping[str, float], symbols: Symbols) -> list[int]:
    numbers = [_thousandths(default)] * len(symbols.pairs)
    for name in sorted(others, key=_outcomes_last):
        for symbol in _named(name, symbols):
            numbers[symbol] = _thousandths(others[name])
    return numbers


def _outcomes_last(name: str) -> tuple[bool, str]:
    """A weight of one outcome goes before that of its step."""
    return "=" in name, name


def _named(name: str, symbols: Symbols) -> tuple[int, ...]:
    step, _, outcome = name.partition("=")
    if not outcome and step in symbols.of_step:
        return symbols.of_step[step]
    found = symbols.numbers.get((step, outcome))
    if found is not None:
        return (found,)
    known = tuple(f"{step}={outcome}" if outcome else step for step, outcome in symbols.pairs)
    near = near_misses(name, known)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    raise ValueError(
        f"A weight is given for {name!r}; the program has no such step or outcome that decides.{hint}"
    )


UNIT = Costs()
