"""Row-level security for evidence; the idempotency keys of others are nobody's business."""

from django.db import migrations

from forecourt.platform.rls import protect


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_initial")]

    operations = [protect("platform_evidence", kind="placed")]
