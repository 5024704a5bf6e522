"""Which car is meant: written brands, models and free text matched to the network's codes. Pure.

    names = Names.of(brands, models)
    names.recognise(brand="AITO", model="问界M7").model       # "aito-m7"
    names.recognise(text="想先了解问界M7的分期").brand           # "aito"

A full name (问界M7, AITO M7, the code aito-m7) counts wherever it stands. A short one (M7) counts when the brand is known or no
other model of the network is called so, and never behind another maker's name.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

CLOSE = 0.6
_SHORT = re.compile(r"(?:^|[^A-Za-z0-9])([A-Za-z]{1,2}\d{1,4}[A-Za-z]?)$")


@dataclass(frozen=True, slots=True)
class Called:
    """A brand or model of the network and what it is called."""

    code: str
    brand: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The codes recognised; '' where nothing was. `near` is the closest known name when the model was not recognised."""

    brand: str = ""
    model: str = ""
    near: str = ""


def plain(text: str) -> str:
    """Letters, digits and Chinese characters only, in one width and case: `问界 M7` and `问界M7` are the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a network's brands and models, ready to be looked for."""

    brands: dict[str, str]
    models: dict[str, str]
    brand_of: dict[str, str]
    shorts: dict[str, tuple[str, ...]]
    shown: dict[str, str]
    brand_pattern: "re.Pattern[str]"
    model_pattern: "re.Pattern[str]"
    short_pattern: "re.Pattern[str]"

    @classmethod
    def of(cls, brands: Iterable[Called], models: Iterable[Called]) -> "Names":
        """Build the tables. A name that two models share is no name of either."""
        known_brands, known_models = list(brands), list(models)
        shorts: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for model in known_models:
            for short in {
                found[1].casefold() for name in model.names if (found := _SHORT.search(name.strip()))
            }:
                shorts[short] = (*shorts[short], model.code)
        by_brand, by_model = _table(known_brands), _table(known_models)
        return cls(
            by_brand, by_model, {model.code: model.brand for model in known_models}, dict(shorts),
            {plain(name): name for model in known_models for name in model.names},
            _pattern(by_brand), _pattern(by_model), _pattern(shorts),
        )  # fmt: skip

    def recognise(
        self, *, brand: str = "", model: str = "", text: str = "", codes: Iterable[str] = ()
    ) -> Found:
        """The car that the written words mean. `codes` are ids of the sender, which count where they are ours."""
        said = self._brand(brand)
        foreign = bool(brand.strip()) and not said
        found = next((self.models[key] for code in codes if (key := plain(code)) in self.models), "")
        for words, is_field in ((model, True), (f"{brand} {model}", False), (text, False)):
            found = found or self._model(words, said, is_field, foreign)
        if found:
            return Found(self.brand_of[found], found)
        said = said or ("" if foreign else self._brand(f"{model} {text}") or self._by_code(codes))
        return Found(said, "", self._near(model, said))

    def _by_code(self, codes: Iterable[str]) -> str:
        return next((self.brands[key] for code in codes if (key := plain(code)) in self.brands), "")

    def _brand(self, words: str) -> str:
        found = self.brand_pattern.search(_marked(words))
        return self.brands[plain(found[1])] if found else ""

    def _model(self, words: str, brand: str, is_field: bool, foreign: bool) -> str:
        marked = _marked(words)
        full = self.model_pattern.search(marked)
        if full:
            return self.models[plain(full[1])]
        for short in () if foreign else self.short_pattern.finditer(marked):
            if not is_field and not brand and _behind_a_word(marked, short.start(1)):
                continue
            fitting = [
                code
                for code in self.shorts[plain(short[1])]
                if not brand or self.brand_of.get(code, brand) == brand
            ]
            if len(fitting) == 1:
                return fitting[0]
        return ""

    def _near(self, model: str, brand: str) -> str:
        wanted = plain(model)
        known = [
            name for name, code in self.models.items() if not brand or self.brand_of.get(code, brand) == brand
        ]
        close = get_close_matches(wanted, known, n=1, cutoff=CLOSE) if wanted else []
        return self.shown.get(close[0], close[0]) if close else ""


def _marked(words: str) -> str:
    """Folded text in which marks and spaces are single blanks."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return " ".join("".join(sign if sign.isalnum() else " " for sign in folded).split())


def _behind_a_word(marked: str, start: int) -> bool:
    """Does a Latin word stand right before? `BMW M5` is not our M5."""
    before = marked[:start].rstrip()
    return bool(before) and before[-1].isascii() and before[-1].isalpha() and not marked[:start].isspace()


def _table(things: Iterable[Called]) -> dict[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    for thing in things:
        for name in (thing.code, *thing.names):
            if key := plain(name):
                found[key].add(thing.code)
    return {key: codes.pop() for key, codes in found.items() if len(codes) == 1}


def _pattern(keys: Iterable[str]) -> "re.Pattern[str]":
    """Finds any of the names, longest first, with blanks between their signs; a name's end is no part of a longer word."""
    written = sorted(keys, key=lambda key: (-len(key), key))
    either = "|".join(" ?".join(map(re.escape, key)) for key in written) or r"(?!)"
    return re.compile(rf"(?<![a-z0-9])({either})(?![a-z0-9])")
