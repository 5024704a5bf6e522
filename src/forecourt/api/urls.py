"""Where the API hangs: `/api/v1/`."""

from django.urls import path

from forecourt.api.site import api

urlpatterns = [path("", api.urls)]
