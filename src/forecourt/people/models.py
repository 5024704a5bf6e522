"""A person is one human being, however many leads. Who may see one is a relation; what they agreed to is a dated consent."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from forecourt.platform.models import NETWORK
from forecourt.platform.models import Placed


class Person(models.Model):
    """One human being. Restricted means: kept because the law asks for it, used for nothing else."""

    id = models.UUIDField(primary_key=True)
    network = models.CharField(max_length=32, default=NETWORK)
    name = models.CharField(max_length=120, default="", blank=True)
    salutation = models.CharField(max_length=16, default="", blank=True)
    language = models.CharField(max_length=16, default="zh-hans")
    city = models.CharField(max_length=32, default="", blank=True)
    made_at = models.DateTimeField()
    restricted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"person {self.id}"


class ContactPoint(models.Model):
    """A way to reach a person. A key joins leads: it belongs to one person at a time, and a masked number is never one."""

    id = models.UUIDField(primary_key=True)
    network = models.CharField(max_length=32, default=NETWORK)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contact_points")
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=200)
    raw = models.CharField(max_length=200, default="", blank=True)
    is_key = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "kind", "value"], condition=Q(is_key=True), name="people_contact_point_key"
            )
        ]


class RelationQuerySet(models.QuerySet["Relation"]):
    def of(self, person_ids: Iterable[UUID]) -> Self:
        return self.filter(person_id__in=list(person_ids))


class Relation(Placed):
    """A store knows a person: whoever sees the store sees the person."""

    person_id = models.UUIDField()
    since_at = models.DateTimeField()

    objects = RelationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "store", "brand"], name="people_relation_person_place"
            )
        ]


class Consent(models.Model):
    """What a person agreed to: for which purpose, in which words, when, and until when."""

    id = models.UUIDField(primary_key=True)
    network = models.CharField(max_length=32, default=NETWORK)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=40)
    text_version = models.CharField(max_length=40)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["person", "purpose"], name="people_consent_purpose")]
