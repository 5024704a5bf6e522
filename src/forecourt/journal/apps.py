"""Journal: the append-only record of everything that happened."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "forecourt.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        from forecourt.journal import accounts
        from forecourt.platform.accounts import told

        told(accounts.note)
