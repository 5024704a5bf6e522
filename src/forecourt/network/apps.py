"""Network: carmakers, brands, operators, stores, staff, certificates, and who decides what."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "forecourt.network"
    label = "network"
    verbose_name = "Network"

    def ready(self) -> None:
        from forecourt.network.actions import close_leavers  # models must be loaded first
        from forecourt.platform import ticks
        from forecourt.platform.actor import Actor

        ticks.register(
            "network.close_leavers", lambda at: close_leavers(by=Actor.system("network.leavers"), at=at)
        )
