"""The page on which somebody begins a case."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forecourt.base.calendars import SHANGHAI
from forecourt.journeys import actions
from forecourt.journeys import cases
from forecourt.journeys import vocabulary
from forecourt.journeys.programs import Known
from forecourt.journeys.programs import spoken
from forecourt.platform.access import page
from forecourt.platform.refusals import ActionError
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import Forbidden
from forecourt.platform.refusals import Missing
from forecourt.platform.roles import EMPLOYED

_ABOUT = gettext_lazy("What it is about")
_ABOUT_HINT = gettext_lazy("In a few words. No names, phone numbers, plates or VINs.")
_STORE = gettext_lazy("Store")
_OWNER = gettext_lazy("Who carries it")
_OWNER_HINT = gettext_lazy("Left empty, it waits for whoever may do the first step.")
_OWNER_CODE_HINT = gettext_lazy("Staff code. Left empty, it waits for whoever may do the first step.")


class CaseForm(forms.Form):
    """What a case begins with. `key` makes sending it twice begin it once."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    about = forms.CharField(label=_ABOUT, help_text=_ABOUT_HINT, max_length=cases.MOST_WORDS)
    store = forms.ChoiceField(label=_STORE)
    owner = forms.CharField(label=_OWNER, help_text=_OWNER_CODE_HINT, required=False, max_length=32)

    def __init__(self, request: HttpRequest, known: Known) -> None:
        super().__init__(request.POST or None, initial={"key": f"web-{uuid4()}"})
        on = request.at.astimezone(SHANGHAI).date()  # type: ignore[attr-defined]
        stores = list(cases.stores_in_sight(request.actor, on))  # type: ignore[attr-defined]
        self.fields["store"].choices = [(one.code, f"{one.name} · {one.code}") for one in stores]  # type: ignore[attr-defined]
        if len(stores) == 1:
            self.fields["owner"] = _people(known, cases.carriers(known, stores[0].code, on))

    def refuse(self, error: ActionError) -> None:
        """Show why the action refused: beside the field where there is one, else above the form."""
        self.full_clean()
        for problem in error.problems:
            field = problem.field if problem.field in self.fields else None
            if field is None or not self.has_error(field):
                self.add_error(field, str(problem.text))


def _people(known: Known, carriers: list[tuple[str, str, str]]) -> forms.ChoiceField:
    roles = vocabulary.role_titles(spoken())
    choices = [(code, f"{name} · {roles.get(role, role)}") for code, name, role in carriers]
    return forms.ChoiceField(
        label=_OWNER, help_text=_OWNER_HINT, choices=[("", "–"), *choices], required=False
    )


@page(roles=EMPLOYED)
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """A form for what, where and who; sent, the case begins and its page opens."""
    known = cases.latest(name)
    if known is None:
        text = _("There is no playbook {name} with which a case could begin.").format(name=name[:60])
        raise Missing(Blocked("journeys.no_case_playbook", text))
    if (problem := cases.refusal(known, request.actor)) is not None:  # type: ignore[attr-defined]
        raise Forbidden(problem)
    form = CaseForm(request, known)
    if request.method == "POST":
        try:
            return _begun(request, name, form)
        except ActionError as error:
            form.refuse(error)
            return _shown(request, known, form, error.status)
    return _shown(request, known, form, 200)


def _begun(request: HttpRequest, name: str, form: CaseForm) -> HttpResponse:
    given = {field: form.data.get(field, "") for field in ("store", "about", "owner")}
    key = form.data.get("key", "")[:100]
    done = actions.open_case(
        by=request.actor, at=request.at, key=key if key.isprintable() else "", playbook=name, **given  # type: ignore[attr-defined]
    )  # fmt: skip
    messages.success(request, _("The case has begun: {case}").format(case=done["case"]))
    return redirect("journeys:journey", done["journey"])


def _shown(request: HttpRequest, known: Known, form: CaseForm, status: int) -> HttpResponse:
    first: dict[str, Any] = {"title": known.step_title(cases.first_step(known).name)}
    context = {"title": known.title(), "name": known.playbook.name, "form": form, "first": first}
    return render(request, "journeys/begin.html", context, status=status)
