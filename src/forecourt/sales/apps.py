"""Sales: catalogue and price lists, test drives, quotes, orders, payments."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "forecourt.sales"
    label = "sales"
    verbose_name = "Sales"

    def ready(self) -> None:
        from forecourt.sales import hearing  # models must be loaded first

        hearing.listen()
