"""Settlement: the ledger, fee plans, statements and reversals."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "forecourt.settlement"
    label = "settlement"
    verbose_name = "Settlement"

    def ready(self) -> None:
        from forecourt import journal
        from forecourt.platform import ticks
        from forecourt.settlement import actions  # subscriptions need the models, which exist from here on

        journal.subscribe("delivery.handed_over", "settlement.post_fee", actions.on_handed_over)
        journal.subscribe("sales.order_cancelled", "settlement.claw_back", actions.on_cancelled)
        ticks.register("settlement.close_month", actions.close_last_month)
