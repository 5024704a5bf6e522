"""Words of a column as numbers: collected one by one by readers that walk, taken over whole from Arrow."""

from array import array
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from forecourt.exchange.logs.codes import LogRefused
from forecourt.exchange.logs.codes import refuse
from forecourt.exchange.logs.limits import Limits
from forecourt.playbook.replay.columns import Coded

Number = TypeVar("Number", np.int32, np.int64)


class Coder:
    """A column of words that grows; each word is kept once, without the space around it. Empty counts as no value."""

    def __init__(self, file: str, name: str, limits: Limits) -> None:
        self.file, self.name, self.limits = file, name, limits
        self.numbers = array("i")
        self._words: list[str] = []
        self._of: dict[str | None, int] = {None: -1}

    def add(self, text: str | None, line: int = 1) -> None:
        """Append a value, or none. Raises LogRefused for a word that is too long, or one word too many."""
        number = self._of.get(text)
        self.numbers.append(self._new(text or "", line) if number is None else number)

    def repeat(self, text: str | None, times: int, line: int = 1) -> None:
        """Append the same value so many times."""
        number = self._of.get(text)
        if number is None:
            number = self._new(text or "", line)
        self.numbers.extend([number] * times)

    def coded(self) -> Coded:
        """Return the column as it is now."""
        return Coded(np.frombuffer(self.numbers, dtype=np.int32).copy(), tuple(self._words))

    def _new(self, text: str, line: int) -> int:
        word = text.strip()
        if len(word) > self.limits.word:
            raise _too_long(self.file, self.name, word, self.limits, line)
        if len(self._of) > self.limits.words:
            raise _too_many(self.file, self.name, self.limits)
        if not word:
            number = -1
        elif word in self._of:
            number = self._of[word]
        else:
            number = len(self._words)
            self._words.append(word)
        self._of[word] = self._of[text] = number
        return number


def coded_of_chunks(chunks: list[pa.Array], file: str, name: str, limits: Limits) -> Coded:
    """Return a column read by Arrow in pieces: dictionaries, strings, numbers, truth values, dates.

    Raises LogRefused for a type without words (a list, a structure), for a word too long, for too many words, and for
    bytes that are no text.
    """
    if not chunks:
        return Coded(np.empty(0, dtype=np.int32), ())
    whole = pa.chunked_array([_dictionary(chunk, file, name) for chunk in chunks]).unify_dictionaries()
    numbers = joined([_numbers(piece) for piece in whole.chunks])
    values = whole.chunk(0).dictionary
    return _tidy(numbers, values, _words(values, file, name, limits))


def joined(pieces: list[NDArray[Number]]) -> NDArray[Number]:
    """Return arrays one after the other; a single one is not copied."""
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _numbers(piece: pa.DictionaryArray) -> NDArray[np.int32]:
    indices = piece.indices
    found: NDArray[np.int32] = (pc.fill_null(indices, -1) if indices.null_count else indices).to_numpy()
    return found.astype(np.int32, copy=False)


def _dictionary(chunk: pa.Array, file: str, name: str) -> pa.DictionaryArray:
    kind = chunk.type
    if pa.types.is_dictionary(kind):
        if kind == pa.dictionary(pa.int32(), pa.string()):
            return chunk
        indices, values = chunk.indices.cast(pa.int32()), chunk.dictionary
    else:
        refuse_wordless(kind, file, name)
        encoded = _whole(chunk).dictionary_encode()
        indices, values = encoded.indices, encoded.dictionary
    try:
        return pa.DictionaryArray.from_arrays(indices, values.cast(pa.string()))
    except pa.ArrowException as error:
        message = f"the column {name!r} of type {kind} cannot be read as text: {first_line(error)}"
        raise refuse("LG016", file, message, _TYPE_HINT) from error


_TYPE_HINT = "Name a column of texts, numbers or dates; `--suggest-map` shows which there are."


def refuse_wordless(kind: pa.DataType, file: str, name: str) -> None:
    """Raise LogRefused for a type without words: a list, a structure, a length of time."""
    if not _has_words(kind):
        message = f"the column {name!r} has the type {kind}, which has no words"
        raise refuse("LG016", file, message, _TYPE_HINT)


def _has_words(kind: pa.DataType) -> bool:
    wanted = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_boolean,
        pa.types.is_date,
        pa.types.is_timestamp,
        pa.types.is_decimal,
        pa.types.is_binary,
        pa.types.is_large_binary,
        pa.types.is_null,
    )
    return any(test(kind) for test in wanted)


def _whole(chunk: pa.Array) -> pa.Array:
    """Numbers that pandas made floats because some were missing, as whole numbers again."""
    if not pa.types.is_floating(chunk.type):
        return chunk
    present = pc.if_else(pc.is_nan(chunk), None, chunk)
    try:
        return present.cast(pa.int64())
    except pa.ArrowInvalid:
        return present


def _words(values: pa.Array, file: str, name: str, limits: Limits) -> list[str | None]:
    refuse_many(len(values), file, name, limits)
    refuse_long(values, file, name, limits)
    try:
        found: list[str | None] = values.to_numpy(zero_copy_only=False).tolist()
    except (UnicodeDecodeError, pa.ArrowException) as error:
        message = f"the column {name!r} has bytes that are not UTF-8: {first_line(error)}"
        raise refuse("LG015", file, message, "Write the file again with texts as UTF-8.") from error
    return found


def refuse_many(words: int, file: str, name: str, limits: Limits) -> None:
    """Raise LogRefused where a column has more different words than are kept."""
    if words > limits.words:
        raise _too_many(file, name, limits)


def refuse_long(values: pa.Array, file: str, name: str, limits: Limits) -> None:
    """Raise LogRefused where a text is longer than a word may be; numbers and times never are."""
    kind = values.type
    if not (pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or _is_string(kind)):
        return
    if (pc.max(pc.binary_length(values)).as_py() or 0) <= limits.word:
        return
    lengths = pc.utf8_length(values) if _is_string(kind) else pc.binary_length(values)
    if pc.max(lengths).as_py() > limits.word:
        longest = values.filter(pc.equal(lengths, pc.max(lengths)))[0].as_buffer()[:200].to_pybytes()
        raise _too_long(file, name, longest.decode("utf-8", "replace"), limits)


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _tidy(numbers: NDArray[np.int32], values: pa.Array, words: list[str | None]) -> Coded:
    """Take away space around words, join those that become alike, and let none stand for empty."""
    trimmed = pc.utf8_trim_whitespace(values)
    if (
        not values.null_count
        and not pc.any(pc.or_(pc.equal(trimmed, ""), pc.not_equal(trimmed, values))).as_py()
    ):
        return Coded(numbers, tuple(words))  # type: ignore[arg-type] # none is empty
    place: dict[str, int] = {}
    again = np.empty(len(words) + 1, dtype=np.int32)
    again[-1] = -1
    for number, word in enumerate(words):
        short = (word or "").strip()
        again[number] = place.setdefault(short, len(place)) if short else -1
    return Coded(again[numbers], tuple(place))


def _too_long(file: str, name: str, word: str, limits: Limits, line: int = 1) -> LogRefused:
    message = f"a value of {name!r} is longer than {limits.word:,} characters: {word[:40]!r}…"
    hint = "Is it the right column? Name another in the mapping, or shorten the values."
    return refuse("LG006", file, message, hint, line=line)


def _too_many(file: str, name: str, limits: Limits) -> LogRefused:
    message = f"{name!r} has more than {limits.words:,} different values"
    return refuse("LG009", file, message, "Split the log by time or by store.")


def first_line(error: BaseException) -> str:
    """Return what an error says first, shortened."""
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
