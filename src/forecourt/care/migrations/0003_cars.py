"""Cars and their owners, learnt from handovers; the kind of a repair line, which says whether a warranty covers it."""

from django.db import migrations
from django.db import models

from forecourt.platform.rls import protect


class Migration(migrations.Migration):
    dependencies = [("care", "0002_guard")]

    operations = [
        migrations.CreateModel(
            name="Car",
            fields=[
                ("network", models.CharField(default="sample", max_length=32)),
                ("brand", models.CharField(blank=True, default="", max_length=32)),
                ("region", models.CharField(blank=True, default="", max_length=32)),
                ("operator", models.CharField(blank=True, default="", max_length=32)),
                ("store", models.CharField(blank=True, default="", max_length=32)),
                ("vin", models.CharField(max_length=17, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("since_at", models.DateTimeField()),
                ("model", models.CharField(max_length=64)),
                ("trim", models.CharField(max_length=64)),
                ("warranty_until_on", models.DateField()),
                ("warranty_km", models.PositiveIntegerField()),
            ],
            options={"indexes": [models.Index(fields=["person_id"], name="care_car_person")]},
        ),
        protect("care_car", kind="placed_person"),
        migrations.AddField(
            model_name="repairline",
            name="kind",
            field=models.CharField(default="repair", max_length=20),
        ),
    ]
