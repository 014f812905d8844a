"""URLs of the search."""

from django.urls import URLPattern, path

from iexdg.search import views

app_name = "search"
urlpatterns: list[URLPattern] = [path("search/", views.search, name="search")]
