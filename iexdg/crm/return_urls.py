"""The address that GoHighLevel sends a browser back to, which belongs to no workspace."""

from django.urls import URLPattern, path

from iexdg.crm.views import connection

app_name = "crm-return"
urlpatterns: list[URLPattern] = [path("crm/callback/", connection.callback, name="callback")]
