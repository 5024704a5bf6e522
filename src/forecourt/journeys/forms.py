"""A form made from the `record:` of a step, in the words of its playbook."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from forecourt.journeys import programs
from forecourt.journeys.models import Journey
from forecourt.journeys.programs import Known
from forecourt.platform.refusals import ActionError
from forecourt.playbook.records import Field
from forecourt.playbook.records import Step

FEW = 8
# Fields whose words mean the same in every playbook; a playbook's own `words` win.
COMMON = {
    "outcome": _("Outcome"), "note": _("Note"), "words": _("In the customer's words"), "reason": _("Reason"),
    "reasons": _("Reasons"), "result": _("Result"), "answer": _("Answer"), "verdict": _("Verdict"), "decision": _("Decision"),
}  # fmt: skip
ACCEPT = {
    "photo": "image/*",
    "signature": "image/*",
    "document": ".pdf,image/*",
    "audio": "audio/*",
    "video": "video/*",
}
EVIDENCE = {
    "photo": _("Photo"), "signature": _("Signature"), "document": _("Document"), "audio": _("Recording"),
    "video": _("Video"), "location": _("Location"), "scan": _("Scan"),
}  # fmt: skip
PREFIX = "evidence-"


class StepForm(forms.Form):
    """What is recorded with one step. `key` makes sending it twice record it once."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    def __init__(
        self, known: Known, step: Step, data: Any = None, files: Any = None, *, about: Any = ""
    ) -> None:
        super().__init__(data, files, initial={"key": f"web-{uuid4()}"}, auto_id=f"id-{about}-%s")
        self.step = step
        for item in step.record:
            self.fields[item.name] = _field(known, item)
        for proof in step.evidence:
            label = EVIDENCE.get(proof.kind, proof.kind)
            widget = forms.FileInput(attrs={"accept": ACCEPT.get(proof.kind, "")})
            self.fields[PREFIX + proof.kind] = forms.FileField(label=label, required=False, widget=widget)

    @property
    def given(self) -> dict[str, str]:
        """What was filled in, as text; the action reads it in its types."""
        return {item.name: value for item in self.step.record if (value := self.data.get(item.name, ""))}

    @property
    def proofs(self) -> list[tuple[str, Any]]:
        """Kind and file of each proof that was attached."""
        return [
            (name.removeprefix(PREFIX), file) for name, file in self.files.items() if name.startswith(PREFIX)
        ]

    def refuse(self, error: ActionError) -> None:
        """Show why the action refused: beside the field where there is one, else above the form."""
        self.full_clean()
        for problem in error.problems:
            field = problem.field if problem.field in self.fields else None
            if field is None or not self.has_error(field):
                self.add_error(field, str(problem.text))


def _field(known: Known, item: Field) -> forms.Field:
    make: Callable[..., forms.Field] = _MAKERS.get(item.kind, _text)
    return make(known, item, label=label_of(known, item), required=not item.optional)


def label_of(known: Known, item: Field) -> Any:
    """What a field is called: the playbook's word, else the common one."""
    if item.name in known.program.words or item.name not in COMMON:
        return known.program.word(item.name, programs.spoken())
    return COMMON[item.name]


def choices_of(known: Known, item: Field) -> list[tuple[str, str]]:
    """The choices of a field with their words."""
    return [(choice, known.program.word(choice, programs.spoken())) for choice in item.choices]


def _choice(known: Known, item: Field, **common: Any) -> forms.Field:
    choices = choices_of(known, item)
    if len(choices) <= FEW and not item.optional:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", "–"), *choices], **common)


def _text(known: Known, item: Field, **common: Any) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, **common)


def _line(known: Known, item: Field, **common: Any) -> forms.Field:
    return forms.CharField(max_length=200, **common)


def _yes_no(known: Known, item: Field, **common: Any) -> forms.Field:
    return forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect, **common)


def _of_type(kind: str, **attributes: str) -> Callable[..., forms.Field]:
    def make(known: Known, item: Field, **common: Any) -> forms.Field:
        widget = forms.TextInput(attrs={"type": kind, **attributes})
        return forms.CharField(widget=widget, max_length=200, **common)

    return make


_MAKERS: dict[str, Callable[..., forms.Field]] = {
    "choice": _choice,
    "text": _text,
    "list": _text,
    "number": _of_type("number", step="any", inputmode="decimal"),
    "integer": _of_type("number", step="1", inputmode="numeric"),
    "money": _of_type("number", step="0.01", min="0", inputmode="decimal"),
    "percent": _of_type("number", step="any", min="0", max="100"),
    "date": _of_type("date"),
    "time": _of_type("time"),
    "datetime": _of_type("datetime-local"),
    "yes_no": _yes_no,
    "phone": _of_type("tel"),
    "plate": _line,
    "vin": _line,
    "code": _line,
    "file": _line,
}


def quick(known: Known, step: Step) -> list[tuple[str, str, str]] | None:
    """Buttons (field, value, word) that record the step with one tap; None when it takes a form.

    One tap suffices when nothing or a single short choice must be recorded, nothing need be proved, and no condition could
    block it.
    """
    if step.evidence or step.must or step.should:
        return None
    needed = [item for item in step.record if not item.optional]
    if not needed:
        return [("", "", str(_("Done")))]
    if len(needed) > 1 or needed[0].kind != "choice" or len(needed[0].choices) > 4:
        return None
    return [(needed[0].name, value, word) for value, word in choices_of(known, needed[0])]


def form_for(run: Journey, step: Step, data: Any = None, files: Any = None) -> StepForm:
    """The form of a step of a run."""
    return StepForm(
        programs.of(run.playbook, run.version), step, data, files, about=f"{str(run.id)[-6:]}-{step.name}"
    )
