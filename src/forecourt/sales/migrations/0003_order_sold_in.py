"""The order with which a retail journey ended is found by an index; every order placed asks for it."""

from django.db import migrations
from django.db import models


class Migration(migrations.Migration):
    dependencies = [("sales", "0002_guard")]

    operations = [
        migrations.AddIndex(
            model_name="order", index=models.Index(fields=["sold_in"], name="sales_order_sold_in")
        ),
    ]
