"""Pages where leads come in: upload of documents, what became of them, the pool of unrouted leads, a customer at the stand."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forecourt.demand import actions
from forecourt.demand import queries
from forecourt.demand import veiling
from forecourt.demand import words
from forecourt.demand.models import READING
from forecourt.demand.models import REFUSED
from forecourt.demand.models import Document
from forecourt.demand.models import Lead
from forecourt.demand.reporting import refusal_shown
from forecourt.demand.screens import models
from forecourt.demand.screens import names_of
from forecourt.network.models import Store
from forecourt.people.queries import display
from forecourt.platform.access import page
from forecourt.platform.paging import page_of
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.roles import ADVISER
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER

RECENT = 15
MOST_FILES = 20
POOL = 25


@page(roles=(NETWORK_OPS,))
def upload(request: HttpRequest) -> HttpResponse:
    """Take files in, or a pasted text; then say what became of each."""
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            taken = [_take(request, *one) for one in _sent(request)]
        except ActionError as refusal:
            problems = refusal.problems
        else:
            if len(taken) == 1:
                return redirect("demand:document", taken[0])
            if taken:
                messages.success(request, _("{count} documents were taken in.").format(count=len(taken)))
                return redirect("demand:upload")
            problems = (Blocked("demand.nothing_sent", _("Choose a file or paste a text."), "files"),)
    context = {"recent": documents(), "problems": problems}
    return render(request, "demand/upload.html", context, status=422 if problems else 200)


def _sent(request: HttpRequest) -> list[tuple[bytes, str, str]]:
    files = request.FILES.getlist("files")[:MOST_FILES]
    found = [(one.read(), one.name or "", one.content_type or "") for one in files]
    text = request.POST.get("text", "").strip()
    return [*found, *([(text.encode(), "", "text/plain; charset=utf-8")] if text else [])]


def _take(request: HttpRequest, raw: bytes, filename: str, kind: str) -> str:
    done = actions.intake(
        by=request.actor, at=request.at, raw=raw, filename=filename, content_type=kind,  # type: ignore[attr-defined]
        source=request.POST.get("source", "").strip()[:80],
    )  # fmt: skip
    return str(done["document"])


def documents() -> list[dict[str, Any]]:
    """The latest documents."""
    rows = queries.documents().order_by("-received_at", "-id")[:RECENT]
    return [
        {"row": one, "kind": words.document_kind(one), "outcome": words.outcome(one.status)} for one in rows
    ]


@page(roles=(NETWORK_OPS,))
def document(request: HttpRequest, document: UUID) -> HttpResponse:
    """What became of a document: of each lead in it and of each entry refused. While it is being read, how far."""
    row = queries.document_of(document)
    found = page_of(
        Lead.objects.filter(document=row).defer("report", "comment"), order="id",
        cursor=request.GET.get("cursor", ""), limit=POOL * 2,
    )  # fmt: skip
    context = {
        "document": row, "kind": words.document_kind(row), "outcome": words.outcome(row.status),
        "reading": row.status == READING, "lines": lines(found.items, request), "next": found.next_cursor,
        "counts": [(words.outcome(code), count) for code, count in row.report["outcomes"].items()],
        "fields": [(words.field_outcome(code), count) for code, count in row.report["fields"].items()],
        "refused": [{**(one := refusal_shown(kept)), "message": veiling.veiled(one["message"]), "where": words.place_of(one)} for kept in row.report["refused"]],
        "more": row.report["refused_count"] - len(row.report["refused"]),
    }  # fmt: skip
    return render(request, "demand/document.html", context)


def lines(rows: list[Lead], request: HttpRequest) -> list[dict[str, Any]]:
    """Leads as rows of a table."""
    people = display([row.person_id for row in rows], request.actor)  # type: ignore[attr-defined]
    stores = names_of({row.store for row in rows}, Store)
    return [
        {
            "row": row, "person": people.get(row.person_id) if row.person_id else None, "wish": veiling.veiled(row.wish),
            "store": stores.get(row.store, row.store), "outcome": words.outcome(row.outcome), "why": words.why(row),
            "near": row.routing.get("near", ""),
        }
        for row in rows
    ]  # fmt: skip


@page(roles=(NETWORK_OPS,))
def content(request: HttpRequest, document: UUID) -> HttpResponse:
    """The bytes as they came. It holds personal data: whoever takes it out says why, and that is kept."""
    row = queries.document_of(document)
    if request.method == "POST":
        actions.open_document(
            by=request.actor, at=request.at, document=str(row.id), reason=request.POST.get("reason", "")  # type: ignore[attr-defined]
        )  # fmt: skip
        return download(row)
    return redirect("demand:document", row.id)


def download(row: Document) -> HttpResponse:
    """The bytes of a document, never shown by a browser as what they claim to be."""
    response = HttpResponse(bytes(row.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="document-{row.id}.bin"'
    return response


@page(roles=(NETWORK_OPS,))
def unrouted(request: HttpRequest) -> HttpResponse:
    """Leads that wait for somebody to say where they belong."""
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            done = actions.route(
                by=request.actor, at=request.at, lead=request.POST.get("lead", ""), model=request.POST.get("model", ""),  # type: ignore[attr-defined]
                store=request.POST.get("store", "").strip(),
            )  # fmt: skip
            said = _("Routed to {store}, {staff}.").format(store=done["store"], staff=done["owner"] or "–")
            messages.success(request, said)
            return redirect("demand:unrouted")
        except ActionError as refusal:
            problems = refusal.problems
    rows = Lead.objects.unrouted().defer("report", "comment")
    found = page_of(rows, order="-received_at", cursor=request.GET.get("cursor", ""), limit=POOL)
    context = {
        "lines": lines(found.items, request), "next": found.next_cursor, "models": models(), "problems": problems,
    }  # fmt: skip
    return render(request, "demand/unrouted.html", context, status=409 if problems else 200)


class WalkIn(forms.Form):
    """What an adviser asks a customer at the stand."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    model = forms.ChoiceField(label=gettext_lazy("Model"))
    comment = forms.CharField(
        label=gettext_lazy("What they want to know"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((one.code, one.name) for one in models())]
        self.fields["model"].choices = choices  # type: ignore[attr-defined]


@page(roles=(ADVISER, STORE_MANAGER))
def walk_in(request: HttpRequest) -> HttpResponse:
    """Enter a customer who stands in the store; they stay with whoever received them."""
    form = WalkIn(request.POST or None)
    problems: tuple[Any, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.take_walk_in(by=request.actor, at=request.at, **form.cleaned_data)  # type: ignore[attr-defined]
            return _received(request, done)
        except ActionError as refusal:
            problems = refusal.problems
    context = {"form": form, "problems": problems}
    return render(request, "demand/walk_in.html", context, status=422 if problems else 200)


def _received(request: HttpRequest, done: dict[str, Any]) -> HttpResponse:
    """To the lead when it is ours; a person who is another store's customer already stays there."""
    if done["status"] == REFUSED:
        problems = [Blocked(one["code"], one["message"]) for one in done["refused"]]
        raise ActionError(*problems)
    lead = done["leads"][0] if done["leads"] else {}
    if "lead" not in lead:
        said = _("This customer is already in contact with a store for this brand.")
        messages.info(request, said)
        return redirect("demand:leads")
    if lead.get("journey"):
        return redirect("journeys:journey", lead["journey"])
    return redirect("demand:lead", lead["lead"])
