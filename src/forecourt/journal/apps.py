"""Journal: the append-only record of everything that happened."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "forecourt.journal"
    label = "journal"
    verbose_name = "Journal"
