"""Addresses of this room."""

from django.urls import URLPattern, path

from iexdg.incidents import views

app_name = "incidents"
urlpatterns: list[URLPattern] = [
    path("incidents/<int:pk>/resolve/", views.resolve, name="resolve"),
]
