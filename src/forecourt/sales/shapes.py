"""What the routes of sales take and give. Amounts are strings in yuan, times carry their offset."""

from datetime import date
from datetime import datetime
from uuid import UUID

from ninja import Field
from ninja import Schema


class PaymentOut(Schema):
    """A payment; amounts are in yuan."""

    id: UUID
    purpose: str
    amount: str
    refunded: str
    state: str
    provider: str
    sandbox: bool
    reason: str
    started_at: datetime
    settled_at: datetime | None


class OrderOut(Schema):
    """An order. `state` is reserved (refundable), firm (deposit at risk), locked (in the queue) or cancelled."""

    id: UUID
    number: int
    state: str
    brand: str
    store: str
    city: str
    trim: str
    model: str
    options: list[str]
    configuration: str
    price: str
    price_kind: str
    vin: str
    person_id: UUID | None
    opportunity: UUID | None
    journey: UUID | None
    adviser: str
    placed_at: datetime
    confirmed_at: datetime | None
    lock_by_at: datetime | None
    locked_at: datetime | None
    cancelled_at: datetime | None
    allocated_at: datetime | None
    handed_over_at: datetime | None


class OrderDetail(OrderOut):
    """An order with its price lines and payments."""

    lines: list[dict[str, str]]
    payments: list[PaymentOut]


class OrderPage(Schema):
    items: list[OrderOut]
    next_cursor: str


class OrderIn(Schema):
    """An order placed as a step of a retail journey. The price is the list's or the quote's; it cannot be sent."""

    journey: UUID
    trim: str = Field(max_length=64)
    options: list[str] = Field(default=[], max_length=20)
    quote: UUID | None = None
    vin: str = Field(default="", max_length=32)
    method: str = Field(default="", max_length=32)


class ConfirmIn(Schema):
    """`method`: wechat, alipay, card or transfer; `accept_price`: the list price where it is above the pre-sale price."""

    method: str = Field(default="card", max_length=32)
    accept_price: str = Field(default="", max_length=20)


class LockIn(Schema):
    """`understood`: the customer knows that the configuration is fixed and the deposit at risk from now on."""

    understood: bool


class CancelIn(Schema):
    """`refund`: `rule`, or `full` as an exception that somebody must approve."""

    reason: str = Field(default="other", max_length=32)
    refund: str = Field(default="rule", max_length=8)


class ConfigurationIn(Schema):
    trim: str = Field(max_length=64)
    options: list[str] = Field(default=[], max_length=20)


class RefundIn(Schema):
    reason: str = Field(max_length=32)


class PayIn(Schema):
    """`purpose`: `firm_deposit` or `reservation`."""

    purpose: str = Field(default="firm_deposit", max_length=16)
    method: str = Field(default="", max_length=32)


class PaidOut(Schema):
    payment: UUID
    state: str
    amount: str
    reason: str


class PriceOut(Schema):
    """A row of the price list; `valid_to` is exclusive, null while it holds."""

    trim: str
    model: str
    brand: str
    kind: str
    amount: str
    valid_from: date
    valid_to: date | None


class OptionOut(Schema):
    code: str
    brand: str
    group: str
    title_zh: str
    title_en: str
    amount: str


class PricesOut(Schema):
    on: date
    prices: list[PriceOut]
    options: list[OptionOut]


class QuoteIn(Schema):
    """A quote as a step of a retail journey. The list answers with prices; they cannot be sent."""

    journey: UUID
    trim: str = Field(max_length=64)
    options: list[str] = Field(default=[], max_length=20)


class QuoteOut(Schema):
    id: UUID
    trim: str
    configuration: str
    options: list[str]
    price_kind: str
    lines: list[dict[str, str]]
    total: str
    quoted_at: datetime
    valid_until_on: date


class SlotOut(Schema):
    car: str
    starts_at: datetime
    ends_at: datetime
    free: bool


class TestDriveIn(Schema):
    journey: UUID
    car: str = Field(max_length=64)
    starts_at: datetime
    adviser: str = Field(default="", max_length=32)


class TestDriveOut(Schema):
    id: UUID
    car: str
    adviser: str
    starts_at: datetime
    ends_at: datetime
    state: str
    journey: UUID | None
