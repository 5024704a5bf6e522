"""Forecourt's own lead JSON, for those who may choose: `schema/lead.schema.json` says what a well-made one looks like.

The reader is lenient where the schema is strict: one enquiry, a list of them or `{"leads": [...]}`; flat `phone` and
`email` beside `contacts`; a budget as text.
"""

from dataclasses import replace
from datetime import datetime

from forecourt.exchange.leads.comments import read_comment
from forecourt.exchange.leads.comments import with_car_from
from forecourt.exchange.leads.json_text import Fields
from forecourt.exchange.leads.json_text import Number
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
from forecourt.exchange.leads.records import Budget
from forecourt.exchange.leads.records import Consent
from forecourt.exchange.leads.records import ContactPoint
from forecourt.exchange.leads.records import ExternalId
from forecourt.exchange.leads.records import LeadDocument
from forecourt.exchange.leads.records import Timeframe
from forecourt.exchange.leads.records import Unreadable
from forecourt.exchange.leads.records import VehicleWish
from forecourt.exchange.leads.records import Vendor
from forecourt.exchange.leads.text import squeeze
from forecourt.exchange.names import PersonName
from forecourt.exchange.times import read_day

_MARKS = {"contacts", "phone", "email", "wechat", "person", "vehicle", "requested_at"}


def is_own(entry: dict[str, object]) -> bool:
    """Does this object have the field names of our own format?"""
    return bool(_MARKS & entry.keys())


def read_own(
    entry: dict[str, object], path: str, position: str, region: str = "CN"
) -> LeadDocument | Unreadable:
    """Read one enquiry of our own format."""
    notes = Notes()
    fields = Fields(entry, path, notes)
    lead = LeadDocument("json", position, status=_plain(fields, "status"), source=_plain(fields, "source"))
    lead = replace(lead, channel=_plain(fields, "channel"), provider=_plain(fields, "provider"))
    lead = replace(lead, campaign=_plain(fields, "campaign"), external_ids=_ids(fields))
    lead = replace(lead, requested_at=_at(fields), name=_name(fields), contacts=_contacts(fields, region))
    lead = replace(lead, wish=_wish(fields), address=_address(fields), timeframe=_timeframe(fields))
    lead = replace(lead, consents=_consents(fields), vendor=_vendor(fields))
    lead = _with_comment(lead, fields)
    fields.rest()
    if not lead.contacts and not lead.external_ids:
        return Unreadable("lead.nobody", position=position)
    return replace(lead, report=notes.taken())


def _plain(fields: Fields, name: str) -> str:
    raw = fields.text(name)
    return said(raw, fields.at(name), fields.notes) if raw else ""


def _at(fields: Fields) -> datetime | None:
    raw = fields.text("requested_at")
    return moment(raw, fields.at("requested_at"), fields.notes) if raw else None


def _ids(fields: Fields) -> tuple[ExternalId, ...]:
    value = _plain(fields, "id")
    number = fields.value.get("id")
    exact = not (isinstance(number, Number) and number.looks_rounded)
    if not exact:
        fields.notes.guessed(fields.at("id"), value, "id.rounded")
    found = [ExternalId(value, _source_of(fields), 1, "lead", exact)] if value else []
    for order, one in enumerate(fields.objects("ids"), len(found) + 1):
        value, source, of = (_plain(one, name) for name in ("value", "source", "of"))
        one.rest()
        if value:
            found.append(ExternalId(value, source, order, of or "lead"))
    return tuple(found)


def _source_of(fields: Fields) -> str:
    value = fields.value.get("source")
    return squeeze(value) if isinstance(value, str) else ""


def _name(fields: Fields) -> PersonName:
    if not isinstance(fields.value.get("person"), dict):
        full = fields.text("person") or fields.text("name")
        return person_name(fields.notes, fields.at("name"), full=full)
    person = fields.object("person")
    names = ("name", "family_name", "given_name", "salutation", "nickname")
    full, family, given, salutation, nickname = (person.text(name) for name in names)
    person.rest()
    return person_name(
        fields.notes,
        person.at("name"),
        full=full,
        family=family,
        given=given,
        salutation=salutation,
        nickname=nickname,
    )


def _contacts(fields: Fields, region: str) -> tuple[ContactPoint, ...]:
    points = [point for kind in ("phone", "email", "wechat") for point in _flat(fields, kind, region)]
    for one in fields.objects("contacts"):
        kind, label = squeeze(one.text("kind")) or "phone", squeeze(one.text("label"))
        points += _point(one, "value", kind, region, label)
        one.rest()
    return tuple(points)


def _flat(fields: Fields, kind: str, region: str) -> list[ContactPoint]:
    return _point(fields, kind, kind, region, "") if fields.has(kind) else []


def _point(fields: Fields, name: str, kind: str, region: str, label: str) -> list[ContactPoint]:
    raw, path, notes = fields.text(name), fields.at(name), fields.notes
    if kind == "email":
        return email_points(raw, path, notes)
    if kind in {"wechat", "wechat_union"}:
        return wechat_points(raw, path, notes, union=kind == "wechat_union")
    if kind != "phone":
        notes.guessed(path, kind, "field.value_unknown", allowed="phone, email, wechat, wechat_union")
    return phone_points(raw, path, notes, region=region, label=label)


def _wish(fields: Fields) -> VehicleWish:
    if isinstance(fields.value.get("vehicle"), str):
        return VehicleWish(text=_plain(fields, "vehicle"), budget=_budget(fields))
    car = fields.object("vehicle")
    brand, model, trim = (_plain(car, name) for name in ("brand", "model", "trim"))
    year, words = car.text("year"), _plain(car, "text")
    made = model_year(year, car.at("year"), car.notes) if year else None
    text = words or " ".join(part for part in (str(made or ""), brand, model, trim) if part)
    wish = VehicleWish(brand, model, trim, made, text, _plain(car, "interest"), _plain(car, "condition"))
    wish = replace(wish, stock=_plain(car, "stock"), colours=_list(car, "colours"))
    wish = replace(wish, budget=_budget(car if "budget" in car.value else fields))
    car.rest()
    return wish


def _list(fields: Fields, name: str) -> tuple[str, ...]:
    value = fields.take(name)
    texts = tuple(squeeze(one) for one in value if isinstance(one, str)) if isinstance(value, list) else ()
    if texts:
        fields.notes.read(fields.at(name), ", ".join(texts))
    return texts


def _budget(fields: Fields) -> Budget | None:
    if not isinstance(fields.value.get("budget"), dict):
        raw = fields.text("budget")
        return budget(raw, fields.at("budget"), fields.notes) if raw else None
    money = fields.object("budget")
    currency = _plain(money, "currency").upper() or "CNY"
    ends = {name: money.text(name) for name in ("low", "high")}
    money.rest()
    read = {k: budget(raw, money.at(k), money.notes, currency=currency) for k, raw in ends.items() if raw}
    low, high = read.get("low"), read.get("high")
    return Budget(
        low.low if low else None, high.low if high else None, currency, "-".join(filter(None, ends.values()))
    )


def _address(fields: Fields) -> Address:
    city = _plain(fields, "city")
    if not isinstance(fields.value.get("address"), dict):
        return Address(city=city, street=_plain(fields, "address"))
    place = fields.object("address")
    names = ("city", "region", "street", "postal_code", "country", "city_code", "region_code")
    texts = {name: _plain(place, name) for name in names}
    place.rest()
    return Address(**texts | {"city": city or texts["city"]})


def _timeframe(fields: Fields) -> Timeframe:
    if not isinstance(fields.value.get("timeframe"), dict):
        return Timeframe(_plain(fields, "timeframe"))
    frame = fields.object("timeframe")
    days = [_plain(frame, name) for name in ("earliest_on", "latest_on")]
    text = _plain(frame, "text")
    frame.rest()
    return Timeframe(text, read_day(days[0]), read_day(days[1]))


def _consents(fields: Fields) -> tuple[Consent, ...]:
    found: list[Consent] = []
    for one in fields.objects("consents"):
        purpose, channel, text = (_plain(one, name) for name in ("purpose", "channel", "text"))
        given = consent(
            one.text("given"), one.at("given"), one.notes, purpose=purpose or "contact", channel=channel
        )
        one.rest()
        found += [replace(single, text=text) for single in given]
    return tuple(found)


def _vendor(fields: Fields) -> Vendor:
    if not isinstance(fields.value.get("store"), dict):
        code = _plain(fields, "store")
        return Vendor(ids=(code,) if code else ())
    store = fields.object("store")
    name, code, staff = (_plain(store, key) for key in ("name", "id", "staff"))
    store.rest()
    return Vendor(name, (code,) if code else (), staff)


def _with_comment(lead: LeadDocument, fields: Fields) -> LeadDocument:
    raw = fields.text("comment")
    if not raw:
        return lead
    comment = read_comment(raw, fields.at("comment"), fields.notes)
    wish = with_car_from(comment, lead.wish)
    return replace(lead, comment=comment.words, consents=lead.consents + comment.consents, wish=wish)
