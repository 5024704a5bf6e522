"""Row-level security: headquarters' tables are read by everyone signed in, staff and certificates by who sees the store."""

from django.db import migrations

from forecourt.platform.rls import protect

REFERENCE = (
    "network_brand",
    "network_carmaker",
    "network_certificate",
    "network_city",
    "network_franchise",
    "network_governance",
    "network_operator",
    "network_region",
    "network_specialday",
    "network_store",
    "network_storehours",
    "network_trim",
    "network_vehiclemodel",
)
PLACED = ("network_staff", "network_holding")


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]

    operations = [
        *(protect(table, kind="reference") for table in REFERENCE),
        *(protect(table, kind="placed") for table in PLACED),
    ]
