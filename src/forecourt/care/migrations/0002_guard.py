"""Keeps visits and repair orders apart: a store sees its own, a customer sees theirs."""

from django.db import migrations

from forecourt.platform.rls import protect


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial")]

    operations = [
        protect("care_visit", kind="placed_person"),
        protect("care_repairorder", kind="placed_person"),
        protect("care_repairline", kind="placed_person"),
    ]
