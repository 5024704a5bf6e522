"""What all readers share: one raw text becomes contact points, a moment, a budget, a year, with its report lines."""

import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from decimal import InvalidOperation

from forecourt.exchange.emails import normalise_email
from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.records import Budget
from forecourt.exchange.leads.records import Consent
from forecourt.exchange.leads.records import ContactPoint
from forecourt.exchange.leads.text import squeeze
from forecourt.exchange.names import PersonName
from forecourt.exchange.names import read_name
from forecourt.exchange.phones import normalise_phone
from forecourt.exchange.phones import split_phones
from forecourt.exchange.times import read_moment

_UNSAID = {
    *(
        "无",
        "未知",
        "不限",
        "暂无",
        "待定",
        "随便",
        "都可以",
        "未定",
        "不确定",
        "其他",
        "全系",
        "备注",
        "车系编号",
        "车型编号",
        "品牌编号",
        "省份编号",
    ),
    *(
        "城市编号",
        "顾问名称",
        "客户姓名",
        "any",
        "unknown",
        "n/a",
        "na",
        "none",
        "null",
        "not specified",
        "other",
        "undefined",
    ),
    *("full line", "all models", "any model", "tbd", "-", "--", "model", "make", "not sure", "undecided"),
}
_YES = {"1", "y", "yes", "true", "是", "同意", "已同意", "ok", "on", "t", "√", "接受"}
_NO = {"0", "n", "no", "false", "否", "不同意", "拒绝", "未同意", "off", "f", "×"}
_AMOUNT = re.compile(
    r"(?P<low>\d[\d,]*(?:\.\d+)?)\s*(?P<unit1>万|w|k|千)?\s*(?:元|块|cny|rmb|¥|￥)?"
    r"(?:\s*(?:-|~|–|—|至|到|to)\s*(?P<high>\d[\d,]*(?:\.\d+)?)\s*(?P<unit2>万|w|k|千)?)?",
    re.IGNORECASE,
)
_UNITS = {"万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000}
_AT_MOST, _AT_LEAST = (
    ("以内", "以下", "不超过", "最多", "under", "below", "max", "up to"),
    ("以上", "起", "over", "above", "min"),
)


def phone_points(
    raw: str, path: str, notes: Notes, *, region: str = "CN", label: str = "", **more: object
) -> list[ContactPoint]:
    """Read a field of telephone numbers; each number gives a contact point and a report line."""
    parts = split_phones(raw)
    if len(parts) > 1:
        notes.guessed(path, raw, "phone.several")
    points = [_phone_point(part, path, notes, region, label, more) for part in parts]
    return [point for point in points if point is not None]


def _phone_point(
    raw: str, path: str, notes: Notes, region: str, label: str, more: dict[str, object]
) -> ContactPoint | None:
    phone, line = normalise_phone(raw, region), _line(more)
    if phone.reason == "phone.empty":
        notes.ignored(path, raw, "field.empty", line=line)
        return None
    if phone.e164:
        notes.read(path, raw, phone.reason or "field.read", line=line)
    else:
        notes.refused(path, raw, phone.reason, line=line, region=region)
    kind = more.get("kind", "phone")
    return ContactPoint(
        str(kind), raw.strip(), phone.e164, phone.usable_as_key, phone.reason, phone.extension, label,
        str(more.get("best_time", "")), bool(more.get("preferred", False)),
    )  # fmt: skip


def _line(more: dict[str, object]) -> int | None:
    line = more.get("line")
    return line if isinstance(line, int) else None


def email_points(
    raw: str, path: str, notes: Notes, *, preferred: bool = False, line: int | None = None
) -> list[ContactPoint]:
    """Read an e-mail field."""
    email = normalise_email(raw)
    if email.reason == "email.empty":
        notes.ignored(path, raw, "field.empty", line=line)
        return []
    if email.value:
        notes.read(path, raw, email.reason or "field.read", line=line)
    else:
        notes.refused(path, raw, email.reason, line=line)
    return [
        ContactPoint(
            "email", raw.strip(), email.value, email.usable_as_key, email.reason, preferred=preferred
        )
    ]


def wechat_points(
    raw: str, path: str, notes: Notes, *, union: bool = False, line: int | None = None
) -> list[ContactPoint]:
    """Read a WeChat name (no key) or a union id (a key: one per person and developer account)."""
    text = squeeze(raw)
    if not text or text.casefold() in _UNSAID:
        notes.ignored(path, raw, "field.placeholder" if text else "field.empty", line=line)
        return []
    reason = "" if union else "wechat.not_unique"
    notes.read(path, raw, reason or "field.read", line=line)
    return [ContactPoint("wechat_union" if union else "wechat", raw.strip(), text, union, reason)]


def person_name(notes: Notes, path: str, line: int | None = None, **parts: str) -> PersonName:
    """Read a name and say how it was judged."""
    name = read_name(**parts)
    raw = name.full or name.nickname
    if not raw:
        return name
    if name.is_name:
        divided = name.family and not parts.get("family")
        (notes.guessed if divided else notes.read)(
            path, raw, "name.split" if divided else "field.read", line=line
        )
    else:
        notes.guessed(path, raw, name.reason, line=line)
    return name


def moment(raw: str, path: str, notes: Notes, line: int | None = None) -> datetime | None:
    """Read a moment; what was assumed is reported."""
    found = read_moment(raw)
    if found.code == "time.empty":
        notes.ignored(path, raw, "field.empty", line=line)
    elif found.at is None:
        notes.refused(path, raw, found.code, line=line)
    elif found.code:
        notes.guessed(path, raw, found.code, line=line)
    else:
        notes.read(path, raw, line=line)
    return found.at


def said(raw: str, path: str, notes: Notes, line: int | None = None) -> str:
    """Read a plain text field; a placeholder (不限, Full Line) counts as not said."""
    text = squeeze(raw)
    if not text:
        notes.ignored(path, raw, "field.empty", line=line)
        return ""
    if text.casefold() in _UNSAID:
        notes.ignored(path, raw, "field.placeholder", line=line)
        return ""
    notes.read(path, raw, line=line)
    return text


def model_year(raw: str, path: str, notes: Notes, line: int | None = None) -> int | None:
    """Read a model year (`2025`, `2025款`)."""
    text = (
        unicodedata.normalize("NFKC", squeeze(raw)).removesuffix("款").removesuffix("年").removesuffix(".0")
    )
    if not text:
        notes.ignored(path, raw, "field.empty", line=line)
        return None
    if not (text.isdecimal() and len(text) == 4 and 1950 <= int(text) <= 2099):
        notes.refused(path, raw, "vehicle.year_odd", line=line)
        return None
    notes.read(path, raw, line=line)
    return int(text)


def budget(
    raw: str, path: str, notes: Notes, *, currency: str = "CNY", line: int | None = None
) -> Budget | None:
    """Read a budget: `250000`, `20-25万`, `30万以内`, `25w左右`."""
    text = unicodedata.normalize("NFKC", squeeze(raw))[:100]
    if not text:
        notes.ignored(path, raw, "field.empty", line=line)
        return None
    found = _AMOUNT.search(text)
    if found is None:
        notes.refused(path, raw, "budget.not_understood", line=line)
        return Budget(currency=currency, text=text)
    low, high = _ends(found, text)
    if found[0] == text and text.isdecimal():
        notes.read(path, raw, line=line)
    else:
        notes.guessed(
            path,
            raw,
            "budget.read_from_text",
            line=line,
            low=_shown(low),
            high=_shown(high),
            currency=currency,
        )
    return Budget(low, high, currency, text)


def _ends(found: "re.Match[str]", text: str) -> tuple[Decimal | None, Decimal | None]:
    unit = found["unit1"] or found["unit2"]
    low = _amount(found["low"], found["unit1"] or unit)
    if found["high"]:
        return low, _amount(found["high"], found["unit2"] or unit)
    if any(word in text.casefold() for word in _AT_LEAST):
        return low, None
    return (None, low) if any(word in text.casefold() for word in _AT_MOST) else (low, low)


def _amount(text: str, unit: str | None) -> Decimal | None:
    try:
        amount = Decimal(text.replace(",", "")) * _UNITS.get((unit or "").lower(), 1)
    except InvalidOperation:
        return None
    return amount.quantize(Decimal("0.01")) if amount < Decimal(10) ** 12 else None


def _shown(amount: Decimal | None) -> str:
    return "…" if amount is None else f"{amount:f}"


def yes_or_no(raw: str) -> bool | None:
    """Read a flag in the words people use; None when it is neither."""
    text = unicodedata.normalize("NFKC", squeeze(raw)).casefold()
    if text in _YES:
        return True
    return False if text in _NO else None


def consent(
    raw: str, path: str, notes: Notes, *, purpose: str, channel: str = "", line: int | None = None
) -> list[Consent]:
    """Read a consent flag; what is neither yes nor no is taken as not given, and said."""
    if not squeeze(raw):
        notes.ignored(path, raw, "field.empty", line=line)
        return []
    given = yes_or_no(raw)
    if given is None:
        notes.refused(path, raw, "consent.not_understood", line=line)
    else:
        notes.read(path, raw, line=line)
    return [Consent(purpose, bool(given), channel, squeeze(raw)[:200])]
