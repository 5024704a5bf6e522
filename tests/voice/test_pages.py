"""The survey behind a customer's link, and what stores read, in both languages; and the routes."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forecourt.platform import clock
from forecourt.platform.links import sign
from forecourt.platform.scope import reading
from forecourt.voice.models import Survey
from tests.fixtures import make_person
from tests.voice.conftest import Asking

LANGUAGES = [("en", False), ("zh-hans", True)]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch, asking: Asking) -> None:
    """The site's clock stands two days after the event."""
    monkeypatch.setattr(clock, "now", lambda: asking.later)


def address(asking: Asking, survey: str) -> str:
    return reverse("voice:survey", args=[sign(asking.person), survey])


def shown(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content.decode()[:300]
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize(("language", "chinese"), LANGUAGES)
def test_a_customer_answers_by_link(asking: Asking, client: Client, language: str, chinese: bool) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    url = address(asking, asking.sent())
    page = shown(client, url)
    assert ("您有多大可能向朋友推荐我们" if chinese else "How likely are you to recommend us") in page
    wrong = client.post(url, {"recommend": "99", "words": "很好"})
    assert wrong.status_code == 422
    assert ("请在量表上选择一个分数" if chinese else "Choose a number on the scale") in wrong.content.decode()
    assert "很好" in wrong.content.decode(), "what was written stays"
    assert client.post(url, {"recommend": "9", "words": "很好"}).status_code == 302
    assert ("感谢您的反馈" if chinese else "Thank you for your answer") in shown(client, url)
    with reading(asking.customer.scope):
        assert Survey.objects.get().score == 9


def test_a_link_opens_no_survey_of_somebody_else(asking: Asking, client: Client) -> None:
    survey = asking.sent()
    other = make_person(asking.at, asking.net.place, "周远", "+8613900139000")
    shown(client, reverse("voice:survey", args=[sign(other), survey]), 404)
    assert client.get(reverse("voice:survey", args=["forged", survey])).status_code == 410


@pytest.mark.parametrize(("language", "chinese"), LANGUAGES)
def test_a_manager_reads_answers_without_names(
    asking: Asking, signed_in: Any, language: str, chinese: bool
) -> None:
    asking.answer(asking.sent(), recommend="4", words="等待太久", on_time="later")
    page = shown(signed_in(asking.net.staff("store_manager"), language), reverse("voice:feedback"))
    assert "等待太久" in page and ("晚于承诺" if chinese else "Later") in page
    assert "林悦" not in page and "13800138000" not in page
    assert ("样本较少" if chinese else "few answers") in page


def test_advisers_do_not_read_feedback(asking: Asking, signed_in: Any) -> None:
    assert signed_in(asking.net.staff("adviser")).get(reverse("voice:feedback")).status_code == 403


def test_an_empty_page_says_so(asking: Asking, signed_in: Any) -> None:
    assert "Nobody was asked yet" in shown(
        signed_in(asking.net.staff("store_manager")), reverse("voice:feedback")
    )


def test_routes(asking: Asking, signed_in: Any) -> None:
    asking.answer(asking.sent(), recommend="8")
    client = signed_in(asking.net.staff("store_manager"))
    (survey,) = client.get("/api/v1/surveys").json()["items"]
    assert (survey["score"], survey["store"]) == (8, asking.net.home)
    (score,) = client.get("/api/v1/surveys/scores", {"instrument": "handover"}).json()
    assert (score["mean"], score["answered"], score["few"]) == (8.0, 1, True)
    refused = client.post(f"/api/v1/surveys/{survey['id']}/answers", {"answers": {}}, "application/json")
    assert refused.status_code == 403, "customers only"
