"""A double-entry ledger: transactions whose postings sum to zero (the database checks), and monthly statements over them."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from forecourt.platform.models import Placed


class Transaction(Placed):
    """What one journal entry was worth: a handover, or the reversal of one."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    order_id = models.UUIDField()
    entry_id = models.UUIDField(help_text="The journal entry that caused it.")
    plan = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=14, decimal_places=2)
    happened_at = models.DateTimeField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_id"], condition=Q(kind="handover"), name="settlement_one_per_order"
            )
        ]


class PostingQuerySet(models.QuerySet["Posting"]):
    """Questions asked of the ledger."""

    def of_party(self, kind: str, party: str) -> Self:
        return self.filter(party_kind=kind, party=party)

    def in_month(self, month: date) -> Self:
        """Postings booked in the month that `month` lies in."""
        return self.filter(month=month.replace(day=1))

    def unstated(self) -> Self:
        return self.filter(statement__isnull=True)


class Statement(Placed):
    """What an operator earned in a month. Issued once; later corrections stand on the next one."""

    id = models.UUIDField(primary_key=True)
    month = models.DateField()
    issued_at = models.DateTimeField()
    total = models.DecimalField(max_digits=14, decimal_places=2)
    lines = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operator", "month"], name="settlement_statement_once")
        ]


class Posting(Placed):
    """One line: what a party receives (positive) or owes (negative), and the journal entry that earned it."""

    id = models.UUIDField(primary_key=True)
    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="postings")
    order_id = models.UUIDField()
    party_kind = models.CharField(max_length=16)
    party = models.CharField(max_length=40)
    component = models.CharField(max_length=30)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    entry_id = models.UUIDField()
    month = models.DateField()
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="postings")

    objects = PostingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["party_kind", "party", "month"], name="settlement_party_month")]
