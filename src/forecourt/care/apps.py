"""Care: service appointments, the workshop day, repair orders."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "forecourt.care"
    label = "care"
    verbose_name = "Care"

    def ready(self) -> None:
        from forecourt import journal
        from forecourt.care import booking
        from forecourt.care import cars
        from forecourt.care import effects  # noqa: F401 - registers what the steps of `repair` do
        from forecourt.platform import ticks

        journal.subscribe("delivery.handed_over", "care.know_car", cars.on_handed_over)
        ticks.register("care.miss_visits", booking.miss_all)
