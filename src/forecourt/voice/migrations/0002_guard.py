"""Keeps surveys apart: a store sees its own, a customer sees theirs."""

from django.db import migrations

from forecourt.platform.rls import protect


class Migration(migrations.Migration):
    dependencies = [("voice", "0001_initial")]

    operations = [protect("voice_survey", kind="placed_person")]
