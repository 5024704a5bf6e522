"""Documents hold personal data of nobody's store yet: headquarters only. Leads and opportunities follow their place."""

from django.db import migrations

from forecourt.platform.rls import protect


class Migration(migrations.Migration):
    dependencies = [("demand", "0001_initial")]

    operations = [
        protect("demand_document", kind="network"),
        protect("demand_lead", kind="placed_person"),
        protect("demand_opportunity", kind="placed_person"),
        protect("demand_adviserload", kind="placed"),
    ]
