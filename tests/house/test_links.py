"""What README.md and CHANGELOG.md link to is there: a file of the repository, or a reference page made when the docs are built."""

import re
from pathlib import Path

import pytest

from tools import reference

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(
    r"\]\(\s*<?([^)\s>]+)|<(?:a|img)\b[^>]*\b(?:href|src)=[\"']([^\"']+)|^\[[^\]]+\]:\s*<?([^\s>]+)",
    re.MULTILINE,
)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
MADE = {f"docs/reference/{name}.md" for name in reference.PAGES}


def links(text: str) -> list[str]:
    """The relative links of a page, without their anchors; what stands in code is none."""
    # An inline code's text may be the text of a link, so only its inside goes.
    found = ("".join(one) for one in LINK.findall(CODE.sub("`", text)))
    return [one.partition("#")[0] for one in found if not ELSEWHERE.match(one)]


def is_there(link: str) -> bool:
    path = (ROOT / link).resolve()
    return path.is_relative_to(ROOT) and (path.exists() or path.relative_to(ROOT).as_posix() in MADE)


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_every_link_leads_somewhere(name: str) -> None:
    assert [one for one in links((ROOT / name).read_text("utf-8")) if not is_there(one)] == []


def test_the_readme_has_links() -> None:
    assert len(links((ROOT / "README.md").read_text("utf-8"))) > 5


def test_links_are_found_in_every_form() -> None:
    text = (
        "![a](x.png) [b](docs/y.md#part) [`c`](z.md) <img src='i.svg'> <a href=\"h.md\"> [d](https://example.org/) [e](#here)\n"
        "[f]: r.md\n`[g](code.md)`\n```\n[h](code.md)\n```\n"
    )
    assert links(text) == ["x.png", "docs/y.md", "z.md", "i.svg", "h.md", "r.md"]


def test_a_page_that_nobody_makes_is_not_there() -> None:
    assert is_there("docs/reference/actions.md") and is_there("LICENSE")
    assert not is_there("docs/reference/nothing.md") and not is_there("../elsewhere.md")
