"""Conditions in CEL, looked at as text: does it parse, which facts does it read, which operands does it have.

The CEL package evaluates but shows no syntax tree, so this module scans the tokens itself. That suffices, because it only
splits at `&&`, `||`, `!` and brackets; what lies between is left to CEL as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cel

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>[rRbB]{0,2}(?:"{3}.*?"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))
    |(?P<number>\d[\w.]*)
    |(?P<path>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)
    |(?P<sign>&&|\|\||[<>=!]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = frozenset({"true", "false", "null", "in"})
_MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
BUILT_IN = frozenset(
    {
        *(
            "size",
            "has",
            "int",
            "uint",
            "double",
            "string",
            "bytes",
            "bool",
            "type",
            "dyn",
            "timestamp",
            "duration",
        ),
        *("contains", "startsWith", "endsWith", "matches", "min", "max"),
        *("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"),
        *("getHours", "getMinutes", "getSeconds", "getMilliseconds"),
        *_MACROS,
    }
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: kind (text, number, path, sign), its text and where it begins."""

    kind: str
    text: str
    at: int


@lru_cache(maxsize=4096)
def compiled(source: str) -> cel.Program:
    """Return the CEL program of a source, compiled once. Raises ValueError when it does not parse."""
    return cel.compile(source)


def syntax_error(source: str) -> str | None:
    """Return what CEL says is wrong with the syntax, on one line; None when it parses."""
    try:
        compiled(source)
    except ValueError as error:
        lines = str(error).splitlines()
        return lines[0].split("ERROR: ")[-1]
    return None


@lru_cache(maxsize=4096)
def tokens(source: str) -> tuple[Token, ...]:
    """Return the tokens of a source without the spaces; paths such as `a . b` are joined to `a.b`."""
    found = []
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup or "sign"
        if kind != "space":
            text = re.sub(r"\s+", "", match.group()) if kind == "path" else match.group()
            found.append(Token(kind, text, match.start()))
    return tuple(found)


@lru_cache(maxsize=4096)
def paths(source: str) -> tuple[str, ...]:
    """Return the facts that a condition reads, as dotted paths, each once, in order.

    `has(a.b)` reads `a.b`. The receiver of a method counts (`a.b.size()` reads `a.b`), names that a macro binds do not.
    """
    bound = _bound(source)
    found = dict.fromkeys(path for path in _read(source) if path.split(".")[0] not in bound)
    return tuple(found)


def functions(source: str) -> tuple[str, ...]:
    """Return the functions that a condition calls and CEL does not bring itself, in order."""
    row = tokens(source)
    called = (token.text.split(".")[-1] for token, after in pairwise(row) if _calls(token, after))
    return tuple(dict.fromkeys(name for name in called if name not in BUILT_IN))


def operands(source: str, sign: str) -> tuple[str, ...]:
    """Split a source at the `sign` (`&&` or `||`) outside brackets; one operand, itself, when there is none.

    `&&` binds closer than `||`: a source with an outer `||` has no outer `&&`. A conditional `? :` is never split.
    """
    bare = strip_brackets(source)
    level, cuts, row = 0, [], tokens(bare)
    outer = []
    for token in row:
        level += (token.text in _OPENING) - (token.text in _CLOSING)
        if level == 0 and token.kind == "sign":
            outer.append(token.text)
            cuts += [token] if token.text == sign else []
    if "?" in outer or (sign == "&&" and "||" in outer) or not cuts:
        return (bare,)
    edges = [0, *(edge for cut in cuts for edge in (cut.at, cut.at + 2)), len(bare)]
    return tuple(bare[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True))


def strip_brackets(source: str) -> str:
    """Return the source without brackets that enclose the whole of it."""
    bare = source.strip()
    while bare.startswith("(") and _closes_at_end(bare):
        bare = bare[1:-1].strip()
    return bare


def negated(source: str) -> str | None:
    """Return what stands behind the `!` when the whole source is a negation, otherwise None."""
    bare = strip_brackets(source)
    row = tokens(bare)
    if not row or row[0].text != "!" or len(operands(bare, "&&")) > 1 or len(operands(bare, "||")) > 1:
        return None
    rest = bare[1:].strip()
    whole = len(tokens(rest)) == 1 or (rest.startswith("(") and _closes_at_end(rest)) or _is_call(rest)
    return rest if whole else None


def _is_call(source: str) -> bool:
    row = tokens(source)
    return (
        len(row) > 2 and row[0].kind == "path" and row[1].text == "(" and _closes_at_end(source[row[1].at :])
    )


def _closes_at_end(source: str) -> bool:
    level = 0
    row = tokens(source)
    for token in row:
        level += (token.text in _OPENING) - (token.text in _CLOSING)
        if level == 0:
            return token is row[-1]
    return False


def _calls(token: Token, after: Token) -> bool:
    return token.kind == "path" and after.text == "(" and token.text not in _WORDS


def _read(source: str) -> Iterator[str]:
    row = tokens(source)
    for index, token in enumerate(row):
        if token.kind != "path" or token.text in _WORDS or (index and row[index - 1].text == "."):
            continue
        called = index + 1 < len(row) and row[index + 1].text == "("
        path = token.text.rpartition(".")[0] if called else token.text
        if path and not path.startswith(("true.", "false.")):
            yield path


def _bound(source: str) -> frozenset[str]:
    row = tokens(source)
    return frozenset(
        row[index + 2].text
        for index, token in enumerate(row[:-2])
        if token.kind == "path" and token.text.split(".")[-1] in _MACROS and row[index + 1].text == "("
    )
