"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.analytics.views import comparing, weekly

app_name = "analytics"
urlpatterns: list[URLPattern] = [
    path("analytics/", comparing.compare, name="compare"),
    path("analytics.csv", comparing.compare_csv, name="csv"),
    path("analytics/report/", comparing.report, name="report"),
    path("settings/weekly-report/", weekly.weekly, name="weekly"),
]
