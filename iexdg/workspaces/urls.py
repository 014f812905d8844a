"""Addresses of this room."""

from django.urls import URLPattern, path

from iexdg.workspaces import team_views, views
from iexdg.workspaces.health_views import healthz, readyz

app_name = "workspaces"
urlpatterns: list[URLPattern] = [
    path("healthz", healthz, name="health"),
    path("readyz", readyz, name="ready"),
    path("workspace-bar/", views.bar, name="bar"),
    path("settings/", views.workspace_settings, name="settings"),
    path("settings/mode/", views.change_mode, name="change-mode"),
    path("settings/team/", team_views.team, name="team"),
    path("settings/team/add/", team_views.add, name="team-add"),
    path("settings/team/<int:pk>/role/", team_views.role, name="team-role"),
    path("settings/team/<int:pk>/sign-in/", team_views.sign_in, name="team-sign-in"),
    path("settings/team/<int:pk>/password/", team_views.password, name="team-password"),
]
