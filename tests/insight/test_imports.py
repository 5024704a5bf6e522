"""The engines of analysis stay out of web processes: they cost a second of start and hundreds of megabytes."""

import subprocess
import sys

HEAVY = ("numba", "polars", "duckdb", "pyarrow", "ray", "pyspark")


def loaded(statement: str) -> set[str]:
    """The heavy modules that a clean interpreter has loaded afterwards."""
    script = f"import sys\n{statement}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_site_starts_without_them() -> None:
    """With all addresses resolved, as the first request does."""
    site = "from forecourt.web.wsgi import application\nfrom django.urls import get_resolver\nlen(get_resolver().reverse_dict)\nfrom forecourt.api.site import openapi\nopenapi()"
    assert loaded(site) == set()


def test_a_command_shows_its_help_without_them() -> None:
    assert loaded("from forecourt.cli.commands.insight import command") == set()


def test_the_search_finds_them() -> None:
    assert loaded("import numba") == {"numba"}
