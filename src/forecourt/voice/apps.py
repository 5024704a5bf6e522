"""Voice: surveys, and what they say about each step."""

from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "forecourt.voice"
    label = "voice"
    verbose_name = "Voice"

    def ready(self) -> None:
        from forecourt import journal
        from forecourt.platform import ticks
        from forecourt.voice import actions  # subscriptions need the models, which exist from here on

        for kind in ("delivery.handed_over", "sales.opportunity_lost", "care.repair_order_closed"):
            journal.subscribe(kind, f"voice.ask_after.{kind}", actions.on_event)
        ticks.register("voice.send_due", actions.send_all_due)
