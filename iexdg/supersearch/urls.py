"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.supersearch.views import searches

app_name = "supersearch"
urlpatterns: list[URLPattern] = [
    path("supersearch/", searches.listing, name="list"),
    path("supersearch/new/", searches.create, name="create"),
    path("supersearch/<int:pk>/", searches.detail, name="search"),
    path("supersearch/<int:pk>/count/", searches.count, name="count"),
    path("supersearch/<int:pk>/enrich/", searches.enrich, name="enrich"),
    path("supersearch/<int:pk>/again/", searches.again, name="again"),
    path("supersearch/<int:pk>/abandon/", searches.abandon, name="abandon"),
]
