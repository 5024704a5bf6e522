"""Journeys: playbooks published, runs of them, steps due, worklists, deadlines, hand-over, escalation."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from forecourt.journeys.models import Journey

NO_CONSENT = {"en": "The customer's consent for “{0}” is not given.", "zh": "客户尚未同意用于“{0}”。"}


class JourneysConfig(AppConfig):
    name = "forecourt.journeys"
    label = "journeys"
    verbose_name = "Journeys"

    def ready(self) -> None:
        from forecourt import journal
        from forecourt.journeys import facts
        from forecourt.journeys import forgetting
        from forecourt.journeys import jobs
        from forecourt.platform import ticks

        facts.provide_function("consent", _consent, NO_CONSENT)
        journal.subscribe("people.restricted", "journeys.forget_words", forgetting.forget_words)
        ticks.register("journeys.deadlines", jobs.keep_deadlines)


def _consent(journey: "Journey", purpose: str) -> bool:
    """Whether the journey's person agreed to a purpose, as conditions ask: `consent("test-drive")`."""
    from forecourt.people.queries import consented

    return journey.person_id is not None and consented(journey.person_id, purpose)
