"""Names of the language made from names of a diagram: lower-case letters, digits, underscores, each once."""

import re
import unicodedata

from forecourt.exchange.bpmn.phrases import LANGUAGES

_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 40


def slug(text: str, joined: str = "_") -> str:
    """Return a name made of a text; nothing where the text has no Latin letter or digit to make it of."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = _OTHER.sub(joined, plain).strip(joined)
    while words and not words[0].isalpha():
        words = words[1:].lstrip(joined)
    return words[:_LONGEST].rstrip(joined)


def titled(text: str) -> dict[str, str]:
    """Return a text as a title in every language; that it is translated into none is for the report to say."""
    words = "".join(letter if letter.isprintable() else " " for letter in text)
    folded = " ".join(words.split()) or "–"
    return dict.fromkeys(sorted(LANGUAGES), folded)


class Names:
    """Gives each key one name: what it asks for where that is free, else with a number."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = set(taken)
        self._given: dict[str, str] = {}

    def give(self, key: str, wishes: tuple[str, ...], otherwise: str) -> str:
        """Return the name of `key`, made of the first of the wishes that makes one, else of `otherwise`."""
        if key not in self._given:
            base = next((found for found in map(slug, wishes) if found), otherwise)
            name, number = base, 1
            while name in self._taken:
                number += 1
                name = f"{base}_{number}"
            self._taken.add(name)
            self._given[key] = name
        return self._given[key]
