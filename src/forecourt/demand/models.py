"""Documents as they came, the leads in them, the opportunities they open, and how much each adviser carries."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from forecourt.platform.models import NETWORK
from forecourt.platform.models import Placed

# What becomes of a lead.
ACCEPTED, JOINED, UPDATED, REFUSED, UNROUTED = "accepted", "joined", "updated", "refused", "unrouted"
OUTCOMES = (ACCEPTED, JOINED, UPDATED, UNROUTED, REFUSED)
# What becomes of a document: that of its leads where they agree, else mixed; reading while leads are still to be taken.
MIXED, READING = "mixed", "reading"
# What becomes of an opportunity.
OPEN, ORDERED, LOST, INVALID, WITHDRAWN = "open", "ordered", "lost", "invalid", "withdrawn"


class Document(models.Model):
    """What arrived, byte for byte, whatever became of it. The same bytes are the same document."""

    id = models.UUIDField(primary_key=True)
    network = models.CharField(max_length=32, default=NETWORK)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    format = models.CharField(max_length=16, default="", blank=True)
    filename = models.CharField(max_length=200, default="", blank=True)
    content_type = models.CharField(max_length=100, default="", blank=True)
    source = models.CharField(max_length=80, default="", blank=True)
    status = models.CharField(max_length=16, default=READING)
    total = models.PositiveIntegerField(default=0, help_text="Leads in it.")
    taken = models.PositiveIntegerField(default=0, help_text="Leads taken so far.")
    report = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "digest"], name="demand_document_bytes_once")
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="demand_document_newest"),
            models.Index(fields=["received_at"], condition=Q(status=READING), name="demand_document_reading"),
        ]

    def __str__(self) -> str:
        return f"{self.filename or self.format} {self.id}"


class LeadQuerySet(models.QuerySet["Lead"]):
    """Questions asked of leads."""

    def unrouted(self) -> Self:
        return self.filter(outcome=UNROUTED)

    def with_ids(self, ids: Iterable[str]) -> Self:
        """Leads that an outside system knows under one of these ids."""
        return self.filter(external_id__in=list(ids))

    def of_opportunity(self, opportunity: UUID) -> Self:
        return self.filter(opportunity=opportunity)


class Lead(Placed):
    """One enquiry as it arrived, what was understood of it, and what became of it and why."""

    id = models.UUIDField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="leads")
    position = models.CharField(max_length=60)
    line = models.PositiveIntegerField(null=True)
    person_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=60, default="", blank=True)
    source = models.CharField(max_length=80, default="", blank=True)
    format = models.CharField(max_length=16)
    external_id = models.CharField(max_length=80, default="", blank=True)
    external_source = models.CharField(max_length=80, default="", blank=True)
    model = models.CharField(max_length=64, default="", blank=True)
    city = models.CharField(max_length=32, default="", blank=True)
    wish = models.CharField(max_length=300, default="", blank=True, help_text="The car as written.")
    comment = models.TextField(default="", blank=True)
    requested_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    reason = models.CharField(max_length=60, default="", blank=True, help_text="Why it is not routed.")
    routing = models.JSONField(default=dict, help_text="The store chosen and the next three, with reasons.")
    report = models.JSONField(default=list, help_text="What became of each field of the document.")
    activity = models.JSONField(default=list, help_text="Arrivals and follow-ups told by the sender.")
    opportunity = models.UUIDField(null=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="demand_lead_newest"),
            models.Index(fields=["store", "-received_at", "-id"], name="demand_lead_store"),
            models.Index(fields=["external_id"], condition=~Q(external_id=""), name="demand_lead_external"),
            models.Index(fields=["opportunity"], name="demand_lead_opportunity"),
            models.Index(fields=["person_id"], name="demand_lead_person"),
            models.Index(
                fields=["-received_at", "-id"], condition=Q(outcome=UNROUTED), name="demand_lead_pool"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.document_id}"


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    """Questions asked of opportunities."""

    def open(self) -> Self:
        return self.filter(state=OPEN)

    def of_person(self, person: UUID) -> Self:
        return self.filter(person_id=person)


class Opportunity(Placed):
    """A person's wish for a car of one brand, owned by one store at a time. At most one is open for person and brand."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    model = models.CharField(max_length=64, default="", blank=True)
    owner = models.CharField(max_length=32, default="", blank=True)
    state = models.CharField(max_length=16, default=OPEN)
    journey = models.UUIDField(null=True)
    reroutes = models.PositiveSmallIntegerField(
        default=0, help_text="How often it was taken on for lateness."
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "opportunities"
        constraints = [
            models.UniqueConstraint(
                fields=["network", "person_id", "brand"],
                condition=Q(state=OPEN),
                name="demand_one_open_opportunity",
            )
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="demand_opp_newest"),
            models.Index(fields=["store", "-opened_at", "-id"], name="demand_opp_store"),
            models.Index(fields=["person_id"], name="demand_opp_person"),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.id}"


class AdviserLoad(Placed):
    """How many open opportunities an adviser has. Kept by the actions, so that routing never counts."""

    staff = models.CharField(max_length=32, primary_key=True)
    open = models.IntegerField(default=0)
    last_assigned_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["store"], name="demand_load_store")]

    def __str__(self) -> str:
        return f"{self.staff}: {self.open}"
