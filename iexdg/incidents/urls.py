"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.incidents import notification_views, views

app_name = "incidents"
urlpatterns: list[URLPattern] = [
    path("incidents/", views.incident_list, name="list"),
    path("incidents.csv", views.incident_csv, name="csv"),
    path("incidents/<int:pk>/", views.detail, name="detail"),
    path("incidents/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("incidents/<int:pk>/take/", views.take, name="take"),
    path("incidents/<int:pk>/assign/", views.assign, name="assign"),
    path("incidents/<int:pk>/resolve/", views.resolve, name="resolve"),
    path("incidents/<int:pk>/reopen/", views.reopen, name="reopen"),
    path("runbook/", views.runbook_page, name="runbook"),
    path("settings/notifications/", notification_views.notifications, name="notifications"),
    path("settings/notifications/test/", notification_views.test_message, name="notifications-test"),
]
