"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.operations.views import healthz, readyz

app_name = "operations"
urlpatterns: list[URLPattern] = [
    path("healthz", healthz, name="health"),
    path("readyz", readyz, name="ready"),
]
