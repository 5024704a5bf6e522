"""What a viewer is shown of the words of a document: numbers and addresses masked for all, names for who does not meet the person."""

import re

from forecourt.people.masking import masked_email
from forecourt.people.masking import masked_name
from forecourt.people.masking import masked_phone
from forecourt.people.masking import sees_names
from forecourt.platform.actor import Actor

_ADDRESS = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+")
# A telephone number in any spelling: seven digits or more, with blanks, dashes and brackets between; no times and dates.
_NUMBER = re.compile(r"\+?\d(?:[ \-()]?\d){6,}")
_DATE = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d")
_NAME_PATH = re.compile(
    r"name|姓名|称呼|客户|联系人|first|last|nick|wx|union|wechat|微信|street|address|地址|birth|id_?card|身份证",
    re.IGNORECASE,
)


def veiled(text: str) -> str:
    """A text with its telephone numbers and addresses masked."""
    return _NUMBER.sub(_number, _ADDRESS.sub(lambda found: masked_email(found[0]), text))


def _number(found: "re.Match[str]") -> str:
    text = found[0]
    return text if _DATE.match(text) else masked_phone(re.sub(r"[ \-()]", "", text))


def shown_field(path: str, raw: str, actor: Actor) -> str:
    """A field of a document as `actor` may see it."""
    if _NAME_PATH.search(path) and not sees_names(actor):
        return masked_name(raw)
    return veiled(raw)


def shown_words(text: str, actor: Actor) -> str:
    """What the customer wrote: for those who work with them; everybody else is told that there is something."""
    return veiled(text) if sees_names(actor) else "…" if text else ""
