"""Who sees and writes which rows. The price list is read by everyone signed in and written by the network alone."""

from django.db import migrations

from forecourt.platform.rls import protect


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial")]

    operations = [
        protect("sales_price", kind="reference"),
        protect("sales_option", kind="reference"),
        protect("sales_testcar", kind="placed"),
        protect("sales_testdrive", kind="placed_person"),
        protect("sales_quote", kind="placed_person"),
        protect("sales_order", kind="placed_person"),
        protect("sales_vehicle_hold", kind="placed"),
        protect("sales_payment", kind="placed_person"),
    ]
