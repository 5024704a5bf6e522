"""The room's addresses."""

from django.urls import path

from forecourt.demand import desk
from forecourt.demand import screens

app_name = "demand"

urlpatterns = [
    path("leads/", screens.leads, name="leads"),
    path("leads/upload/", desk.upload, name="upload"),
    path("leads/unrouted/", desk.unrouted, name="unrouted"),
    path("leads/walk-in/", desk.walk_in, name="walk-in"),
    path("leads/<uuid:lead>/", screens.lead, name="lead"),
    path("documents/<uuid:document>/", desk.document, name="document"),
    path("documents/<uuid:document>/content/", desk.content, name="content"),
]
