"""Tables that every capability stands on: users, tokens, idempotency keys, the outbox, settings, evidence; and `Placed`."""

from dataclasses import asdict
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from forecourt.platform.actor import Actor
from forecourt.platform.actor import Scope

NETWORK = "sample"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose row something is: the five columns that row-level security compares."""

    brand: str = ""
    region: str = ""
    operator: str = ""
    store: str = ""
    network: str = NETWORK

    def columns(self) -> dict[str, str]:
        """The place as keyword arguments of a `Placed` model."""
        return asdict(self)


class Placed(models.Model):
    """A row that belongs to a customer, store, brand or operator."""

    network = models.CharField(max_length=32, default=NETWORK)
    brand = models.CharField(max_length=32, default="", blank=True)
    region = models.CharField(max_length=32, default="", blank=True)
    operator = models.CharField(max_length=32, default="", blank=True)
    store = models.CharField(max_length=32, default="", blank=True)

    class Meta:
        abstract = True

    def place(self) -> Place:
        return Place(self.brand, self.region, self.operator, self.store, self.network)


class User(AbstractUser):
    """A person who signs in. What they may do and see is on the row; who they are at work is `staff`."""

    staff = models.CharField(max_length=32, default="", blank=True)
    role = models.CharField(max_length=32)
    level = models.CharField(max_length=16, default="", blank=True)
    ids = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    language = models.CharField(max_length=16, default="zh-hans")
    persona = models.CharField(
        max_length=32, default="", blank=True, help_text="Set for the one-click users of a demo."
    )

    REQUIRED_FIELDS = ["role"]

    def actor(self) -> Actor:
        # The family name comes first, as in Chinese; a name in letters keeps its space.
        parts = [part for part in (self.last_name, self.first_name) if part]
        name = ("" if "".join(parts).isascii() is False else " ").join(parts) or self.username
        return Actor(
            self.staff or self.username, self.role, Scope(self.level, tuple(self.ids)), name, self.language
        )


class ApiToken(models.Model):
    """A secret by which a program acts as a user. Only its SHA-256 digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)


class IdempotencyKey(models.Model):
    """The result of an action that was asked for under a key, so that asking again gives it again."""

    pk = models.CompositePrimaryKey("network", "actor", "key")
    network = models.CharField(max_length=32, default=NETWORK)
    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32)
    result = models.JSONField(null=True)
    made_at = models.DateTimeField(db_index=True)


class OutboxMessage(models.Model):
    """Something to be done soon after the transaction that wrote it."""

    topic = models.CharField(max_length=80)
    payload = models.JSONField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, db_index=True)
    last_error = models.TextField(default="", blank=True)


class Setting(models.Model):
    """A named value of this installation."""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.JSONField()


class Evidence(Placed):
    """A file that proves a step: kept by its digest, never altered."""

    id = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)


def as_id(value: str | UUID) -> UUID:
    """A UUID given as text or as itself."""
    return value if isinstance(value, UUID) else UUID(value)
