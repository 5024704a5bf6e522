"""Vehicle identification numbers: clean, check, explain, make valid ones for tests.

The check digit is that of ISO 3779 as 49 CFR 565 computes it (weights 8..2, 10, 0, 9..2, modulo 11, X for ten); GB
16735-2019 makes it mandatory for Chinese vehicles, North America does too. European makers may put a filler Z in
position 9 and have none. Manufacturer prefixes (WMI) are data, not code: `methodology/facts/wmi.csv`.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
_VALUES = {c: int(c) for c in "0123456789"} | dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ",
        (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_SEPARATORS = re.compile(r"[\s\-_.·\u200b\ufeff]+")

REASONS: Mapping[str, str] = {
    "vin.empty": "No VIN.",
    "vin.length": "A VIN has 17 characters, this has {length}.",
    "vin.alphabet": "“{letter}” at place {place} cannot stand in a VIN (I, O and Q are left out so as not to be mistaken).",
    "vin.implausible": "One character repeated is no vehicle, though its check digit agrees.",
    "vin.check_digit": "Place 9 is “{found}” but must be “{expected}”; one character is mistyped, most likely.",
    "vin.cleaned": "Spaces, dashes, lower case or full-width letters were put right.",
    "vin.no_check_digit": "Filler Z at place 9: a European number without a check digit; mistakes cannot be seen.",
    "vin.check_digit_unused": "Place 9 does not agree, and the region does not oblige the maker to use it.",
    "vin.year_ambiguous": "Year code {code} stands for {years}.",
    "vin.year_unknown": "“{code}” at place 10 is no year code.",
}


@dataclass(frozen=True, slots=True)
class VinRemark:
    """Something to say about a VIN, with a stable code and the values for its sentence."""

    code: str
    facts: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """The remark in English; translate `vin.REASONS[code]` for another language."""
        return REASONS[self.code].format_map(self.facts)


@dataclass(frozen=True, slots=True)
class VinCheck:
    """The verdict: `vin` is the clean number or None when it is refused; `problems` say why; `notes` what to know."""

    raw: str
    vin: str | None
    problems: tuple[VinRemark, ...] = ()
    notes: tuple[VinRemark, ...] = ()
    check_digit_agrees: bool = False
    model_years: tuple[int, ...] = ()

    @property
    def wmi(self) -> str:
        """The world manufacturer identifier, the first three characters."""
        return (self.vin or "")[:3]


def check_vin(raw: str) -> VinCheck:
    """Clean and check a VIN. Never raises; all problems come at once."""
    text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", raw[:100])).upper()
    notes = [VinRemark("vin.cleaned", {})] if text != raw and text else []
    problems = _form_problems(text)
    if problems:
        return VinCheck(raw, None, tuple(problems), tuple(notes))
    return _checked(raw, text, notes)


def check_digit(vin: str) -> str:
    """The character that place 9 must have (whatever stands there now). Needs 17 characters of the VIN alphabet."""
    total = sum(_VALUES[c] * weight for c, weight in zip(vin, _WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def make_vin(wmi: str, vds: str, serial: int, *, year: int = 2026, plant: str = "A") -> str:
    """Make a VIN with a right check digit for demonstrations and tests: it belongs to no real vehicle on purpose.

    `wmi` has 3 characters, `vds` 5, `serial` is 0 to 999999. ValueError when a part has another form.
    """
    if len(wmi) != 3 or len(vds) != 5 or len(plant) != 1 or not 0 <= serial <= 999_999:
        raise ValueError(
            f"wmi {wmi!r} needs 3 characters, vds {vds!r} 5, plant {plant!r} 1, serial {serial} 0..999999"
        )
    vin = f"{wmi}{vds}0{YEAR_CODES[(year - 1980) % 30]}{plant}{serial:06d}"
    if any(c not in ALPHABET for c in vin):
        raise ValueError(f"{vin} has characters that cannot stand in a VIN (no lower case, no I, O, Q)")
    return vin[:8] + check_digit(vin) + vin[9:]


def makers(table: str) -> dict[str, str]:
    """Read the WMI table (CSV text with the columns wmi, maker, verified ...); only verified rows count."""
    rows = csv.DictReader(io.StringIO(table))
    return {
        row["wmi"].strip(): row["maker"].strip() for row in rows if row["wmi"] and row["verified"] == "yes"
    }


def _form_problems(text: str) -> list[VinRemark]:
    if not text:
        return [VinRemark("vin.empty", {})]
    problems = [
        VinRemark("vin.alphabet", {"letter": c, "place": str(place)})
        for place, c in enumerate(text, 1)
        if c not in ALPHABET
    ]
    if len(text) != 17:
        problems.append(VinRemark("vin.length", {"length": str(len(text))}))
    if len(text) == 17 and len(set(text)) == 1:
        problems.append(VinRemark("vin.implausible", {}))
    return problems


def _checked(raw: str, vin: str, notes: list[VinRemark]) -> VinCheck:
    expected, found = check_digit(vin), vin[8]
    problems = []
    if found == "Z" and not _check_digit_is_mandatory(vin):
        notes.append(VinRemark("vin.no_check_digit", {}))
    elif found != expected and _check_digit_is_mandatory(vin):
        problems.append(VinRemark("vin.check_digit", {"found": found, "expected": expected}))
    elif found != expected:
        notes.append(VinRemark("vin.check_digit_unused", {}))
    years = _years(vin, notes)
    return VinCheck(raw, None if problems else vin, tuple(problems), tuple(notes), found == expected, years)


def _check_digit_is_mandatory(vin: str) -> bool:
    """China (L) by GB 16735-2019, North America (1 to 5, 7) by 49 CFR 565."""
    return vin[0] in "L123457"


def _years(vin: str, notes: list[VinRemark]) -> tuple[int, ...]:
    code = vin[9]
    if code not in YEAR_CODES:
        notes.append(VinRemark("vin.year_unknown", {"code": code}))
        return ()
    first = 1980 + YEAR_CODES.index(code)
    years = (first, first + 30)
    # In North America place 7 tells the two cycles apart: a letter means 2010 or later.
    if vin[0] in "12345":
        return (years[1],) if vin[6].isalpha() else (years[0],)
    notes.append(VinRemark("vin.year_ambiguous", {"code": code, "years": f"{years[0]} or {years[1]}"}))
    return years
