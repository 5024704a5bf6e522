"""One table of entries that the database refuses to alter, and the head of each chain."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models

from forecourt.platform.models import Placed


class EntryQuerySet(models.QuerySet["Entry"]):
    """Questions asked of the journal."""

    def of_person(self, person_id: UUID) -> Self:
        """The story of one person, newest first."""
        return self.filter(person_id=person_id).order_by("-happened_at", "-id")

    def of_stream(self, stream: UUID) -> Self:
        """One chain in the order it was written."""
        return self.filter(stream=stream).order_by("seq")

    def between(self, start_at: datetime, end_at: datetime) -> Self:
        return self.filter(happened_at__gte=start_at, happened_at__lt=end_at)


class Entry(Placed):
    """One line of the journal: who, what, when it happened, when it was recorded, where, under which playbook and step."""

    id = models.UUIDField(primary_key=True)
    stream = models.UUIDField(
        help_text="The chain: the journey's id, or that of the thing the entry is about."
    )
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=80)
    role = models.CharField(max_length=32)
    person_id = models.UUIDField(null=True)
    journey = models.UUIDField(null=True)
    playbook = models.CharField(max_length=60, default="", blank=True)
    version = models.CharField(max_length=32, default="", blank=True)
    step = models.CharField(max_length=60, default="", blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    about = models.JSONField(default=dict, db_column="objects")
    data = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    prev = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="journal_entry_stream_seq")]
        indexes = [
            models.Index(
                fields=["person_id", "-happened_at"],
                condition=models.Q(person_id__isnull=False),
                name="journal_person",
            ),
            models.Index(fields=["store", "happened_at"], name="journal_store"),
            models.Index(fields=["kind", "happened_at"], name="journal_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.stream}/{self.seq}"


class Head(models.Model):
    """The last link of a chain. Locked while the chain grows, so that links are made one after another."""

    stream = models.UUIDField(primary_key=True)
    seq = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)
