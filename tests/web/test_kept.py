"""The frame is drawn once for all of one kind, and everybody still sees their own."""

from typing import Any

import pytest
from django.template import Context
from django.template import Template
from django.test import Client

from tests.web.town import Town


def layout(name: str, kind: object = "one", **more: str) -> dict[str, Any]:
    own = {"name": name, "here": "/"}
    return {"kind": kind, "own": own, "role": "Adviser"} | own | more


def drawn(template: Template, **context: Any) -> str:
    return template.render(Context(context))


def test_it_is_drawn_once_a_kind() -> None:
    template = Template("{% kept %}{{ layout.role }} {{ layout.name }}{% endkept %}")
    assert drawn(template, layout=layout("林")) == "Adviser 林"
    assert drawn(template, layout=layout("王", role="Other")) == "Adviser 王", "drawn anew"
    assert drawn(template, layout=layout("王", kind="two", role="Other")) == "Other 王"


def test_nothing_else_of_the_page_gets_in() -> None:
    template = Template("{% kept %}{{ secret }}{{ layout.name }}{{ csrf_token }}{% endkept %}")
    assert drawn(template, layout=layout("林"), secret="x", csrf_token="t1") == "林t1"
    assert drawn(template, layout=layout("王"), csrf_token="t2") == "王t2"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_two_people_of_one_kind_each_see_their_own(town: Town, language: str) -> None:
    seen = {}
    for persona in ("adviser", "store_manager", "adviser"):
        client = Client(HTTP_ACCEPT_LANGUAGE=language)
        client.force_login(town.user(persona))
        page = client.get("/customers/?q=13900000000").content.decode()
        other = client.get("/customers/?q=<b>").content.decode()
        assert 'value="/customers/?q=13900000000"' in page
        assert "<b>" not in other.split("<main")[0] and "%3Cb%3E" in other
        seen.setdefault(persona, page.partition('<div class="fc-account">')[2].partition("</span>")[0])
    assert seen["adviser"] != seen["store_manager"]
