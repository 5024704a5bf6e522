"""The bundle: built by the Node of the wheel, rebuilt when its sources change, honest when it is missing."""

import shutil
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope
from forecourt.web import assets


@pytest.fixture
def workshop(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources beside the real packages, and an empty build folder."""
    assets.build()
    copy = tmp_path / "frontend"
    shutil.copytree(repository / "frontend", copy, ignore=shutil.ignore_patterns("node_modules"))
    (copy / "node_modules").symlink_to(repository / "frontend" / "node_modules")
    monkeypatch.setattr(assets, "FRONTEND", copy)
    monkeypatch.setattr(assets, "BUILD", tmp_path / "build")
    return copy


def test_it_builds_once_and_again_after_a_change(workshop: Path) -> None:
    assert assets.problems()[0].startswith("Web assets are not built")
    assert assets.build()
    assert not assets.build()
    assert assets.problems() == []
    before = assets.path_of("app.js")
    (workshop / "src" / "app.js").write_text("console.log('other');\n")
    assert "older than frontend/" in assets.problems()[0]
    assert assets.build()
    assert assets.path_of("app.js") != before


def test_every_named_file_is_there_and_old_ones_are_gone(workshop: Path) -> None:
    assets.build()
    (workshop / "src" / "style.css").write_text("p { color: #123456 }\n")
    assets.build()
    built = assets.manifest()["files"]
    assert {"app.js", "style.css", "theme.js"} <= set(built)
    assert all((assets.BUILD / name).exists() for name in built.values())
    assert len(list(assets.BUILD.glob("style-*.css"))) == 1
    assert (assets.BUILD / f"{built['style.css']}.gz").exists()


def test_a_broken_source_says_where(workshop: Path) -> None:
    (workshop / "src" / "keyboard.js").write_text("export function (")
    with pytest.raises(assets.AssetsError, match=r"src/keyboard.js:1"):
        assets.build()


def test_a_missing_file_is_named(workshop: Path) -> None:
    assets.build()
    gone = assets.BUILD / assets.manifest()["files"]["app.js"]
    gone.unlink()
    assert gone.name in assets.problems()[0]


def test_pages_stand_without_assets(db: None, workshop: Path) -> None:
    """Plain style and HTMX of the wheel; charts stay tables."""
    request = RequestFactory().get("/style/")
    request.actor = Actor("st-1", "network_ops", Scope("network"))  # type: ignore[attr-defined]
    html = render_to_string("web/home.html", request=request)
    assert "web/plain.css" in html
    assert "htmx-2.min.js" in html
    assert "web/build/" not in html


def test_the_lock_file_names_no_registry(repository: Path) -> None:
    assert '"resolved"' not in (repository / "frontend" / "package-lock.json").read_text("utf-8")
