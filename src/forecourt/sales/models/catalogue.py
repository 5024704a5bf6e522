"""What is sold at which price from when: rows of the dated price list, which only the network writes."""

from datetime import date
from typing import Final
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F
from django.db.models import Func
from django.db.models import Q

LIST: Final = "list"
PRE_SALE: Final = "pre_sale"
PLACEHOLDER: Final = "placeholder"
KINDS: Final = (LIST, PRE_SALE, PLACEHOLDER)


class DateRange(Func):
    """`daterange(from, to)`, the end excluded and open when it is null."""

    function = "daterange"
    output_field = DateRangeField()


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a day until another day, the end excluded."""

    def holding_on(self, on: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)


class Price(models.Model):
    """One row of the price list: what a trim costs from one day until another.

    `list` is what every customer pays; `pre_sale` may be reserved at, never locked; `placeholder` stood in a catalogue
    before launch and sells nothing.
    """

    trim = models.CharField(max_length=64)
    model = models.CharField(max_length=64)
    brand = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in KINDS])
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    dated_by = models.CharField(max_length=32, default="", blank=True)
    source = models.CharField(max_length=200, default="", blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="sales_price_positive"),
            models.UniqueConstraint(fields=["trim", "valid_from"], name="sales_price_trim_from"),
            ExclusionConstraint(
                name="sales_price_one_at_a_time",
                expressions=[
                    (F("trim"), RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["model", "valid_from"], name="sales_price_model")]

    def __str__(self) -> str:
        return f"{self.trim} {self.kind} {self.amount} from {self.valid_from}"


class Option(models.Model):
    """An option and what it adds to the price. `brand` empty: every brand offers it. One of each group may be chosen."""

    code = models.CharField(max_length=32)
    brand = models.CharField(max_length=32, default="", blank=True)
    group = models.CharField(max_length=32)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="sales_option_not_negative"),
            models.UniqueConstraint(fields=["code", "brand", "valid_from"], name="sales_option_code_from"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.amount}"

    def title(self, language: str) -> str:
        """The name in the language of the page; `zh…` gives the Chinese one."""
        return self.title_zh if language.startswith("zh") else self.title_en
