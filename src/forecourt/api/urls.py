"""Where the API hangs: `/api/v1/`; every address below it answers as the API does, also those that do not exist."""

from django.urls import include
from django.urls import path
from django.urls import re_path

from forecourt.api import edge
from forecourt.api.site import api

_patterns, _app, _namespace = api.urls

urlpatterns = [
    path("", include((edge.guarded(_patterns), _app), namespace=_namespace)),
    re_path(r"^(?P<rest>[\s\S]*)\Z", edge.unknown, name="api-unknown"),
]
