"""Delivery: preparation, appointment, handover, ownership."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "forecourt.delivery"
    label = "delivery"
    verbose_name = "Delivery"

    def ready(self) -> None:
        from forecourt.delivery import hearing  # models must be loaded first

        hearing.listen()
