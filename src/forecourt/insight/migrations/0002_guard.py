"""Keeps figures apart: a store, dealer group or carmaker sees those of its own journeys; drafts are headquarters' business."""

from django.db import migrations

from forecourt.platform.rls import protect


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial")]

    operations = [
        protect("insight_case", kind="placed"),
        protect("insight_report", kind="placed"),
        protect("insight_trialcase", kind="placed"),
        protect("insight_refresh", kind="reference"),
        protect("insight_trial", kind="network"),
    ]
