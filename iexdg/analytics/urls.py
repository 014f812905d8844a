"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.analytics.views import comparing

app_name = "analytics"
urlpatterns: list[URLPattern] = [
    path("analytics/", comparing.compare, name="compare"),
    path("analytics.csv", comparing.compare_csv, name="csv"),
]
