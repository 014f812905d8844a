"""Addresses of this room."""

from django.urls import URLPattern, path

from iexdg.workspaces import views
from iexdg.workspaces.health_views import healthz, readyz

app_name = "workspaces"
urlpatterns: list[URLPattern] = [
    path("healthz", healthz, name="health"),
    path("readyz", readyz, name="ready"),
    path("workspace-bar/", views.bar, name="bar"),
]
