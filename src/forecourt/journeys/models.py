"""Playbooks published, runs of them, and the steps due in each; notices for people about what went late."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from forecourt.platform.models import Placed

RUNNING, ENDED = "running", "ended"
OPEN, DONE, SKIPPED, CANCELLED = "open", "done", "skipped", "cancelled"


class PlaybookVersionQuerySet(models.QuerySet["PlaybookVersion"]):
    """Questions asked of what is published."""

    def published_by(self, at: datetime) -> Self:
        return self.filter(published_at__lte=at)

    def latest_first(self) -> Self:
        return self.order_by("playbook", "-published_at", "-id")


class PlaybookVersion(models.Model):
    """A playbook as it was published. It never changes: the database refuses."""

    id = models.UUIDField(primary_key=True)
    playbook = models.CharField(max_length=60)
    version = models.CharField(max_length=32)
    about = models.CharField(max_length=40)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)

    objects = PlaybookVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["playbook", "version"], name="journeys_playbook_version")
        ]

    def __str__(self) -> str:
        return f"{self.playbook} {self.version}"


class JourneyQuerySet(models.QuerySet["Journey"]):
    """Questions asked of runs."""

    def running(self) -> Self:
        return self.filter(status=RUNNING)

    def about(self, subject_type: str, subject_id: object) -> Self:
        return self.filter(subject_type=subject_type, subject_id=str(subject_id))


class Journey(Placed):
    """A run of one version of a playbook about one subject; `state` is a state of the compiled program."""

    id = models.UUIDField(primary_key=True)
    playbook = models.CharField(max_length=60)
    version = models.CharField(max_length=32)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    person_id = models.UUIDField(null=True)
    owner = models.CharField(max_length=32, default="", blank=True)
    team = models.JSONField(
        default=dict, help_text="Role to staff code: who does the steps of a role in this run."
    )
    state = models.IntegerField()
    status = models.CharField(max_length=16, default=RUNNING)
    outcome = models.CharField(max_length=60, default="", blank=True)
    facts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = JourneyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["playbook", "subject_type", "subject_id"],
                condition=Q(status=RUNNING),
                name="journeys_one_run_a_subject",
            )
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="journeys_subject"),
            models.Index(fields=["person_id"], condition=Q(person_id__isnull=False), name="journeys_person"),
            models.Index(fields=["playbook", "version", "status"], name="journeys_version"),
            models.Index(fields=["store", "owner"], condition=Q(status=RUNNING), name="journeys_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.playbook} {self.subject_type} {self.subject_id}"

    @property
    def is_running(self) -> bool:
        return self.status == RUNNING

    @property
    def subject(self) -> tuple[str, str]:
        return self.subject_type, self.subject_id


class DueStepQuerySet(models.QuerySet["DueStep"]):
    """Questions asked of steps due."""

    def open(self) -> Self:
        return self.filter(status=OPEN)

    def listed(self) -> Self:
        """What stands on worklists: one open step for each person's part of a run."""
        return self.filter(status=OPEN, listed=True)

    def late(self, at: datetime) -> Self:
        return self.filter(status=OPEN, optional=False, due_at__lte=at)


class DueStep(Placed):
    """One step of a run: opened, perhaps late, then done, skipped or cancelled; with what was recorded."""

    id = models.UUIDField(primary_key=True)
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="steps", db_index=False)
    playbook = models.CharField(max_length=60)
    version = models.CharField(max_length=32)
    step = models.CharField(max_length=60)
    roles = ArrayField(models.CharField(max_length=32), default=list)
    assigned_to = models.CharField(max_length=32, default="", blank=True)
    person_id = models.UUIDField(null=True)
    optional = models.BooleanField(default=False)
    listed = models.BooleanField(default=False)
    status = models.CharField(max_length=16, default=OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    rank_at = models.DateTimeField(
        help_text="Where it stands on worklists: its deadline, else a day after it opened."
    )
    alarm_at = models.DateTimeField(
        null=True, help_text="When to look next: the deadline, then each escalation after it."
    )
    alarms = models.PositiveSmallIntegerField(default=0, help_text="Escalations done.")
    late_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, default="", blank=True)
    record = models.JSONField(default=dict)
    entry = models.UUIDField(null=True, help_text="The journal entry that recorded it.")

    objects = DueStepQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["journey", "status"], name="journeys_due_journey"),
            models.Index(
                fields=["store", "assigned_to", "rank_at", "id"],
                condition=Q(status=OPEN, listed=True),
                name="journeys_due_mine",
            ),
            models.Index(
                fields=["alarm_at"],
                condition=Q(status=OPEN, alarm_at__isnull=False),
                name="journeys_due_alarm",
            ),
            models.Index(fields=["store", "done_at"], condition=Q(status=DONE), name="journeys_due_done"),
            models.Index(
                fields=["store", "due_at"],
                condition=Q(status=OPEN, late_at__isnull=False),
                name="journeys_due_late",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.journey_id}"

    @property
    def role(self) -> str:
        """The role that does it; the first where several may."""
        return self.roles[0] if self.roles else ""

    def is_late(self, at: datetime) -> bool:
        """Whether it was done after its deadline, or, open and not optional, has missed it at `at`."""
        if self.due_at is None or (self.optional and self.done_at is None):
            return False
        return (self.done_at or at) > self.due_at


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions asked of notices."""

    def unread_by(self, staff: str, role: str) -> Self:
        return self.filter(read_at=None).filter(Q(to_staff=staff) | Q(to_staff="", to_role=role))


class Notice(Placed):
    """Something a person should know: a step went late, a customer was handed over to them."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    to_role = models.CharField(max_length=32, default="", blank=True)
    to_staff = models.CharField(max_length=32, default="", blank=True)
    journey_id = models.UUIDField()
    playbook = models.CharField(max_length=60)
    version = models.CharField(max_length=32)
    step = models.CharField(max_length=60, default="", blank=True)
    data = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=80, default="", blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["store", "-made_at"], condition=Q(read_at=None), name="journeys_notice_unread"
            )
        ]
