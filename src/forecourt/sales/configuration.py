"""A configuration as one canonical text, so that two orders for the same car have the same text.

`aito-m9-2025-erev-max-52kwh-5+assist-full+paint-pearl`: the trim, then the options in alphabetical order. The queue, the
stock of cars and the price are looked up by it.
"""

from collections.abc import Iterable

SEPARATOR = "+"


def canonical(trim: str, options: Iterable[str] = ()) -> str:
    """The configuration of a trim with options; order and repetition of the options do not matter."""
    return SEPARATOR.join([trim, *sorted({option for option in options if option})])


def parts(configuration: str) -> tuple[str, tuple[str, ...]]:
    """Trim and options of a configuration: the inverse of `canonical`."""
    trim, *options = configuration.split(SEPARATOR)
    return trim, tuple(options)
