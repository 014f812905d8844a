"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.workspaces import views

app_name = "workspaces"
urlpatterns: list[URLPattern] = [
    path("workspace-bar/", views.bar, name="bar"),
    path("changes/", views.changes, name="changes"),
    path("settings/", views.workspace_settings, name="settings"),
    path("settings/mode/", views.change_mode, name="change-mode"),
]
