"""The customer's own words, freed of HTML and of what nobody needs to answer an enquiry.

Senders put more into a comment than words: consents, the car itself, a credit application. Consents and the car are
picked out (and reported as guessed); income, birth dates and employers are left out, for the personal information law
asks for no more than the purpose needs. The raw document, kept under its own scope, still has them.
"""

import html
import re
from dataclasses import dataclass
from dataclasses import replace

from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.parts import yes_or_no
from forecourt.exchange.leads.records import Consent
from forecourt.exchange.leads.records import VehicleWish
from forecourt.exchange.leads.text import squeeze
from forecourt.exchange.vin import check_vin

_BREAK = re.compile(r"<\s{0,5}(?:br|/p|/div|/li|/tr)\s{0,5}/?\s{0,5}>", re.IGNORECASE)
_HTML = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_PAIR = re.compile(r"^\s*(?P<key>[^::]{2,60})\s*[::]\s*(?P<value>.*)$")
_ID_NUMBER = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")
_CREDIT = (
    *(
        "date of birth",
        "dob",
        "birthday",
        "monthly payment",
        "monthly income",
        "income",
        "employer",
        "occupation",
    ),
    *("employment", "rent or own", "housing", "time at address", "time with employer", "residence"),
    *(
        "ip address",
        "ssn",
        "sin number",
        "social security",
        "credit score",
        "months at",
        "years at",
        "bank account",
    ),
    *(
        "出生日期",
        "生日",
        "月收入",
        "年收入",
        "收入",
        "工作单位",
        "单位名称",
        "职业",
        "身份证",
        "住房",
        "征信",
        "银行卡",
        "月供能力",
    ),
)
_CAN_CONTACT = re.compile(
    r"(?:can we contact you|contact me|是否同意|同意).{0,20}?(email|phone|text|sms|电话|短信|微信|邮件)",
    re.IGNORECASE,
)
_CHANNELS = {
    "email": "email",
    "邮件": "email",
    "phone": "phone",
    "电话": "phone",
    "text": "sms",
    "sms": "sms",
    "短信": "sms",
    "微信": "wechat",
}
_CAR_KEYS = {
    "inventory item": "text",
    "interested in": "text",
    "意向车型": "text",
    "车型": "text",
    "感兴趣车型": "text",
    "inventory year": "year",
    "年款": "year",
    "vin": "vin",
    "inventory stock id": "stock",
    "意向车款": "text",
}


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment taken apart: the words, the consents and the facts of a car found in it."""

    words: str
    consents: tuple[Consent, ...] = ()
    car: tuple[tuple[str, str], ...] = ()


def read_comment(raw: str, path: str, notes: Notes, line: int | None = None) -> Comment:
    """Read a comment; what was taken out or picked out is reported."""
    text = _without_html(raw, path, notes, line)
    lines = [part.strip() for part in text.splitlines()]
    kept = [part for part in lines if part and not _is_credit(part, path, notes, line)]
    words = _hide_ids("\n".join(kept), path, notes, line)
    if not raw.strip():
        notes.ignored(path, raw, "field.empty", line=line)
    else:
        notes.read(path, words, line=line)
    return Comment(words, _consents(kept, path, notes, line), _car(kept, path, notes, line))


def with_car_from(comment: Comment, wish: VehicleWish) -> VehicleWish:
    """Fill an unsaid wish from what the comment says of a car; what a field says is never overruled."""
    car = dict(comment.car)
    if not car or wish.model:
        return wish
    year = squeeze(car.get("year", ""))
    return replace(
        wish,
        text=wish.text or car.get("text", ""),
        year=wish.year or (int(year) if year.isdecimal() and len(year) == 4 else None),
        vin=wish.vin or (check_vin(car.get("vin", "")).vin or ""),
        stock=wish.stock or car.get("stock", ""),
    )


def _without_html(raw: str, path: str, notes: Notes, line: int | None) -> str:
    text = _HTML.sub(" ", _BREAK.sub("\n", raw))
    if text != raw:
        notes.guessed(path, "", "comment.html_removed", line=line)
    return html.unescape(text)


def _pair(text: str) -> tuple[str, str]:
    found = _PAIR.match(text[:500])
    return (found["key"].strip().casefold().replace("_", " "), found["value"].strip()) if found else ("", "")


def _is_credit(text: str, path: str, notes: Notes, line: int | None) -> bool:
    key = _pair(text)[0]
    kind = next((word for word in _CREDIT if key and word in key), "")
    if kind:
        notes.ignored(path, "", "comment.credit_data", line=line, kind=kind)
    return bool(kind)


def _hide_ids(text: str, path: str, notes: Notes, line: int | None) -> str:
    hidden = _ID_NUMBER.sub(r"\1********\2", text)
    if hidden != text:
        notes.guessed(path, "", "comment.id_number_hidden", line=line)
    return hidden


def _consents(lines: list[str], path: str, notes: Notes, line: int | None) -> tuple[Consent, ...]:
    found = []
    for text in lines:
        key, value = _pair(text)
        asked = _CAN_CONTACT.search(key)
        given = yes_or_no(value) if asked else None
        if asked and given is not None:
            notes.guessed(path, text, "consent.from_comment", line=line, text=text[:100])
            found.append(Consent("contact", given, _CHANNELS[asked[1].lower()], text[:200]))
    return tuple(found)


def _car(lines: list[str], path: str, notes: Notes, line: int | None) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for text in lines:
        key, value = _pair(text)
        what = _CAR_KEYS.get(key, "")
        if what and value and what not in found and not (what == "vin" and not check_vin(value).vin):
            notes.guessed(path, text, "vehicle.from_comment", line=line)
            found[what] = value[:200]
    return tuple(found.items())
