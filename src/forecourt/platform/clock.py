"""The only place where the house reads a clock. Pages, routes and jobs ask here and pass the time on.

A demo lives at the end of its simulated weeks: the setting `clock.offset_seconds` of the installation is added to the machine's
time, and the screen says so.
"""

from datetime import UTC
from datetime import datetime
from datetime import timedelta
from functools import cache


@cache
def offset() -> timedelta:
    """How far this installation's clock is from the machine's; read once a process."""
    from forecourt.platform.models import Setting  # the clock is needed before the apps are loaded

    stored = Setting.objects.filter(name="clock.offset_seconds").first()
    return timedelta(seconds=stored.value if stored else 0)


def now() -> datetime:
    """The present moment of this installation, in UTC."""
    return datetime.now(UTC) + offset()


def set_to(moment: datetime) -> None:
    """Let this installation's clock show `moment` now and go on from there; for a demo, which lives in its own weeks."""
    from forecourt.platform.models import Setting  # as above

    seconds = (moment - datetime.now(UTC)).total_seconds()
    Setting.objects.update_or_create(name="clock.offset_seconds", defaults={"value": seconds})
    offset.cache_clear()
