"""Insight: what really happened against what was written; figures, standards, drafts tried on the past."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "forecourt.insight"
    label = "insight"
    verbose_name = "Insight"

    def ready(self) -> None:
        from forecourt.insight import jobs  # noqa: F401 - the worker finds the jobs that are declared
