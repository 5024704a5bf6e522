"""Addresses of the room's pages."""

from django.urls import path

from forecourt.insight import boards
from forecourt.insight import screens
from forecourt.insight import trying

app_name = "insight"

urlpatterns = [
    path("measures/", boards.overview, name="overview"),
    path("measures/drafts/", trying.drafts, name="drafts"),
    path("measures/drafts/<uuid:trial>/", trying.trial, name="trial"),
    path("measures/drafts/<uuid:trial>/journeys/", trying.trial_cases, name="trial-cases"),
    path("measures/journeys/<uuid:journey>/", screens.replayed, name="replayed"),
    path("measures/<slug:playbook>/", boards.playbook, name="playbook"),
    path("measures/<slug:playbook>/journeys/", screens.cases, name="cases"),
    path("measures/<slug:playbook>/standards/<slug:standard>/", boards.standard, name="standard"),
]
