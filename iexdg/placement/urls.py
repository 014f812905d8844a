"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.placement.views import placement

app_name = "placement"
urlpatterns: list[URLPattern] = [
    path("placement-tests/", placement.listing, name="list"),
    path("placement-tests/read/", placement.read_now, name="read"),
    path("placement-tests/new/", placement.create, name="create"),
    path("placement-tests/<int:pk>/", placement.detail, name="test"),
    path("placement-tests/<int:pk>/read/", placement.read_results_now, name="read-results"),
    path("placement-tests/<int:pk>/pause/", placement.pause, name="pause"),
    path("placement-tests/<int:pk>/resume/", placement.resume, name="resume"),
    path("placement-tests/<int:pk>/delete/", placement.delete, name="delete"),
]
