"""Network: carmakers, brands, operators, stores, staff, certificates, and who decides what."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "forecourt.network"
    label = "network"
    verbose_name = "Network"
