"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.team.audit import views

app_name = "audit"
urlpatterns: list[URLPattern] = [
    path("audit/", views.audit_list, name="list"),
    path("audit.csv", views.audit_csv, name="csv"),
]
