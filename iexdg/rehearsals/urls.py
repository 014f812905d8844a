"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.rehearsals.views import rehearsal

app_name = "rehearsals"
urlpatterns: list[URLPattern] = [
    path("campaigns/<int:pk>/rehearsal/", rehearsal.page, name="rehearsal"),
    path("campaigns/<int:pk>/rehearsal/state/", rehearsal.state, name="rehearsal-state"),
    path("campaigns/<int:pk>/rehearsal/start/", rehearsal.start, name="rehearsal-start"),
    path("campaigns/<int:pk>/rehearsal/days.csv", rehearsal.days_csv, name="rehearsal-csv"),
]
