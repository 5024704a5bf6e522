"""The lead bodies of the WeCom automotive edition (Tencent `wav`, 2021-01-29): the only public Chinese lead interface.

Three bodies carry enquiries: CreateLead (flat, `CustomerPhone`), QueryClueInfoList (`Response.PageData[].ClueId` with
`EnquireTime`), and the arrival and follow-up lists, which tell what happened to an enquiry that is known already.
Ids have 64 bits and come as text or number; times come as seconds, milliseconds or text.
"""

from dataclasses import replace
from datetime import datetime

from forecourt.exchange.leads.comments import read_comment
from forecourt.exchange.leads.comments import with_car_from
from forecourt.exchange.leads.json_text import Fields
from forecourt.exchange.leads.json_text import Number
from forecourt.exchange.leads.notes import Notes
from forecourt.exchange.leads.parts import moment
from forecourt.exchange.leads.parts import person_name
from forecourt.exchange.leads.parts import phone_points
from forecourt.exchange.leads.parts import said
from forecourt.exchange.leads.parts import wechat_points
from forecourt.exchange.leads.parts import yes_or_no
from forecourt.exchange.leads.records import Activity
from forecourt.exchange.leads.records import Address
from forecourt.exchange.leads.records import ContactPoint
from forecourt.exchange.leads.records import ExternalId
from forecourt.exchange.leads.records import LeadDocument
from forecourt.exchange.leads.records import Unreadable
from forecourt.exchange.leads.records import VehicleWish
from forecourt.exchange.leads.records import Vendor
from forecourt.exchange.leads.text import squeeze
from forecourt.exchange.phones import normalise_phone

STATES = {
    "101": "to_be_assigned",
    "201": "to_be_profiled",
    "301": "profiled",
    "401": "invited",
    "501": "following",
    "601": "ordered",
    "701": "won",
    "801": "loss_requested",
    "901": "lost",
    "1001": "unknown",
    "1101": "transfer_requested",
    "1201": "completed",
}
_CALL_OR_FORM, _ON_OR_OFFLINE = {"1": "call", "2": "form"}, {"1": "online", "2": "offline"}
_GENDERS = {"0": "", "1": "先生", "2": "女士"}
_EXTRAS = (
    *(
        "LevelCode",
        "LeadUserType",
        "TagList",
        "OrgId",
        "OrgName",
        "Introducer",
        "IsBindWx",
        "IsMerge",
        "CcName",
    ),
    *("Position", "CorpShopId", "ShopName", "UpdateTime", "AgeRangeName", "JobTypeName"),
    *("ChannelId", "EventType", "EventTypeName", "FollowWayType"),
)
_DATES = (
    *(
        "CreateAtTime",
        "ImportAtTime",
        "DistributeTime",
        "BuildTime",
        "OrderTime",
        "ArrivalTime",
        "DeliveryTime",
    ),
    *("FollowTime", "NextFollowTime", "InvalidTime", "OverdueTime"),
)
_CODES = (
    *(("brand", "BrandCode"), ("brand", "BrandId"), ("series", "SeriesCode"), ("series", "SeriesId")),
    *(("model", "ModelCode"), ("model", "ModelId")),
)


def is_wecom(entry: dict[str, object]) -> bool:
    """Does this object have the field names of a WeCom enquiry?"""
    return bool({"ClueId", "CustomerPhone", "EnquireTime", "ChannelName"} & entry.keys())


def read_wecom(
    entry: dict[str, object], path: str, position: str, region: str = "CN"
) -> LeadDocument | Unreadable:
    """Read one entry of any of the bodies."""
    notes = Notes()
    fields = Fields(entry, path, notes)
    lead = LeadDocument("wecom", position, provider="wecom", external_ids=_ids(fields))
    lead = replace(lead, activity=_activity(fields))
    lead = _with_person(lead, fields, region)
    lead = _with_origin(lead, fields)
    lead = replace(lead, wish=_wish(fields), vendor=_vendor(fields), address=_address(fields))
    lead = _with_remark(_with_state(lead, fields), fields)
    lead = replace(lead, extras=lead.extras + _extras(fields))
    fields.rest()
    if not lead.contacts and not lead.external_ids:
        return Unreadable("lead.nobody", position=position)
    return replace(lead, report=notes.taken())


def _ids(fields: Fields) -> tuple[ExternalId, ...]:
    found: list[ExternalId] = []
    for name, of in (("ClueId", "lead"), ("LeadId", "lead"), ("CustomerId", "customer")):
        value, exact = _id(fields, name)
        if value and value != "0":
            found.append(ExternalId(value, "wecom", len(found) + 1, of, exact))
    return tuple(found)


def _id(fields: Fields, name: str) -> tuple[str, bool]:
    """A 64-bit id as text, and whether it can be trusted to the last digit."""
    value, text = fields.value.get(name), squeeze(fields.text(name))
    if not text:
        return "", True
    if not isinstance(value, Number):
        fields.notes.read(fields.at(name), text)
        return text, True
    code = "id.rounded" if value.looks_rounded else "id.as_number"
    if len(text) < 16 and value.whole:
        fields.notes.read(fields.at(name), text)
    else:
        fields.notes.guessed(fields.at(name), text, code if value.whole else "id.not_whole")
    return text, not value.looks_rounded


def _activity(fields: Fields) -> Activity | None:
    if "FirstArrival" in fields.value:
        return Activity(
            "arrival",
            _time(fields, "ArrivalTime"),
            _plain(fields, "FollowRecord"),
            _flag(fields, "FirstArrival"),
        )
    if "IsOverdue" not in fields.value and "FollowWayType" not in fields.value:
        return None
    words = [_plain(fields, name) for name in ("FollowWayName", "FollowRecord")]
    at, text = _time(fields, "FollowTime"), ": ".join(word for word in words if word)
    return Activity("follow_up", at, text, False, _flag(fields, "IsOverdue"), _time(fields, "NextFollowTime"))


def _time(fields: Fields, name: str) -> datetime | None:
    raw = fields.text(name)
    return moment(raw, fields.at(name), fields.notes) if raw not in ("", "0") else None


def _plain(fields: Fields, name: str) -> str:
    raw = fields.text(name)
    return said(raw, fields.at(name), fields.notes) if raw else ""


def _flag(fields: Fields, name: str) -> bool:
    raw = _plain(fields, name)
    return yes_or_no(raw) is True


def _with_person(lead: LeadDocument, fields: Fields, region: str) -> LeadDocument:
    gender = _GENDERS.get(_plain(fields, "CustomerSex") or _plain(fields, "Gender"), "")
    full = fields.text("CustomerName") or fields.text("UserName")
    nickname = fields.text("Name")
    path = fields.at("CustomerName" if "CustomerName" in fields.value else "UserName" if full else "Name")
    name = person_name(fields.notes, path, full=full, salutation=gender, nickname=nickname)
    if full and nickname:
        fields.notes.read(fields.at("Name"), nickname, "name.nickname")
    return replace(lead, name=name, contacts=_contacts(fields, region))


def _contacts(fields: Fields, region: str) -> tuple[ContactPoint, ...]:
    points: list[ContactPoint] = []
    staff = _staff_phones(fields, region)
    for name in ("CustomerPhone", "Phone"):
        raw = fields.text(name)
        found = phone_points(raw, fields.at(name), fields.notes, region=region) if raw else []
        points += [_unless_staff(point, staff, fields.at(name), fields.notes) for point in found]
    for name, union in (("UnionId", True), ("WxId", False)):
        raw = fields.text(name)
        points += wechat_points(raw, fields.at(name), fields.notes, union=union) if raw else []
    return tuple(points)


def _staff_phones(fields: Fields, region: str) -> set[str]:
    """Advisers enter their own number to be done with a form; one that is also the adviser's is nobody's key."""
    found = set()
    for name in ("SalesPhone", "IntroducerPhone"):
        raw = fields.text(name)
        if raw:
            fields.notes.ignored(fields.at(name), raw, "field.staff_phone")
            found.add(normalise_phone(raw, region).e164 or "")
    return found - {""}


def _unless_staff(point: ContactPoint, staff: set[str], path: str, notes: Notes) -> ContactPoint:
    if point.value not in staff:
        return point
    notes.refused(path, point.raw, "phone.is_staff_phone")
    return replace(point, usable_as_key=False, reason="phone.is_staff_phone")


def _with_origin(lead: LeadDocument, fields: Fields) -> LeadDocument:
    created = _time(fields, "EnquireTime")
    if "CreateTime" in fields.value:
        other = _time(fields, "CreateTime")
        created = created or other
    if lead.activity and created is None:
        created = lead.activity.at
    names = [_plain(fields, name) for name in ("SourceChannelName", "ChannelName")]
    source = names[0] or names[1]
    channel = _defined(fields, "SourceType", _CALL_OR_FORM) or _defined(fields, "LeadType", _ON_OR_OFFLINE)
    return replace(lead, requested_at=created, source=source, channel=channel)


def _defined(fields: Fields, name: str, meanings: dict[str, str]) -> str:
    raw = squeeze(fields.text(name))
    if raw and raw not in meanings:
        fields.notes.guessed(fields.at(name), raw, "wecom.source_type_unknown")
    elif raw:
        fields.notes.read(fields.at(name), raw)
    return meanings.get(raw, "")


def _wish(fields: Fields) -> VehicleWish:
    codes = tuple((what, code) for what, name in _CODES if (code := _code(fields, name)))
    names = [_plain(fields, name) for name in ("BrandName", "SeriesName", "ModelName")]
    text = " ".join(name for name in names if name)
    return VehicleWish(names[0], names[1], names[2], text=text, codes=codes)


def _code(fields: Fields, name: str) -> str:
    value = fields.value.get(name)
    return _id(fields, name)[0] if isinstance(value, Number) else _plain(fields, name)


def _vendor(fields: Fields) -> Vendor:
    raw, ids = fields.value.get("DealerId"), _code(fields, "DealerId")
    several = (
        tuple(part.strip() for part in ids.split(",") if part.strip()) if isinstance(raw, str) else (ids,)
    )
    if len(several) > 1:
        fields.notes.guessed(fields.at("DealerId"), ids, "id.several")
    shop = _code(fields, "ShopId")
    name = _plain(fields, "DealerName")
    return Vendor(name, tuple(one for one in (*several, shop) if one), _plain(fields, "SalesName"))


def _address(fields: Fields) -> Address:
    return Address(
        street=_plain(fields, "Address"),
        city_code=_plain(fields, "CityCode"),
        region_code=_plain(fields, "ProvinceCode"),
    )


def _with_state(lead: LeadDocument, fields: Fields) -> LeadDocument:
    raw = squeeze(fields.text("LeadStatus"))
    if raw and raw not in STATES:
        fields.notes.guessed(fields.at("LeadStatus"), raw, "wecom.status_unknown")
    elif raw:
        fields.notes.read(fields.at("LeadStatus"), raw)
    return replace(lead, status=STATES.get(raw, raw), invalid_reason=_invalid(fields))


def _invalid(fields: Fields) -> str:
    flagged = _flag(fields, "IsInvalid")
    reasons = []
    for name in ("InvalidTypeName", "InvalidRemark", "InvalidType"):
        raw = fields.text(name)
        if raw and not flagged:
            fields.notes.ignored(fields.at(name), raw, "wecom.contradicts_flag")
        elif raw:
            reasons.append(said(raw, fields.at(name), fields.notes))
    return (": ".join(reason for reason in reasons[:2] if reason) or "invalid") if flagged else ""


def _with_remark(lead: LeadDocument, fields: Fields) -> LeadDocument:
    raw = fields.text("Remark")
    if not raw or not _plain(fields, "Remark"):
        return lead
    comment = read_comment(raw, fields.at("Remark"), fields.notes)
    return replace(
        lead, comment=comment.words, consents=comment.consents, wish=with_car_from(comment, lead.wish)
    )


def _extras(fields: Fields) -> tuple[tuple[str, str], ...]:
    found = [(name, _tags(fields) if name == "TagList" else _plain(fields, name)) for name in _EXTRAS]
    dates = [
        (name, at.isoformat()) for name in _DATES if fields.has(name) and (at := _time_once(fields, name))
    ]
    return tuple(pair for pair in (*found, *dates) if pair[1])


def _time_once(fields: Fields, name: str) -> datetime | None:
    used = {"arrival": {"ArrivalTime"}, "follow_up": {"FollowTime", "NextFollowTime"}}
    taken = "FirstArrival" in fields.value and name in used["arrival"]
    taken = taken or ("IsOverdue" in fields.value and name in used["follow_up"])
    return None if taken else _time(fields, name)


def _tags(fields: Fields) -> str:
    value = fields.take("TagList")
    tags = [tag for tag in value if isinstance(tag, str)] if isinstance(value, list) else []
    if tags:
        fields.notes.read(fields.at("TagList"), "，".join(tags))
    return "，".join(tags)
