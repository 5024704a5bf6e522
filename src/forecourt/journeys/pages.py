"""Addresses of the room's pages."""

from django.urls import path

from forecourt.journeys import boards
from forecourt.journeys import openings
from forecourt.journeys import screens
from forecourt.journeys import shelf

app_name = "journeys"

_RUN = "journeys/<uuid:journey>/"

urlpatterns = [
    path("today/", screens.today, name="today"),
    path("today/notices/", screens.read_notices, name="read-notices"),
    path(_RUN, screens.journey, name="journey"),
    path(f"{_RUN}steps/<slug:step>/", screens.step, name="step"),
    path(f"{_RUN}take/", screens.take, name="take"),
    path(f"{_RUN}withdraw/", screens.withdraw, name="withdraw"),
    path(f"{_RUN}end/", screens.finish, name="finish"),
    path("late/", boards.late, name="late"),
    path("playbooks/", shelf.playbooks, name="playbooks"),
    path("playbooks/publish/", shelf.publish, name="publish"),
    path("playbooks/<slug:name>/begin/", openings.begin, name="begin"),
    path("playbooks/<slug:name>/", shelf.playbook, name="playbook"),
    path("playbooks/<slug:name>/<str:version>/", shelf.playbook, name="version"),
    path("playbooks/<slug:name>/<str:version>/checklist/", shelf.checklist, name="checklist"),
    path("playbooks/<slug:name>/<str:version>/bpmn/", shelf.bpmn, name="bpmn"),
]
