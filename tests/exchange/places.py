"""Where the documents of the tests lie."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "methodology" / "samples" / "leads"
DOCUMENTS = Path(__file__).parent / "documents"
SHARED = ROOT.parent / "shared" / "data"


def shared(name: str) -> Path:
    """A document of others, read where it lies; the test is skipped, and says so, where it is missing."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared document {name} is not on this machine")
    return path
