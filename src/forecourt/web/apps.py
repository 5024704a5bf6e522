"""The room of pages: layout, components, sign-in, assets."""

from django.apps import AppConfig

from forecourt.web import translations


class WebConfig(AppConfig):
    name = "forecourt.web"
    label = "web"
    verbose_name = "Pages"

    def ready(self) -> None:
        translations.compile_catalogues()
