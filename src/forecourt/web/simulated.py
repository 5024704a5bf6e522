"""Whether the people and orders on the screen are invented, decided by the data.

The sample network leaves a mark in the journal. A real installation may begin with its stores too, but without a demo's users.
"""

from time import monotonic

from django.db import transaction

from forecourt.journal.models import Entry
from forecourt.platform.actor import NETWORK_SCOPE
from forecourt.platform.scope import set_scope

MARK = "network.sample_loaded"
KEPT_SECONDS = 60
_kept: list[tuple[float, bool]] = []


def simulated() -> bool:
    """Whether a sample network was loaded with a demo's users. Once it was it always will have been; a "no" is kept for a minute."""
    if not _kept or not (_kept[0][1] or monotonic() - _kept[0][0] < KEPT_SECONDS):
        _kept[:] = [(monotonic(), _marked())]
    return _kept[0][1]


def forget() -> None:
    """Look again: the process has another database before it."""
    _kept.clear()


def _marked() -> bool:
    """Look above row permissions. Going back to the savepoint gives the page the scope that it had."""
    with transaction.atomic():
        set_scope(NETWORK_SCOPE)
        found = Entry.objects.filter(kind=MARK).exclude(data__users=[]).exists()
        transaction.set_rollback(True)
    return found
