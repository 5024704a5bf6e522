"""Deadlines and lengths of work are said in the reader's language."""

import pytest
from django.utils import translation

from forecourt.base.durations import parse_duration
from forecourt.base.durations import parse_effort
from forecourt.web.components.allowances import allowance


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("15 min of store hours", "15 min of store hours", "15 分钟（门店营业时间）"),
        ("2 h of workshop hours", "2 h of workshop hours", "2 小时（维修车间营业时间）"),
        ("1 d", "1 d", "1 天"),
        ("3 working days", "3 working days", "3 个工作日"),
        ("1 working day", "1 working day", "1 个工作日"),
        ("2 h of night hours", "2 h · night hours", "2 小时 · night hours"),
    ],
)
def test_a_deadline(text: str, english: str, chinese: str) -> None:
    for language, said in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert allowance(parse_duration(text)) == said


def test_a_length_of_work() -> None:
    with translation.override("zh-hans"):
        assert allowance(parse_effort("4..9 min")) == "4–9 分钟"
        assert allowance(parse_effort("1 h")) == "60 分钟"
        assert allowance(None) == "–"
