"""What pages read: journeys measured (`Case`), figures of each level (`Report`), when they were made, drafts tried on the past.

All of it is worked out from the journal and can be deleted and made again.
"""

from datetime import date
from typing import Any
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.fields.json import KeyTransform

from forecourt.platform.models import Placed

NETWORK, BRAND, REGION, OPERATOR, STORE, PERSON = "network", "brand", "region", "operator", "store", "person"
LEVELS = (NETWORK, BRAND, REGION, OPERATOR, STORE, PERSON)
QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


def _in(column: str, *keys: str | int) -> Any:
    """What lies in a JSON column; a standard may be called like a lookup, so the path is built and not spelled."""
    found: Any = column
    for key in keys:
        found = KeyTransform(str(key), found)
    return found


class CaseQuerySet(models.QuerySet["Case"]):
    """Questions asked of measured journeys."""

    def of(self, playbook: str, version: str) -> Self:
        return self.filter(playbook=playbook, version=version)

    def at(self, level: str, code: str) -> Self:
        """Those of one brand, region, operator or store; all that the scope sees at the level `network`."""
        return self if level == NETWORK else self.filter(**{level: code})

    def departing(self, deviation: str) -> Self:
        """Those with a deviation, written `kind:step`."""
        return self.filter(deviations__contains=[deviation])

    def saying(self, standard: str, *, met: bool | None = None) -> Self:
        """The cases of a standard; of one about something true or not, those for which it was (not) true."""
        found = self.filter(values__has_key=standard)
        return found if met is None else found.alias(said=_in("values", standard, 0)).filter(said=int(met))

    def in_week(self, standard: str, week: date) -> Self:
        """The cases of a standard whose value was certain in the week that began on `week`."""
        return self.alias(week=_in("values", standard, 1)).filter(week=week.isoformat())

    def by(self, standard: str, person: str) -> Self:
        """The cases of a standard that count for one person."""
        return self.alias(person=_in("values", standard, 2)).filter(person=person)


class Case(Placed):
    """One journey held against its playbook: whether it fits, how it departs, what it says to each standard."""

    id = models.UUIDField(primary_key=True, help_text="The journey's.")
    playbook = models.CharField(max_length=60)
    version = models.CharField(max_length=32)
    week_on = models.DateField(help_text="The Monday of the week in which it began.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    owner = models.CharField(max_length=32, default="", blank=True)
    outcome = models.CharField(max_length=60, default="", blank=True)
    steps = models.PositiveIntegerField(help_text="How many steps were done.")
    fits = models.BooleanField()
    deviations = ArrayField(models.CharField(max_length=90), default=list, help_text="Each as `kind:step`.")
    values = models.JSONField(
        default=dict, help_text="For each standard it is a case of: value, Monday of the week, person."
    )
    mark = models.CharField(max_length=40, help_text="Changes when anything here does.")

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["playbook", "version", "store", "id"], name="insight_case_store"),
            models.Index(fields=["playbook", "version", "id"], name="insight_case_version"),
        ]

    def __str__(self) -> str:
        return f"{self.playbook} {self.version} {self.id}"


class ReportQuerySet(models.QuerySet["Report"]):
    """Questions asked of figures."""

    def of(self, playbook: str, version: str) -> Self:
        return self.filter(playbook=playbook, version=version)

    def with_standard(self, standard: str) -> Self:
        """With what one standard says as `said`."""
        return self.annotate(said=_in("figures", "standards", standard))


class Report(Placed):
    """The figures of one playbook version at one level, worked out from that level's cases only.

    `brand` narrows a store's figures to one brand; empty, they are of all its brands.
    """

    playbook = models.CharField(max_length=60)
    version = models.CharField(max_length=32)
    level = models.CharField(max_length=16)
    code = models.CharField(max_length=32, default="", blank=True)
    journeys = models.PositiveIntegerField()
    figures = models.JSONField()
    made_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "playbook", "version", "level", "code", "store", "brand"],
                name="insight_report_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.playbook} {self.version} {self.level} {self.code}"


class Refresh(models.Model):
    """When the figures of a playbook version were made, and up to which journal entry."""

    playbook = models.CharField(max_length=60)
    version = models.CharField(max_length=32)
    seen = models.UUIDField(null=True, help_text="The newest journal entry of any kind at that time.")
    made_at = models.DateTimeField()
    journeys = models.PositiveIntegerField()
    milliseconds = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["playbook", "version"], name="insight_refresh_once")]

    def __str__(self) -> str:
        return f"{self.playbook} {self.version} {self.made_at}"


class Trial(models.Model):
    """A draft of a playbook held against journeys of the past, beside what the published version says of them."""

    id = models.UUIDField(primary_key=True)
    playbook = models.CharField(max_length=60)
    version = models.CharField(max_length=32, help_text="What the draft calls itself.")
    against = models.CharField(max_length=32, help_text="The published version it is compared with.")
    text = models.TextField()
    since_on = models.DateField()
    until_on = models.DateField()
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=16, default=QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent.")
    figures = models.JSONField(default=dict)
    problem = models.TextField(default="", blank=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.playbook} {self.version} {self.since_on}..{self.until_on}"


class TrialCase(Placed):
    """A journey of which the draft says something else than the published version."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="cases")
    journey = models.UUIDField()
    started_at = models.DateTimeField()
    fits_before = models.BooleanField()
    fits_after = models.BooleanField()
    before = ArrayField(models.CharField(max_length=90), default=list)
    after = ArrayField(models.CharField(max_length=90), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["trial", "fits_before", "fits_after", "id"], name="insight_trial_verdict")
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.journey}"
