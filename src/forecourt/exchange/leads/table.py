"""Leads in a table: CSV as spreadsheets and advertising platforms export it, one row an enquiry.

Column names are matched in Chinese and English without regard to case, spaces and brackets; the row of names may stand
below a title. Each row ends as an enquiry or as refused with its line; an unknown column is reported, not dropped.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from functools import cache

from forecourt.exchange.leads.comments import read_comment
from forecourt.exchange.leads.comments import with_car_from
from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.parts import budget
from forecourt.exchange.leads.parts import consent
from forecourt.exchange.leads.parts import email_points
from forecourt.exchange.leads.parts import model_year
from forecourt.exchange.leads.parts import moment
from forecourt.exchange.leads.parts import person_name
from forecourt.exchange.leads.parts import phone_points
from forecourt.exchange.leads.parts import said
from forecourt.exchange.leads.parts import wechat_points
from forecourt.exchange.leads.records import Address
from forecourt.exchange.leads.records import Consent
from forecourt.exchange.leads.records import ContactPoint
from forecourt.exchange.leads.records import ExternalId
from forecourt.exchange.leads.records import LeadDocument
from forecourt.exchange.leads.records import Limits
from forecourt.exchange.leads.records import Read
from forecourt.exchange.leads.records import Timeframe
from forecourt.exchange.leads.records import Unreadable
from forecourt.exchange.leads.records import VehicleWish
from forecourt.exchange.leads.records import Vendor
from forecourt.exchange.leads.text import Decoded
from forecourt.exchange.leads.text import plain_key
from forecourt.exchange.leads.text import squeeze

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("线索id", "线索编号", "编号", "订单号", "id", "lead id", "external id", "reference"),
    "requested_at": ("时间", "提交时间", "留资时间", "创建时间", "线索时间", "日期", "登记时间", "requested at", "date", "created at",
                     "created time", "time", "timestamp", "request date"),
    "name": ("姓名", "客户姓名", "称呼", "客户", "用户姓名", "联系人", "名字", "name", "full name", "customer name", "customer", "contact"),
    "family_name": ("姓", "last name", "surname", "family name"),
    "given_name": ("名", "first name", "given name"),
    "salutation": ("性别", "尊称", "gender", "salutation", "sex"),
    "nickname": ("昵称", "微信昵称", "nickname"),
    "phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "电话号码", "客户电话", "客户手机", "phone", "mobile", "telephone",
              "phone number", "cell", "tel", "mobile phone"),
    "phone2": ("备用电话", "其他电话", "固定电话", "座机", "phone 2", "other phone", "home phone", "work phone", "landline"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "邮件", "email", "e-mail", "mail", "email address"),
    "wechat": ("微信", "微信号", "wechat", "weixin", "wechat id"),
    "brand": ("品牌", "意向品牌", "brand", "make"),
    "model": ("车型", "车系", "意向车型", "意向车系", "感兴趣车型", "咨询车型", "model", "series", "vehicle", "car", "vehicle model"),
    "trim": ("车款", "配置", "版本", "意向配置", "trim", "variant", "version"),
    "year": ("年款", "车型年份", "year", "model year"),
    "colour": ("颜色", "外观颜色", "意向颜色", "colour", "color"),
    "budget": ("预算", "购车预算", "价格区间", "budget", "price range"),
    "city": ("城市", "所在城市", "意向城市", "上牌城市", "购车城市", "city", "town"),
    "region": ("省份", "省", "所在省份", "province", "state", "region"),
    "street": ("地址", "详细地址", "联系地址", "住址", "address", "street"),
    "postal_code": ("邮编", "邮政编码", "postal code", "zip", "postcode"),
    "comment": ("备注", "留言", "需求", "说明", "客户留言", "咨询内容", "comment", "comments", "notes", "note", "message", "remark"),
    "timeframe": ("购车时间", "预计购车时间", "计划购车时间", "意向购车时间", "购车周期", "timeframe", "purchase time", "when"),
    "source": ("来源", "线索来源", "来源渠道", "媒体", "平台", "source", "lead source"),
    "channel": ("渠道", "渠道名称", "线索渠道", "channel", "medium"),
    "campaign": ("活动", "活动名称", "推广计划", "campaign"),
    "store": ("门店", "意向门店", "经销商", "门店编号", "门店名称", "store", "dealer", "showroom"),
    "staff": ("销售顾问", "顾问", "跟进人", "adviser", "advisor", "salesperson"),
    "consent": ("是否同意联系", "同意联系", "是否同意", "授权", "同意隐私政策", "隐私授权", "consent", "opt in", "agreed"),
}  # fmt: skip
_WAYS = {"phone", "phone2", "email", "wechat"}
_DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|", "，": "，"}
_ROWS_ABOVE = 10
_GENDERS = {"男": "先生", "女": "女士", "m": "Mr", "f": "Ms", "male": "Mr", "female": "Ms"}


@dataclass(frozen=True, slots=True)
class Head:
    """The row of names: which column means what, and which line it is."""

    names: tuple[str, ...]
    meanings: tuple[str, ...]
    delimiter: str
    skipped: int


@cache
def _meanings() -> dict[str, str]:
    return {plain_key(name): meaning for meaning, names in COLUMNS.items() for name in (meaning, *names)}


def find_head(text: str) -> Head | None:
    """The first of the top rows that names a way to reach somebody and one thing more, with its delimiter."""
    best: Head | None = None
    for place, line in enumerate(text.splitlines()[:_ROWS_ABOVE]):
        for delimiter in _DELIMITERS:
            head = _head(line[:20_000], delimiter, place)
            if head and (best is None or _known(head) > _known(best)):
                best = head
        if best:
            return best
    return None


def _head(line: str, delimiter: str, place: int) -> Head | None:
    try:
        names = tuple(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return None
    meanings = tuple(_meanings().get(plain_key(name), "") for name in names)
    found = Head(names, meanings, delimiter, place)
    return found if _WAYS & set(meanings) and (_known(found) > 1 or len(names) == 1) else None


def _known(head: Head) -> int:
    return sum(1 for meaning in head.meanings if meaning)


def looks_like_table(text: str) -> bool:
    """Do the first lines look like rows of one table, known column names or not?"""
    lines = [line for line in text.splitlines()[:_ROWS_ABOVE] if line.strip()]
    if find_head(text):
        return True
    counts = {d: [line.count(d) for line in lines] for d in _DELIMITERS}
    return len(lines) > 1 and any(min(found) > 1 and len(set(found)) == 1 for found in counts.values())


def read_table(decoded: Decoded, limits: Limits, region: str = "CN") -> Read | Unreadable:
    """Read a table; each row is an enquiry or refused with its line."""
    head = find_head(decoded.text)
    if head is None:
        return Unreadable("csv.no_columns", {"columns": squeeze(decoded.text.splitlines()[0])[:200]}, 1, 1)
    notes = _about(head, decoded)
    leads: list[LeadDocument] = []
    refused: list[Unreadable] = []
    for line, row in _rows(decoded.text, head, refused):
        if len(leads) + len(refused) >= limits.max_leads:
            return Unreadable("file.too_many_leads", {"most": str(limits.max_leads)}, line)
        read = _read_row(head, row, line, region)
        if isinstance(read, Unreadable):
            refused.append(read)
        else:
            leads.append(read)
    if not leads and not refused:
        return Unreadable("csv.no_rows", line=head.skipped + 1)
    return Read("csv", tuple(leads), tuple(refused), notes.taken())


def _about(head: Head, decoded: Decoded) -> Notes:
    notes = Notes()
    line = head.skipped + 1
    notes.guessed("document", _DELIMITERS[head.delimiter], "csv.delimiter", line=line)
    if not decoded.said and decoded.encoding != "utf-8":
        notes.guessed("document", decoded.encoding.upper(), "csv.encoding")
    if head.skipped:
        notes.ignored("document", str(head.skipped), "csv.lines_skipped", line=1)
    for place, (name, meaning) in enumerate(zip(head.names, head.meanings, strict=True)):
        if not meaning and squeeze(name):
            notes.ignored(name, name, "csv.column_unknown", line=line)
        elif meaning in head.meanings[:place] and meaning:
            notes.guessed(name, name, "csv.column_repeated", line=line)
    return notes


def _rows(text: str, head: Head, refused: list[Unreadable]) -> Iterator[tuple[int, list[str]]]:
    lines = text.splitlines(keepends=True)[head.skipped + 1 :]
    reader = csv.reader(lines, delimiter=head.delimiter)
    start = head.skipped + 2
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            refused.append(Unreadable("csv.broken", {"problem": str(error)}, start, position=f"line {start}"))
        else:
            if any(cell.strip() for cell in row):
                yield start, row
        start = head.skipped + 2 + reader.line_num


def _read_row(head: Head, row: list[str], line: int, region: str) -> LeadDocument | Unreadable:
    notes = Notes()
    cells = _cells(head, row, line, notes)
    position = f"line {line}"
    contacts = _contacts(cells, notes, line, region)
    texts = {name: _said(cells, name, notes, line) for name in ("source", "channel", "campaign")}
    ids = tuple(ExternalId(value, texts["source"], 1) for value in [_said(cells, "id", notes, line)] if value)
    if not contacts:
        return Unreadable("lead.nobody", line=line, position=position)
    lead = LeadDocument("csv", position, line, external_ids=ids, contacts=contacts, source=texts["source"])
    lead = replace(lead, channel=texts["channel"], campaign=texts["campaign"])
    lead = _with_person(lead, cells, notes, line)
    lead = _with_wish(lead, cells, notes, line)
    return replace(lead, report=notes.taken())


Cells = dict[str, tuple[str, str]]


def _cells(head: Head, row: list[str], line: int, notes: Notes) -> Cells:
    """By meaning: the column's own name and the cell; of two columns with one meaning the first filled one counts."""
    cells: Cells = {}
    for name, meaning, cell in zip(head.names, head.meanings, row, strict=False):
        if not meaning:
            notes.ignored(name, cell, "field.unknown" if cell.strip() else "field.empty", line=line)
        elif meaning in cells and cells[meaning][1].strip():
            notes.ignored(name, cell, "field.repeated" if cell.strip() else "field.empty", line=line)
        else:
            cells[meaning] = (name, cell)
    extra = [cell for cell in row[len(head.names) :] if cell.strip()]
    if extra:
        notes.ignored(f"column {len(head.names) + 1}", " | ".join(extra), "csv.extra_cells", line=line)
    return cells


def _said(cells: Cells, meaning: str, notes: Notes, line: int) -> str:
    name, cell = cells.get(meaning, ("", ""))
    return said(cell, name, notes, line) if name else ""


def _contacts(cells: Cells, notes: Notes, line: int, region: str) -> tuple[ContactPoint, ...]:
    points: list[ContactPoint] = []
    for meaning in ("phone", "phone2"):
        name, cell = cells.get(meaning, ("", ""))
        points += phone_points(cell, name, notes, region=region, line=line) if name else []
    name, cell = cells.get("email", ("", ""))
    points += email_points(cell, name, notes, line=line) if name else []
    name, cell = cells.get("wechat", ("", ""))
    return tuple(points + (wechat_points(cell, name, notes, line=line) if name else []))


def _with_person(lead: LeadDocument, cells: Cells, notes: Notes, line: int) -> LeadDocument:
    gender = squeeze(cells.get("salutation", ("", ""))[1])
    gender = _GENDERS.get(gender.lower(), gender)
    parts = {
        k: cells.get(v, ("", ""))[1]
        for k, v in (("full", "name"), ("family", "family_name"), ("given", "given_name"))
    }
    name = person_name(
        notes,
        cells.get("name", ("name", ""))[0],
        line,
        **parts,
        salutation=gender,
        nickname=cells.get("nickname", ("", ""))[1],
    )
    texts = {part: _said(cells, part, notes, line) for part in ("city", "region", "street", "postal_code")}
    store, staff = _said(cells, "store", notes, line), _said(cells, "staff", notes, line)
    coded = store.isascii() and " " not in store
    vendor = Vendor("" if coded else store, (store,) if coded and store else (), staff)
    return replace(
        lead, name=name, address=Address(**texts), vendor=vendor, consents=_consents(cells, notes, line)
    )


def _consents(cells: Cells, notes: Notes, line: int) -> tuple[Consent, ...]:
    name, cell = cells.get("consent", ("", ""))
    return tuple(consent(cell, name, notes, purpose="contact", line=line)) if name else ()


def _with_wish(lead: LeadDocument, cells: Cells, notes: Notes, line: int) -> LeadDocument:
    brand, model, trim = (_said(cells, part, notes, line) for part in ("brand", "model", "trim"))
    colour, (year_name, year_cell) = _said(cells, "colour", notes, line), cells.get("year", ("", ""))
    year = model_year(year_cell, year_name, notes, line) if year_name else None
    money_name, money = cells.get("budget", ("", ""))
    wish = VehicleWish(brand, model, trim, year, " ".join(part for part in (brand, model, trim) if part))
    wish = replace(wish, colours=(colour,) if colour else ())
    wish = replace(wish, budget=budget(money, money_name, notes, line=line) if money_name else None)
    time_name, time = cells.get("requested_at", ("", ""))
    at = moment(time, time_name, notes, line) if time_name else None
    lead = replace(
        lead, wish=wish, requested_at=at, timeframe=Timeframe(_said(cells, "timeframe", notes, line))
    )
    name, cell = cells.get("comment", ("", ""))
    if not name:
        return lead
    comment = read_comment(cell, name, notes, line)
    return replace(
        lead,
        comment=comment.words,
        wish=with_car_from(comment, wish),
        consents=lead.consents + comment.consents,
    )
