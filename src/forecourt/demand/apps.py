"""Demand: intake, leads, routing, opportunities."""

from django.apps import AppConfig


class DemandConfig(AppConfig):
    name = "forecourt.demand"
    label = "demand"
    verbose_name = "Demand"

    def ready(self) -> None:
        from forecourt.demand import hearing  # models must be loaded first

        hearing.listen()
