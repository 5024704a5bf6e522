"""Every text that people read has Chinese; catalogues compile without GNU gettext."""

from pathlib import Path

import polib
import pytest
from django.utils import translation

from forecourt.web import translations


@pytest.mark.parametrize("room", translations.rooms())
def test_nothing_is_left_in_english(room: str) -> None:
    gaps = [
        f"{gap.file}:{gap.line}: {gap.context + ' | ' if gap.context else ''}{gap.text}"
        for gap in translations.missing(room)
    ]
    assert not gaps, (
        f"Add Chinese to src/forecourt/{room}/locale/zh_Hans/LC_MESSAGES/django.po for:\n" + "\n".join(gaps)
    )


@pytest.mark.parametrize("path", translations.catalogues(), ids=lambda path: path.parts[-5])
def test_placeholders_survive_translation(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                wanted = set(translations.PLACEHOLDER.findall(entry.msgid))
                assert set(translations.PLACEHOLDER.findall(text)) == wanted, (
                    f"{path.parts[-5]}: {entry.msgid}"
                )


def test_texts_are_found_in_code_and_in_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "annex"
    (room / "templates").mkdir(parents=True)
    (room / "__init__.py").write_text("")
    (room / "pages.py").write_text(
        "from x import gettext as _\na = _('From code')\nb = ngettext('One car', '%(n)d cars', n)\n"
    )
    (room / "templates" / "a.html").write_text(
        '{% card _("From a tag") %}\n     <p>{% translate "From a template" %}</p>\n {% endcard %}'
        "{% blocktranslate trimmed %}\n   From a\n   block {{ n }}\n{% endblocktranslate %}"
    )
    monkeypatch.setattr(translations, "PACKAGE", tmp_path)
    texts = {gap.text for gap in translations.missing("annex")}
    assert texts == {"From code", "One car", "From a tag", "From a template", "From a block %(n)s"}


def test_a_newer_catalogue_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "annex" / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: zh_Hans\\n"\n\n'
    (folder / "django.po").write_text(header + 'msgid "Yes"\nmsgstr "是"\n', "utf-8")
    monkeypatch.setattr(translations, "PACKAGE", tmp_path)
    assert translations.compile_catalogues() == [folder / "django.mo"]
    assert translations.compile_catalogues() == []
    assert polib.mofile(str(folder / "django.mo"))[0].msgstr == "是"


def test_django_reads_what_was_compiled() -> None:
    with translation.override("zh-hans"):
        assert translation.gettext("Skip to content") == "跳到正文"
