"""Phone numbers as people and systems write them, made E.164 or refused with a reason.

The trap: a widely used parser turns the masked `134xxxx1234` into `+86134999` extension `1234`. So a mask is looked
for before anything is parsed, and what was masked is never a key. A number with an extension is not a key either:
it is a switchboard, or the privacy number of a lead platform that serves another person tomorrow.
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException
from phonenumbers import PhoneNumberType
from phonenumbers import shortnumberinfo

LONGEST = 100
_MASK = re.compile(r"[*＊●•○×✕╳█■□◆?]|[xXхХ#_]{2,}|[xXхХ]\d*[xXхХ]|\.{2,}|…|-{3,}")
_SEPARATORS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_NOTHING = {
    *(
        "",
        "无",
        "没有",
        "暂无",
        "未知",
        "空",
        "未提供",
        "不详",
        "保密",
        "隐藏",
        "手机号",
        "手机",
        "电话",
        "电话号码",
    ),
    *("none", "null", "nil", "n/a", "na", "no", "unknown", "nan", "-", "--", "0", "phone", "test"),
}
_ROUNDED = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")
_SPREADSHEET = re.compile(r"^(?:=\s*\"(?P<quoted>[^\"]*)\"|'(?P<text>.*)|(?P<float>\d{7,15})\.0)$")
_EXTENSION = re.compile(
    r"^(?P<number>.*\d.*?)\s*[,;(]?\s*(?:转分机|转接|分机号|分机|转|ext\.?|extension|x|#)\s*[:.]?\s*(?P<extension>\d{1,7})\)?$",
    re.IGNORECASE,
)
_LANDLINE_EXTENSION = re.compile(
    r"^(?P<number>(?:\+?86[- ]?)?\(?0\d{2,3}\)?[- ]?\d{7,8})-(?P<extension>\d{1,6})$"
)
_BETWEEN_NUMBERS = re.compile(r"\s*(?:[/、;；,，|\n]|或者|或|和|\bor\b|\band\b)\s*")
_PERSONAL = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


@dataclass(frozen=True, slots=True)
class Phone:
    """One number: `e164` is None when it is not one, `reason` says why it is not usable as a key ("" if it is)."""

    raw: str
    e164: str | None = None
    extension: str = ""
    usable_as_key: bool = False
    reason: str = ""


def normalise_phone(raw: str, region: str = "CN") -> Phone:
    """Make one number E.164.

    `region` (ISO 3166 alpha-2) is assumed when the number has no country code. Never raises: what is masked, short,
    several numbers at once or no number at all comes back with `e164=None` and a reason code.
    """
    text = _plain(raw)
    refusal = _refusal_at_sight(text)
    if refusal:
        return Phone(raw, reason=refusal)
    number, extension = _split_extension(text)
    return _parsed(raw, number, extension, region)


def split_phones(raw: str) -> tuple[str, ...]:
    """Split a field that holds several numbers (`13800138000/13900139000`); one number comes back alone."""
    if len(raw) > LONGEST:
        return (raw,)
    parts = [part for part in _BETWEEN_NUMBERS.split(unicodedata.normalize("NFKC", raw)) if part]
    several = len(parts) > 1 and all(sum(c.isdigit() for c in part) >= 7 or is_masked(part) for part in parts)
    return tuple(parts) if several else (raw,)


def is_masked(raw: str) -> bool:
    """Has some system hidden digits of this number?"""
    text = _SEPARATORS.sub("", _plain(raw))
    return any(c.isdigit() for c in text) and _MASK.search(text) is not None


def _plain(raw: str) -> str:
    text = _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", raw[: LONGEST + 1])).strip()
    text = text.replace("—", "-").replace("–", "-").replace("‐", "-").replace("−", "-")
    found = _SPREADSHEET.match(text)
    return next(part for part in found.groups() if part is not None).strip() if found else text


def _refusal_at_sight(text: str) -> str:
    if text.casefold() in _NOTHING:
        return "phone.empty" if not text else "phone.placeholder"
    if len(text) > LONGEST:
        return "phone.not_a_number"
    if _ROUNDED.match(text):
        return "phone.rounded"
    if is_masked(text):
        return "phone.masked"
    if len(split_phones(text)) > 1:
        return "phone.several"
    return ""


def _split_extension(text: str) -> tuple[str, str]:
    found = _LANDLINE_EXTENSION.match(text) or _EXTENSION.match(text)
    return (found["number"].strip(" ,;("), found["extension"]) if found else (text, "")


def _parsed(raw: str, number: str, extension: str, region: str) -> Phone:
    # Letters have no place in what is left: the parser would dial "1-800-FLOWERS" and read names as numbers.
    if any(c.isalpha() for c in re.sub(r"(?i)^(tel|phone|mobile|手机|电话)\s*[:.]?", "", number)):
        return Phone(raw, reason="phone.not_a_number")
    try:
        found = phonenumbers.parse(number, region)
    except NumberParseException:
        return Phone(raw, reason="phone.not_a_number")
    return _judged(raw, found, extension or found.extension or "", number)


def _judged(raw: str, found: phonenumbers.PhoneNumber, extension: str, number: str) -> Phone:
    if _is_short(found, number):
        return Phone(raw, reason="phone.short_code")
    if not phonenumbers.is_valid_number(found):
        return Phone(raw, reason="phone.not_valid")
    if _lacks_area_zero(found, number):
        return Phone(raw, reason="phone.no_area_zero")
    found.extension = None
    e164 = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    reason = _why_no_key(found, extension)
    return Phone(raw, e164, extension, not reason, reason)


def _is_short(found: phonenumbers.PhoneNumber, number: str) -> bool:
    digits = sum(c.isdigit() for c in number)
    return digits <= 6 or (
        not number.startswith("+") and digits < 7 and shortnumberinfo.is_valid_short_number(found)
    )


def _lacks_area_zero(found: phonenumbers.PhoneNumber, number: str) -> bool:
    """`393-999-3922` is a North American number, not one of Puyang, although the plan of China would allow it."""
    digits = "".join(c for c in number if c.isdigit())
    landline = phonenumbers.number_type(found) == PhoneNumberType.FIXED_LINE
    return found.country_code == 86 and landline and digits == str(found.national_number)


def _why_no_key(found: phonenumbers.PhoneNumber, extension: str) -> str:
    if extension:
        return "phone.extension"
    return "" if phonenumbers.number_type(found) in _PERSONAL else "phone.shared_line"
