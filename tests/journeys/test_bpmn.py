"""A published playbook leaves as a BPMN file: from its page and by the API, for whoever may see the playbook."""

import pytest
from lxml import etree

from forecourt.exchange.bpmn import import_bpmn
from forecourt.journeys import shelf
from forecourt.playbook import load
from tests.journeys.conftest import MANAGER
from tests.journeys.conftest import STRANGER
from tests.journeys.conftest import TEA

pytestmark = pytest.mark.django_db
PAGE = "/playbooks/tea/1/bpmn/"
ROUTE = "/api/v1/playbooks/tea/versions/1/bpmn"


def names(body: bytes) -> set[str]:
    return {element.get("name") for element in etree.fromstring(body).iter() if element.get("name")}


@pytest.mark.parametrize(("language", "word"), [("en", "Boil water"), ("zh-hans", "烧水")])
def test_the_page_leads_to_the_file_in_its_language(published, signed_in, language, word):
    browser = signed_in(MANAGER)
    shown = browser.get("/playbooks/tea/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
    assert f'href="{PAGE}"' in shown and ("BPMN 文件" if language == "zh-hans" else "BPMN file") in shown
    answer = browser.get(PAGE, HTTP_ACCEPT_LANGUAGE=language)
    assert answer["Content-Type"].startswith("application/xml")
    assert answer["Content-Disposition"] == 'attachment; filename="tea-1.bpmn"'
    assert word in names(answer.content)


def test_the_file_is_the_playbook(published, signed_in):
    draft = import_bpmn(signed_in(MANAGER).get(ROUTE).content)
    assert [note for note in draft.report.notes if note.fate != "carried"] == []
    before, after = load(TEA, "tea").playbook, load(draft.text, "tea").playbook
    assert [step.name for step in after.steps] == [step.name for step in before.steps]


def test_the_route_takes_a_language(published, signed_in):
    browser = signed_in(MANAGER)
    assert "烧水" in names(browser.get(f"{ROUTE}?language=zh").content)
    assert "Boil water" in names(browser.get(f"{ROUTE}?language=en").content)
    assert browser.get(f"{ROUTE}?language=xx").status_code == 422


def test_what_is_not_published_is_not_there(published, signed_in):
    browser = signed_in(MANAGER)
    for address in (
        "/playbooks/coffee/1/bpmn/",
        "/playbooks/tea/9/bpmn/",
        "/playbooks/tea/%00/bpmn/",
        ROUTE.replace("tea", "coffee"),
    ):
        assert browser.get(address).status_code == 404, address


def test_only_those_employed_get_it(published, signed_in, client):
    assert client.get(PAGE).status_code in (302, 401, 403)
    assert client.get(ROUTE).status_code == 401
    assert shelf.bpmn.access == shelf.playbook.access
    assert signed_in(STRANGER).get(PAGE).status_code == 200
