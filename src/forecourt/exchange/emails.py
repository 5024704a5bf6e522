"""E-mail addresses: normal form, and why some are no key to a person."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 320
_ADDRESS = re.compile(
    r"^[^\s@<>,;:\"()\[\]]+@(?:[^\s@<>,;:\"()\[\]._-](?:[^\s@<>,;:\"()\[\]._]{0,62})\.)+[^\W\d_][\w-]{1,62}$"
)
_ANGLE = re.compile(r"<([^<>]*)>\s*$")
_NOTHING = {
    "",
    "无",
    "没有",
    "暂无",
    "未知",
    "未提供",
    "邮箱",
    "none",
    "null",
    "n/a",
    "na",
    "no",
    "unknown",
    "-",
}
_PLACEHOLDER_NAMES = {
    *(
        "none",
        "no",
        "na",
        "n.a",
        "null",
        "nomail",
        "noemail",
        "no-email",
        "no.email",
        "noemailgiven",
        "unknown",
    ),
    *(
        "test",
        "testing",
        "abc",
        "xxx",
        "xx",
        "x",
        "a",
        "aaa",
        "asdf",
        "declined",
        "notprovided",
        "customer",
        "wu",
        "无",
    ),
}
_ROLE_NAMES = {
    *(
        "info",
        "sales",
        "admin",
        "office",
        "contact",
        "service",
        "support",
        "hello",
        "mail",
        "webmaster",
        "hr",
        "kefu",
    ),
    *(
        "noreply",
        "no-reply",
        "donotreply",
        "do-not-reply",
        "postmaster",
        "marketing",
        "leads",
        "crm",
        "internet",
    ),
}


@dataclass(frozen=True, slots=True)
class Email:
    """One address: `value` is None when it is not one; `reason` says why it is not usable as a key."""

    raw: str
    value: str | None = None
    usable_as_key: bool = False
    reason: str = ""


def normalise_email(raw: str) -> Email:
    """Trim, take the address out of `Name <address>` and `mailto:`, put the domain in lower case. Never raises.

    The local part keeps its case; compare by `ContactPoint.key`, which does not.
    """
    text = _bare(raw)
    if text.casefold() in _NOTHING:
        return Email(raw, reason="email.placeholder" if text else "email.empty")
    if "*" in text:
        return Email(raw, reason="email.masked")
    if len(text) > LONGEST or not _ADDRESS.match(text) or ".." in text:
        return Email(raw, reason="email.not_an_address")
    local, _, domain = text.rpartition("@")
    return _judged(raw, local, domain.lower())


def _bare(raw: str) -> str:
    text = unicodedata.normalize("NFKC", raw[: LONGEST + 80]).strip().strip("\u200b\ufeff'\"")
    angle = _ANGLE.search(text)
    text = angle[1].strip() if angle else text
    return text[7:] if text[:7].lower() == "mailto:" else text.rstrip(".,;")


def _judged(raw: str, local: str, domain: str) -> Email:
    value, name = f"{local}@{domain}", local.casefold()
    if name in _PLACEHOLDER_NAMES or name == domain.split(".", 1)[0]:
        return Email(raw, value, reason="email.placeholder")
    if name in _ROLE_NAMES:
        return Email(raw, value, reason="email.role")
    return Email(raw, value, usable_as_key=True)
