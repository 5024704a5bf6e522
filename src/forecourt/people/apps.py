"""People: persons, how to reach them, what they agreed to, and who may know of them."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "forecourt.people"
    label = "people"
    verbose_name = "People"
