"""Care: service appointments, the workshop day, repair orders."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "forecourt.care"
    label = "care"
    verbose_name = "Care"

    def ready(self) -> None:
        from forecourt.care import effects  # noqa: F401 - registers what the steps of `repair` do
