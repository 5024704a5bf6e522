"""The checklists and times of this installation, read from the methodology once a process."""

from datetime import timedelta
from functools import lru_cache

from django.conf import settings

from forecourt.delivery.checklists import Checklist
from forecourt.delivery.checklists import read
from forecourt.network.methodology import read_yaml


@lru_cache(maxsize=8)
def checklist(code: str) -> Checklist:
    """The checklist `pdi` or `handover`."""
    return read(read_yaml(settings.FORECOURT_METHODOLOGY, f"checklists/{code}.yaml"))


@lru_cache(maxsize=1)
def handover_length() -> timedelta:
    """How long a handover takes; appointments are as long."""
    promises = read_yaml(settings.FORECOURT_METHODOLOGY, "promises.yaml")
    return timedelta(minutes=int(promises["appointments"]["handover_minutes"]))
