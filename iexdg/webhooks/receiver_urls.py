"""The address that Instantly calls; it belongs to no page of a workspace, and whoever calls it is not signed in."""

from django.urls import URLPattern, path

from iexdg.webhooks.views import receive

app_name = "hooks"
urlpatterns: list[URLPattern] = [path("hooks/<str:token>/", receive.receive, name="receive")]
