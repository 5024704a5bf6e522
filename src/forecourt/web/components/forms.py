"""Django forms in the look of the house, and the button that asks before it acts."""

from typing import Any

from django.forms import BaseForm
from django.forms import BoundField
from django.forms import CheckboxInput
from django.forms import CheckboxSelectMultiple
from django.forms import RadioSelect
from django.forms import Select
from django.forms import Widget
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from forecourt.web.components.markup import NOTHING
from forecourt.web.components.markup import rendered

Text = str | Promise


def _class_of(widget: Widget) -> str:
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "fc-choices"
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"


def _drawn(bound: BoundField) -> SafeString:
    widget = bound.field.widget
    own = str(widget.attrs.get("class", ""))
    attributes: dict[str, Any] = {"class": f"{_class_of(widget)} {own}".strip()}
    if bound.errors:
        attributes |= {
            "aria-invalid": "true",
            "aria-describedby": f"{bound.auto_id}-error",
        }
    elif bound.help_text:
        attributes |= {"aria-describedby": f"{bound.auto_id}-help"}
    return bound.as_widget(attrs=attributes)


def _around(bound: BoundField, drawn: SafeString) -> SafeString:
    """Label and control in the order that the kind of control asks for."""
    widget = bound.field.widget
    optional = (
        ""
        if bound.field.required
        else format_html(' <span class="fc-soft fc-small">{}</span>', _("(optional)"))
    )
    if isinstance(widget, CheckboxInput):
        return format_html(
            '<div class="fc-check">{}<label for="{}">{}</label></div>',
            drawn,
            bound.id_for_label,
            bound.label,
        )
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return format_html("<fieldset><legend>{}{}</legend>{}</fieldset>", bound.label, optional, drawn)
    return format_html(
        '<label for="{}">{}{}</label>{}',
        bound.id_for_label,
        bound.label,
        optional,
        drawn,
    )


def field(bound: BoundField) -> SafeString:
    """One field of a form with label, help and errors: `{% field form.phone %}`."""
    if bound.is_hidden:
        return bound.as_hidden()
    help_ = (
        format_html('<p class="fc-help" id="{}-help">{}</p>', bound.auto_id, bound.help_text)
        if bound.help_text
        else NOTHING
    )
    wrong = format_html_join("", "<span>{}</span> ", ((error,) for error in bound.errors))
    error = (
        format_html('<p class="fc-error" id="{}-error">{}</p>', bound.auto_id, wrong)
        if bound.errors
        else NOTHING
    )
    return format_html(
        '<div class="fc-field">{}{}{}</div>',
        _around(bound, _drawn(bound)),
        help_,
        error,
    )


def fields(form: BaseForm) -> SafeString:
    """All fields of a form and what is wrong with it as a whole: `{% fields form %}`."""
    whole = format_html_join(
        "",
        '<li class="fc-bad"><span>{}</span></li>',
        ((error,) for error in form.non_field_errors()),
    )
    above = format_html('<div role="alert"><ul class="fc-reasons">{}</ul></div>', whole) if whole else NOTHING
    return above + rendered("".join(field(bound) for bound in form))


def confirm(
    context: Context,
    content: str,
    url: str,
    label: Text,
    question: Text,
    danger: bool = True,
) -> SafeString:
    """`{% confirm url _("Cancel order") _("Cancel this order? …") %}<input type="hidden" …>{% endconfirm %}`: asks, then POSTs."""
    request = context.get("request")
    token = context.get("csrf_token") or (get_token(request) if request is not None else "")
    return format_html(
        '<details class="fc-confirm"><summary class="btn {}">{}</summary><form method="post" action="{}">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><p>{}</p>{}<button class="btn {}">{}</button></form></details>',
        "btn-outline-danger" if danger else "", label, url, token, question, rendered(content),
        "btn-danger" if danger else "btn-primary", label,
    )  # fmt: skip
