"""What the tables have in common: a title in two languages, and rows that hold between two dates."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language


class Named(models.Model):
    """Something headquarters names: a readable code, a name in Chinese and English."""

    code = models.CharField(max_length=64, primary_key=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return in_language(self.name_zh, self.name_en)


def in_language(chinese: str, english: str) -> str:
    """The text in the language that is active: Chinese, else English."""
    return chinese if (get_language() or "zh").startswith("zh") else english or chinese


def holds_on(on: date, prefix: str = "", start: str = "valid_from", end: str = "valid_to") -> Q:
    """The condition that a dated row holds on the day `on`; the end is exclusive, an empty end means still."""
    begun: dict[str, Any] = {f"{prefix}{start}__lte": on}
    return Q(**begun) & (Q(**{f"{prefix}{end}__isnull": True}) | Q(**{f"{prefix}{end}__gt": on}))
