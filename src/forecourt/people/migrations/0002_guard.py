"""Keeps persons apart: seen by the network, by themselves, and by stores that know them."""

from django.db import migrations

from forecourt.platform.rls import protect


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        protect("people_relation", kind="placed_person"),
        protect("people_person", kind="person", column="id"),
        protect("people_contactpoint", kind="person"),
        protect("people_consent", kind="person"),
    ]
