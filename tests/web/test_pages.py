"""The shell's own pages as a browser without JavaScript gets them."""

from typing import Any

import pytest
from django.test import Client
from django.test import RequestFactory

from forecourt.platform import roles
from forecourt.platform.models import User
from forecourt.web import errors
from forecourt.web.context import back
from forecourt.web.personas import PERSONAS

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any) -> None:
    settings.FORECOURT_DEMO = True


@pytest.fixture
def lin(db: None) -> User:
    return User.objects.create_user(
        "lin",
        password="a long enough secret",
        role=roles.NETWORK_OPS,
        level="network",
        persona=roles.NETWORK_OPS,
    )


def test_personas_cover_the_design() -> None:
    assert {persona.code for persona in PERSONAS} == set(roles.EMPLOYED)


@pytest.mark.usefixtures("demo")
def test_one_click_signs_in(client: Client, lin: User) -> None:
    assert "sign-in/network_ops/" in client.get("/sign-in/").content.decode()
    answer = client.post("/sign-in/network_ops/", {"next": "/style/"})
    assert answer["Location"] == "/style/"
    assert client.get("/style/").status_code == 200


@pytest.mark.usefixtures("demo", "lin")
def test_one_click_leads_to_no_other_site(client: Client) -> None:
    assert client.post("/sign-in/network_ops/", {"next": "https://example.org/"})["Location"] == "/"


@pytest.mark.usefixtures("demo")
def test_an_unknown_persona_is_not_found(client: Client, lin: User) -> None:
    assert client.post("/sign-in/root/").status_code == 404
    assert client.post("/sign-in/adviser/").status_code == 404
    assert client.get("/sign-in/network_ops/").status_code == 405


@pytest.mark.usefixtures("lin")
def test_outside_a_demo_there_is_no_one_click(client: Client, settings: Any) -> None:
    settings.FORECOURT_DEMO = False
    assert client.post("/sign-in/network_ops/").status_code == 404
    assert client.get("/sign-in/?next=/style/")["Location"] == "/accounts/login/?next=%2Fstyle%2F"


@pytest.mark.usefixtures("lin")
def test_staff_sign_in_with_a_password(client: Client, settings: Any) -> None:
    settings.FORECOURT_DEMO = False
    page = client.get("/accounts/login/?next=/style/").content.decode()
    assert 'class="fc-bar"' in page
    assert 'value="/style/"' in page
    wrong = client.post("/accounts/login/", {"login": "lin", "password": "no", "next": "/style/"})
    assert 'class="fc-reasons"' in wrong.content.decode()
    right = client.post(
        "/accounts/login/", {"login": "lin", "password": "a long enough secret", "next": "/style/"}
    )
    assert right["Location"] == "/style/"


def test_the_style_guide_asks_who_is_there(client: Client) -> None:
    assert client.get("/style/")["Location"].startswith("/sign-in/?next=")


def test_a_store_is_not_shown_the_style_guide(client: Client) -> None:
    user = User.objects.create_user("wu", role=roles.ADVISER, level="store", ids=["sh-1"])
    client.force_login(user)
    answer = client.get("/style/")
    assert answer.status_code == 403
    assert 'class="fc-bar"' in answer.content.decode()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(("language", "words"), [("en", "Simulated data"), ("zh-hans", "模拟数据")])
def test_a_demo_says_so_in_both_languages(client: Client, language: str, words: str) -> None:
    client.post("/i18n/setlang/", {"language": language, "next": "/sign-in/"})
    page = client.get("/sign-in/").content.decode()
    assert words in page
    assert f'lang="{"zh-CN" if language == "zh-hans" else "en"}"' in page


def test_live_work_does_not_claim_to_be_simulated(client: Client, settings: Any) -> None:
    settings.FORECOURT_DEMO = False
    assert "fc-notice" not in client.get("/accounts/login/").content.decode()


@pytest.mark.usefixtures("demo")
def test_signing_out_is_a_post(client: Client, lin: User) -> None:
    client.force_login(lin)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/style/").status_code == 302


def test_back_leads_to_no_other_site() -> None:
    here = {"HTTP_HOST": "testserver"}
    assert (
        back(RequestFactory(**here).get("/", HTTP_REFERER="http://testserver/orders/"))
        == "http://testserver/orders/"
    )
    assert back(RequestFactory(**here).get("/", HTTP_REFERER="https://example.org/")) == "/"
    assert back(RequestFactory(**here).get("/")) == "/"


def test_an_address_that_does_not_exist(client: Client) -> None:
    answer = client.get("/nowhere/at/all/", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "Not found" in answer.content.decode()


@pytest.mark.parametrize(("view", "status"), [(errors.broken, 500), (errors.unavailable, 503)])
def test_the_worst_pages_lean_on_nothing(view: Any, status: int, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = view(RequestFactory().get("/"))
    assert answer.status_code == status
    assert 'lang="en"' in answer.content.decode()


def test_every_page_keeps_the_query_budget(
    client: Client, lin: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(lin)
    # two of them once a process: is this simulated, and what is the clock's offset
    with django_assert_max_num_queries(10):
        assert client.get("/style/").status_code == 200
