"""URLs of the connections, which belong to no workspace."""

from django.urls import URLPattern, path

from iexdg.workspaces import connection_views as views

app_name = "connections"
urlpatterns: list[URLPattern] = [
    path("settings/connections/", views.connections, name="list"),
    path("settings/connections/connect/", views.connect_workspace, name="connect"),
    path("settings/connections/<int:pk>/disconnect/", views.disconnect_workspace, name="disconnect"),
    path("settings/connections/<int:pk>/maton/", views.open_account, name="maton-open"),
    path("settings/connections/maton/", views.maton, name="maton"),
    path("settings/connections/maton/create/", views.maton_create, name="maton-create"),
    path("settings/connections/maton/connect/", views.maton_connect, name="maton-connect"),
    path("settings/connections/maton/delete/", views.maton_delete, name="maton-delete"),
]
