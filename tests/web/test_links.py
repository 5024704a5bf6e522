"""Nobody is led to a page that fails or refuses them: every link of every page, followed as each persona."""

import re
from collections import Counter
from collections import deque
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import Resolver404
from django.urls import resolve

from forecourt.platform import links
from forecourt.platform.roles import EMPLOYED
from tests.web.town import Town

LINK = re.compile(r'href="(/[^"#]*)')
# No pages of ours: files, the API and its reader, the sign-in library, ways out.
LEFT_OUT = re.compile(r"^/(static|api|accounts|sign-out|i18n)\b|\.ics$")
OF_A_KIND = 2


def followed(client: Client, start: str) -> Iterator[tuple[str, int, str]]:
    """Each page found from `start`, up to OF_A_KIND of each kind: its address, its status, where the link stood."""
    waiting, seen, kinds = deque([(start, "")]), {start}, Counter[str]()
    while waiting:
        address, found_on = waiting.popleft()
        kinds[kind(address)] += 1
        if kinds[kind(address)] > OF_A_KIND:
            continue
        answer = client.get(address, follow=True)
        yield address, answer.status_code, found_on
        for link in LINK.findall(answer.content.decode(errors="replace")):
            target = link.replace("&amp;", "&")
            if target not in seen and not LEFT_OUT.search(target):
                seen.add(target)
                waiting.append((target, address))


def kind(address: str) -> str:
    """The name of an address, and of what is asked of it."""
    path, _mark, query = address.partition("?")
    try:
        name = resolve(path).view_name
    except Resolver404:
        name = path
    return f"{name}?{'&'.join(sorted(re.findall(r'([a-z]+)=', query)))}"


@pytest.mark.parametrize("persona", EMPLOYED)
def test_no_link_refuses_who_is_shown_it(town: Town, client: Client, persona: str) -> None:
    client.force_login(town.user(persona))
    pages = list(followed(client, "/"))
    assert [page for page in pages if page[1] != 200] == []
    assert len(pages) > 5


def test_nor_does_a_link_of_a_customers_page(town: Town, client: Client) -> None:
    for person in town.persons.values():
        pages = list(followed(client, f"/c/{links.sign(person)}/"))
        assert [page for page in pages if page[1] != 200] == []
