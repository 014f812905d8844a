"""URLs of this app."""

from django.urls import URLPattern, path

from iexdg.crm.views import connection

app_name = "crm"
urlpatterns: list[URLPattern] = [
    path("crm/", connection.connection, name="connection"),
    path("crm/check/", connection.check_now, name="check"),
    path("crm/connect/", connection.connect, name="connect"),
    path("crm/sign-in/", connection.sign_in, name="sign-in"),
    path("crm/disconnect/", connection.disconnect_location, name="disconnect"),
]
