"""Pages that configure a car: quote it, order it; and the catalogue with its dated prices."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forecourt.base.money import format_yuan
from forecourt.journeys.actions import record_step
from forecourt.network.models import Brand
from forecourt.network.models import VehicleModel
from forecourt.network.queries import brands_of
from forecourt.platform.access import page
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Refused
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import EMPLOYED
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.sales import queries
from forecourt.sales import showing
from forecourt.sales.models import Option
from forecourt.sales.models import Order
from forecourt.sales.models import Price
from forecourt.sales.models import Quote
from forecourt.sales.models.catalogue import PLACEHOLDER
from forecourt.sales.payments import provider
from forecourt.sales.pricing import options_on
from forecourt.sales.pricing import priced
from forecourt.sales.terms import terms

SELLERS = (ADVISER, STORE_MANAGER, NETWORK_OPS)


class Configure(forms.Form):
    """A trim and one option of each group. No field for a price: the list answers."""

    trim = forms.ChoiceField()

    def __init__(self, offers: Sequence[queries.Offered], options: Sequence[Option], **more: Any) -> None:
        super().__init__(**more)
        self.fields["trim"] = forms.ChoiceField(label=_("Trim"), choices=_trims(offers))
        groups: dict[str, list[Option]] = defaultdict(list)
        for option in options:
            groups[option.group].append(option)
        for group, rows in groups.items():
            self.fields[f"option_{group}"] = _group_field(group, rows)

    @property
    def options(self) -> list[str]:
        """The codes chosen."""
        return sorted(
            value for name, value in self.cleaned_data.items() if name.startswith("option_") and value
        )


class PlaceOrder(Configure):
    """The same, with a car from stock and a way to pay the reservation."""

    vin = forms.CharField(max_length=32, required=False)
    method = forms.ChoiceField(required=False)

    def __init__(self, offers: Sequence[queries.Offered], options: Sequence[Option], **more: Any) -> None:
        super().__init__(offers, options, **more)
        self.fields["vin"].label = _("Car in stock (VIN)")
        self.fields["vin"].help_text = _(
            "Only when the customer wants this very car; otherwise one is built."
        )
        self.fields["method"] = forms.ChoiceField(
            label=_("Way to pay the reservation"), choices=methods(), required=False
        )
        self.order_fields([name for name in self.fields if name not in ("vin", "method")] + ["vin", "method"])


def methods() -> list[tuple[str, str]]:
    """Ways to pay, as the playbook names them."""
    return [
        ("wechat", _("WeChat Pay")),
        ("alipay", _("Alipay")),
        ("card", _("Card")),
        ("transfer", _("Bank transfer")),
    ]


def _trims(offers: Sequence[queries.Offered]) -> list[Any]:
    """Choices under their model, each with its price."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for offer in offers:
        kind = "" if offer.price.kind == "list" else f" ({showing.price_kind(offer.price.kind)})"
        said = f"{offer.trim.model_year} {offer.trim.name} · {format_yuan(offer.price.amount, 0)}{kind}"
        groups[offer.trim.model.name].append((offer.trim.code, said))
    return [("", _("Choose a trim")), *groups.items()]


def _group_field(group: str, rows: Sequence[Option]) -> forms.ChoiceField:
    choices = [("", _("As standard"))]
    for row in rows:
        more = f" · +{format_yuan(row.amount, 0)}" if row.amount else ""
        choices.append((row.code, row.title(get_language() or "zh") + more))
    return forms.ChoiceField(label=showing.group_title(group), choices=choices, required=False)


def _form(request: Any, asked: showing.Asked, kind: type[Configure]) -> Configure:
    on = showing.today_of(request)
    brands = set(brands_of(asked.run.store, on)) or {asked.run.brand}
    offers = [
        offer
        for offer in queries.catalogue(on)
        if offer.price.brand in brands and offer.price.kind != PLACEHOLDER
    ]
    own_first = sorted(offers, key=lambda offer: offer.price.brand != asked.run.brand)
    given = request.POST if request.method == "POST" else request.GET if "trim" in request.GET else None
    return kind(own_first, options_on(asked.run.brand, on), data=given)


def _preview(request: Any, form: Configure) -> tuple[dict[str, Any], Sequence[Any]]:
    """The price of what is chosen so far, and what stands against it."""
    if not form.is_bound or not form.is_valid():
        return {}, ()
    try:
        offer = priced(form.cleaned_data["trim"], form.options, showing.today_of(request))
    except Refused as refusal:
        return {}, refusal.problems
    return {"lines": showing.titled(offer.lines), "total": offer.total, "until": offer.holds_until}, ()


@page(roles=SELLERS)
def quote(request: Any) -> HttpResponse:
    """Quote a configuration."""
    asked = showing.asked(request)
    form = _form(request, asked, Configure)
    problems: Sequence[Any] = asked.problems
    if request.method == "POST" and form.is_valid():
        try:
            _record(request, asked, {"trim": form.cleaned_data["trim"], "options": form.options})
            messages.success(request, _("The quote is kept."))
            return redirect(showing.run_url(asked.run.id))
        except ActionError as refusal:
            problems = refusal.problems
    earlier = (
        Quote.objects.filter(opportunity=_opportunity(asked)).order_by("-quoted_at")
        if _opportunity(asked)
        else []
    )
    return _configure(request, "sales/quote.html", asked, form, problems, quotes=list(earlier[:5]))


@page(roles=SELLERS)
def place_order(request: Any) -> HttpResponse:
    """Place the order and take the reservation."""
    asked = showing.asked(request)
    form = _form(request, asked, PlaceOrder)
    problems: Sequence[Any] = asked.problems
    if request.method == "POST" and form.is_valid():
        try:
            return _placed(request, asked, form)
        except ActionError as refusal:
            problems = refusal.problems
    more = {"reservation": terms().reservation, "provider": provider()}
    return _configure(request, "sales/place_order.html", asked, form, problems, **more)


def _placed(request: Any, asked: showing.Asked, form: Configure) -> HttpResponse:
    chosen = form.cleaned_data
    record = {
        "trim": chosen["trim"],
        "options": form.options,
        "vin": chosen["vin"],
        "method": chosen["method"],
    }
    _record(request, asked, {name: value for name, value in record.items() if value})
    order = Order.objects.get(sold_in=asked.run.id)
    messages.success(request, _("Order {number} is reserved.").format(number=order.number))
    return redirect("sales:order", order.id)


def _record(request: Any, asked: showing.Asked, record: dict[str, Any]) -> None:
    record_step(
        by=request.actor,
        at=request.at,
        key=asked.key,
        journey=str(asked.run.id),
        step=asked.step,
        record=record,
    )


def _opportunity(asked: showing.Asked) -> str:
    return asked.run.subject_id if asked.run.subject_type == "opportunity" else ""


def _configure(
    request: Any, template: str, asked: showing.Asked, form: Configure, problems: Sequence[Any], **more: Any
) -> HttpResponse:
    preview, against = _preview(request, form)
    refused = request.method == "POST"
    context = {"asked": asked, "form": form, "preview": preview, "problems": [*problems, *against], **more}
    return render(request, template, context, status=409 if refused else 200)


@page(roles=EMPLOYED)
def catalogue(request: Any) -> HttpResponse:
    """What may be ordered on a day, and for how much."""
    on = _date(request.GET.get("on", ""), showing.today_of(request))
    brand = request.GET.get("brand", "")
    models: dict[str, list[queries.Offered]] = defaultdict(list)
    for offer in queries.catalogue(on, brand=brand):
        models[offer.trim.model_id].append(offer)
    shelves = [(offers[0].trim.model, offers) for offers in models.values()]
    options = [(option, showing.group_title(option.group)) for option in options_on(brand, on)]
    context = {
        "on": on,
        "brand": brand,
        "brands": Brand.objects.order_by("joined_on"),
        "shelves": shelves,
        "options": options,
    }
    return render(request, "sales/catalogue.html", context)


def _date(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


@page(roles=EMPLOYED)
def prices(request: Any, model: str) -> HttpResponse:
    """How the prices of a model moved."""
    rows = queries.price_history(model)
    found = VehicleModel.objects.filter(code=model).first()
    if not rows or found is None:
        raise Http404(_("No prices are kept of {model}.").format(model=model))
    titles = showing.trim_titles(row.trim for row in rows)
    years = sorted({row.trim.removeprefix(f"{model}-")[:4] for row in rows}, reverse=True)
    year = request.GET.get("year") if request.GET.get("year") in years else years[0]
    of_year = [row for row in rows if row.trim.startswith(f"{model}-{year}")]
    columns, points = curve(of_year, titles, showing.today_of(request))
    context = {
        "model": found, "years": years, "year": year, "columns": columns, "points": points,
        "rows": [(row, titles.get(row.trim, row.trim), showing.price_kind(row.kind)) for row in reversed(of_year)],
    }  # fmt: skip
    return render(request, "sales/prices.html", context)


def curve(rows: Sequence[Price], titles: dict[str, str], today: date) -> tuple[list[str], list[list[Any]]]:
    """Prices as a chart wants them: a point for each day on which one changed, a column for each trim.

    Placeholders are left out, for they mean nothing. A trim that is not sold on a day has a gap; a year that is
    no longer sold ends with its last change.
    """
    sold = [row for row in rows if row.kind != PLACEHOLDER]
    trims = list(dict.fromkeys(row.trim for row in sold))
    changes = {day for row in sold for day in (row.valid_from, row.valid_to) if day and day <= today}
    still = any(row.valid_to is None or row.valid_to > today for row in sold)
    days = sorted(changes | ({today} if still else set()))
    points = [[day.isoformat(), *(_amount(sold, trim, day) for trim in trims)] for day in days]
    return [_("From"), *(titles.get(trim, trim) for trim in trims)], points


def _amount(rows: Sequence[Price], trim: str, on: date) -> float | None:
    holding = (
        row
        for row in rows
        if row.trim == trim and row.valid_from <= on and not (row.valid_to and row.valid_to <= on)
    )
    row = next(holding, None)
    return float(row.amount) if row else None
