"""Platform: database, actions, permissions and scope, outbox, settings."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "forecourt.platform"
    label = "platform"
    verbose_name = "Platform"
