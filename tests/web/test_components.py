"""What components say: a value with its unit, a colour with its word, a table with its labels."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context
from django.template import Template
from django.test import RequestFactory
from django.utils import translation

from forecourt.platform.refusals import Advice
from forecourt.platform.refusals import Blocked
from forecourt.platform.refusals import NeedsApproval
from forecourt.web.components import values
from forecourt.web.states import STATES
from forecourt.web.states import TONES

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def drawn(source: str, language: str = "en", **context: Any) -> str:
    with translation.override(language):
        return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (12, "due in 12 min"),
        (300, "due in 5 h"),
        (-180, "late by 3 h"),
        (-4320, "late by 3 d"),
        (0, "due in 0 min"),
    ],
)
def test_a_deadline_says_how_long(minutes: int, words: str) -> None:
    html = drawn("{% due due_at now %}", due_at=NOON + timedelta(minutes=minutes), now=NOON)
    assert f">{words}</time>" in html


def test_a_deadline_speaks_chinese() -> None:
    assert "已逾期 3 小时" in drawn("{% due d n %}", "zh-hans", d=NOON - timedelta(hours=3), n=NOON)


def test_a_deadline_takes_the_time_of_the_request() -> None:
    request = RequestFactory().get("/")
    request.at = NOON  # type: ignore[attr-defined]
    assert "due in 20 min" in drawn("{% due d %}", request=request, d=NOON + timedelta(minutes=20))


def test_a_deadline_met_and_a_deadline_missed() -> None:
    context = {"d": NOON, "early": NOON - timedelta(hours=1), "late": NOON + timedelta(hours=2)}
    assert "done on time" in drawn("{% due d done_at=early %}", **context)
    assert "done, 2 h late" in drawn("{% due d done_at=late %}", **context)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("329800.00", "¥\u202f329,800"),
        ("12.5", "¥\u202f12.50"),
        ("-1250.5", "−¥\u202f1,250.50"),
        (None, "–"),
        (0, "¥\u202f0"),
    ],
)
def test_money(amount: Any, shown: str) -> None:
    assert f">{shown}</span>" in drawn("{% money a %}", a=Decimal(amount) if amount is not None else None)


def test_numbers_have_groups_units_and_places() -> None:
    assert drawn("{{ n|number }}", n=1234567) == "1,234,567"
    assert drawn("{{ n|number:1 }}", n=Decimal("2.25")) in ("2.2", "2.3")
    assert drawn("{{ n|percent:1 }}", n=0.953) == "95.3\u202f%"
    assert "12,345\u00a0km" in drawn('{% quantity 12345 "km" %}')


def test_times_are_shown_in_shanghai() -> None:
    html = drawn("{% moment at %}", at=datetime(2026, 3, 10, 17, 30, tzinfo=UTC))
    assert "03-11 01:30" in html
    assert 'datetime="2026-03-10T17:30:00+00:00"' in html


@pytest.mark.parametrize("code", sorted(STATES))
def test_every_state_has_a_tone_and_a_chinese_word(code: str) -> None:
    tone, word = STATES[code]
    assert tone in TONES
    with translation.override("en"):
        english = str(word)
    with translation.override("zh-hans"):
        assert str(word) != english


def test_an_undeclared_state_is_shown_quietly() -> None:
    assert 'fc-quiet">made up</span>' in drawn('{% state "made_up" %}')


def test_values_are_escaped() -> None:
    evil = "<script>alert(1)</script>"
    source = (
        '{% badge "good" x %}{% masked x %}{% stat x x x x %}{% empty x x x x %}{% search x x x %}'
        "{% event at x x x note=x %}{% page_header x x x %}{% endpage_header %}{% card x x x %}{% endcard %}"
        '{% progress 1 2 x x %}{% reasons r %}{% chart "bars" x rows columns unit=x %}'
    )
    html = drawn(source, x=evil, at=NOON, r=[evil], rows=[(evil, 1)], columns=[evil, evil])
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_reasons_tell_the_three_kinds_apart() -> None:
    problems = [
        Blocked("a", "No licence."),
        NeedsApproval("b", "Ask.", "store_manager"),
        Advice("c", "Unusual."),
    ]
    html = drawn("{% reasons p %}", p=problems)
    assert [word in html for word in ("<b>Blocked</b>", "<b>Needs approval</b>", "<b>Advice</b>")] == [
        True
    ] * 3
    assert drawn("{% reasons p %}", p=[]) == ""


def test_a_table_labels_its_cells_for_narrow_screens() -> None:
    rows = "<tbody><tr><th scope='row'>A-1</th><td>M7</td><td class='n'>5</td></tr><tr><td colspan='3'>–</td></tr></tbody>"
    head = "<thead><tr><th>Order</th><th>Model</th><th><b>Price</b></th></tr></thead>"
    html = drawn(f"{{% table 'Orders' %}}{head}{rows}{{% endtable %}}")
    assert '<td data-label="Model">M7' in html
    assert "<td data-label=\"Price\" class='n'>5" in html
    assert "<td colspan='3'>" in html
    assert "<caption" in html


def test_a_pager_keeps_the_other_parameters() -> None:
    request = RequestFactory().get("/orders/?state=firm&cursor=a")
    html = drawn('{% pager next="b" previous="z" shown=50 %}', request=request)
    assert "?state=firm&amp;cursor=b" in html
    assert "50 rows" in html
    assert drawn("{% pager %}", request=request) == ""


def test_a_chart_carries_its_numbers_as_a_table() -> None:
    rows = [("Store 1", 92, Decimal("3.5")), ("Store 2", None, 4)]
    html = drawn(
        '{% chart "bars" "Which?" rows columns unit="steps" places=1 %}',
        rows=rows,
        columns=["Store", "Ok", "Late"],
    )
    assert "<figcaption>Which?</figcaption>" in html
    assert "<details open>" in html
    assert '<td class="n">92.0 steps</td>' in html
    assert '<td class="n">–</td>' in html
    assert '"rows": [["Store 1", 92, 3.5], ["Store 2", null, 4]]' in html


def test_a_chart_without_numbers_says_so() -> None:
    html = drawn('{% chart "line" "When?" rows columns %}', rows=[], columns=["Day", "Leads"])
    assert "No numbers yet" in html
    assert "application/json" not in html


def test_an_unknown_kind_of_chart_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'pie' is unknown; expected one of bars, line"):
        drawn('{% chart "pie" "What?" rows columns %}', rows=[], columns=[])


class Booking(forms.Form):
    phone = forms.CharField(help_text="Eleven digits.")
    agreed = forms.BooleanField()
    slot = forms.ChoiceField(choices=[("a", "09:00"), ("b", "10:00")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput)


def test_a_form_ties_labels_help_and_errors_to_its_fields() -> None:
    fresh = drawn("{% fields form %}", form=Booking())
    assert '<label for="id_phone">' in fresh
    assert 'aria-describedby="id_phone-help"' in fresh
    assert "<legend>" in fresh
    assert fresh.count('type="hidden"') == 1
    wrong = drawn("{% fields form %}", form=Booking({}))
    assert 'aria-describedby="id_phone-error"' in wrong
    assert 'id="id_phone-error"' in wrong


def test_confirm_asks_before_it_posts() -> None:
    html = drawn(
        '{% confirm "/cancel/" "Cancel" "Sure?" %}<input name="a">{% endconfirm %}', csrf_token="token"
    )
    assert html.index("<summary") < html.index("Sure?") < html.index('name="a"')
    assert 'value="token"' in html


def test_a_swap_works_without_javascript_too() -> None:
    html = drawn("<form {% swap url %}></form>", url="/steps/1/done/")
    assert 'method="post" action="/steps/1/done/" hx-post="/steps/1/done/"' in html


def test_spans_round_to_the_largest_fitting_unit() -> None:
    with translation.override("en"):
        assert [values.span(timedelta(minutes=m)) for m in (59, 60, 2879, 2880)] == [
            "59 min",
            "1 h",
            "48 h",
            "2 d",
        ]
