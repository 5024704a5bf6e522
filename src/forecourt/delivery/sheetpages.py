"""The checklist pages, made for a phone: an item is recorded with two taps, a mistake taken back with a reason."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forecourt.delivery import preparing
from forecourt.delivery import queries
from forecourt.delivery import words
from forecourt.delivery.checklists import DOCUMENT
from forecourt.delivery.checklists import HANDOVER
from forecourt.delivery.checklists import PDI
from forecourt.delivery.files import file_of
from forecourt.delivery.files import problem
from forecourt.delivery.models import DeliveryFile
from forecourt.delivery.queries import ItemLine
from forecourt.delivery.queries import SheetView
from forecourt.delivery.reading import checklist
from forecourt.journeys.actions import keep_evidence
from forecourt.journeys.actions import record_step
from forecourt.journeys.queries import find
from forecourt.network.models import Trim
from forecourt.people.queries import display_one
from forecourt.platform.access import page
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import DELIVERY_SPECIALIST
from forecourt.platform.roles import NETWORK_OPS
from forecourt.platform.roles import STORE_MANAGER
from forecourt.platform.roles import TECHNICIAN

WORKERS = (DELIVERY_SPECIALIST, TECHNICIAN, STORE_MANAGER, NETWORK_OPS)
STEP = {PDI: "prepare", HANDOVER: "hand_over"}
PAGE = {PDI: "delivery:prepare", HANDOVER: "delivery:hand-over"}


def file_asked(request: HttpRequest) -> DeliveryFile:
    """The delivery file that `?journey=` or `?order=` names."""
    asked = request.GET.get("order") or request.POST.get("order")
    journey = request.GET.get("journey") or request.POST.get("journey")
    if not asked and journey:
        asked = find(journey).subject_id
    if not asked:
        raise Missing(Blocked("delivery.no_order", _("Choose a car from the handover day first.")))
    return file_of(asked, locked=False)


@page(roles=WORKERS)
def prepare(request: HttpRequest) -> HttpResponse:
    """The pre-delivery inspection of a car."""
    return _sheet(request, file_asked(request), PDI)


@page(roles=WORKERS)
def hand_over(request: HttpRequest) -> HttpResponse:
    """The handover, item by item, until the car is the customer's."""
    return _sheet(request, file_asked(request), HANDOVER)


def _sheet(
    request: HttpRequest, file: DeliveryFile, code: str, problems: Any = (), status: int = 200
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    view = queries.sheet_view(file, code)
    language = get_language() or "zh"
    title = checklist(code).title["zh" if language.startswith("zh") else "en"]
    trim = Trim.objects.filter(code=file.trim).select_related("model").first()
    context = {
        "file": file, "view": view, "title": title, "lines": [_row(line) for line in view.lines], "code": code,
        "person": display_one(file.person_id, actor), "car": trim.title if trim else file.model, "problems": problems,
        "appointment": queries.appointment_of(file.order), "is_handover": code == HANDOVER,
        "may_skip": actor.role in preparing.MAY_SKIP, "prepared": file.prepared_at is not None,
    }  # fmt: skip
    return render(request, "delivery/sheet.html", context, status=status)


def _row(line: ItemLine) -> dict[str, Any]:
    language = get_language() or "zh"
    tone, said = (
        words.OUTCOMES.get(line.mark.outcome, ("quiet", line.mark.outcome)) if line.mark else ("quiet", "")
    )
    return {
        "line": line, "item": line.item, "title": line.item.say(language), "tone": tone, "said": said,
        "problem": problem(line.lack).text if line.lack and line.mark else "", "proof": words.PROOF_BUTTONS.get(line.item.evidence, ""),
        "is_document": line.item.evidence == DOCUMENT,
    }  # fmt: skip


@page(roles=WORKERS)
@require_POST
def check(request: HttpRequest, order: UUID, code: str, item: str) -> HttpResponse:
    """Record an item; with HTMX the row comes back, otherwise the page."""
    file = file_of(order, locked=False)
    try:
        preparing.check_item(
            by=request.actor, at=request.at, order=str(order), checklist=code, item=item,  # type: ignore[attr-defined]
            outcome=request.POST.get("outcome", "done"), value=request.POST.get("value", "").strip(),
            reason=request.POST.get("reason", ""), evidence=_proofs(request, file, code, item),
        )  # fmt: skip
    except ActionError as refusal:
        return _answer(request, file, code, item, refusal)
    return _answer(request, file, code, item)


@page(roles=WORKERS)
@require_POST
def undo(request: HttpRequest, order: UUID, code: str, item: str) -> HttpResponse:
    """Take back what was recorded for an item."""
    file = file_of(order, locked=False)
    facts = {"order": str(order), "checklist": code, "item": item, "reason": request.POST.get("reason", "")}
    try:
        preparing.undo_item(by=request.actor, at=request.at, **facts)  # type: ignore[attr-defined]
    except ActionError as refusal:
        return _answer(request, file, code, item, refusal)
    return _answer(request, file, code, item)


def _proofs(request: HttpRequest, file: DeliveryFile, code: str, item: str) -> list[dict[str, Any]]:
    """The photo or document sent with an item, kept as evidence."""
    sent = request.FILES.get("proof")
    found = checklist(preparing.known_checklist(code)).item(item)
    if sent is None or found is None or not found.needs_file or file.journey is None:
        return []
    return [
        keep_evidence(
            by=request.actor, at=request.at, journey=str(file.journey), kind=found.evidence, content=sent.read(),  # type: ignore[attr-defined]
            media_type=sent.content_type or "",
        )
    ]  # fmt: skip


def _answer(
    request: HttpRequest, file: DeliveryFile, code: str, item: str, refusal: ActionError | None = None
) -> HttpResponse:
    problems, status = (refusal.problems, refusal.status) if refusal else ((), 200)
    if not request.headers.get("HX-Request"):
        if refusal is not None:
            return _sheet(request, file, code, problems, status)
        return redirect(f"{reverse(PAGE[code])}?order={file.order}#{item}")
    view = queries.sheet_view(file_of(file.order, locked=False), code)
    row = next(_row(line) for line in view.lines if line.item.code == item)
    context = {"row": row, "file": file, "code": code, "problems": problems, "view": view, "swapped": True}
    context["may_skip"] = request.actor.role in preparing.MAY_SKIP  # type: ignore[attr-defined]
    return render(request, "delivery/_item.html", context, status=status)


@page(roles=WORKERS)
@require_POST
def close(request: HttpRequest, order: UUID, code: str) -> HttpResponse:
    """Close the sheet: record the step of the order's journey."""
    file = file_of(order, locked=False)
    view = queries.sheet_view(file, preparing.known_checklist(code))
    try:
        record_step(
            by=request.actor,
            at=request.at,
            journey=str(file.journey),
            step=STEP[code],
            record={},
            evidence=_shown(view),  # type: ignore[attr-defined]
        )
    except ActionError as refusal:
        return _sheet(request, file, code, refusal.problems, refusal.status)
    said = (
        _("The car is handed over. The first month begins.")
        if code == HANDOVER
        else _("The car is prepared.")
    )
    messages.success(request, said)
    return redirect("delivery:day")


def _shown(view: SheetView) -> list[Any]:
    """The proofs of all items, as evidence of the step."""
    return [proof for line in view.lines if line.mark for proof in line.mark.evidence][:50]
