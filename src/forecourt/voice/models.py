"""A survey that was or will be sent to one person, and what they answered."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from forecourt.platform.models import Placed


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Questions asked of surveys."""

    def to_send(self, at: datetime) -> Self:
        """Planned, due and not sent."""
        return self.filter(sent_at__isnull=True, send_at__lte=at)

    def open(self, at: datetime) -> Self:
        """Sent, not answered, not yet closed."""
        return self.filter(sent_at__isnull=False, answered_at__isnull=True, closes_at__gt=at)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)


class Survey(Placed):
    """One instrument put to one person after one event."""

    id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField()
    instrument = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    entry_id = models.UUIDField(help_text="The journal entry it was sent after.")
    send_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    score = models.SmallIntegerField(null=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry_id", "instrument"], name="voice_survey_once_per_event")
        ]
        indexes = [
            models.Index(fields=["send_at"], condition=Q(sent_at__isnull=True), name="voice_to_send"),
            models.Index(fields=["person_id"], name="voice_person"),
        ]
