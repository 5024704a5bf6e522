"""The promise terms of this installation, read from `promises.yaml` of the methodology."""

from functools import lru_cache

from django.conf import settings

from forecourt.network.methodology import read_yaml
from forecourt.supply.promises import PromiseTerms


@lru_cache(maxsize=1)
def terms() -> PromiseTerms:
    """Read once a process."""
    return PromiseTerms.read(read_yaml(settings.FORECOURT_METHODOLOGY, "promises.yaml"))
