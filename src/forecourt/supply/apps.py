"""Supply: vehicles, the fair queue, the promise, allocation of cars to orders."""

from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "forecourt.supply"
    label = "supply"
    verbose_name = "Supply"

    def ready(self) -> None:
        from forecourt.supply import hearing  # models must be loaded first

        hearing.listen()
