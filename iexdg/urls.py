"""Every URL of the dashboard, by app."""

from django.urls import include, path

urlpatterns = [
    path("", include("campaigns.urls")),
    path("", include("leads.urls")),
    path("", include("iexdg.golive.urls")),
    path("", include("iexdg.incidents.urls")),
    path("", include("iexdg.operations.urls")),
    path("", include("iexdg.workspaces.urls")),
    path("", include("iexdg.team.audit.urls")),
    path("", include("iexdg.team.urls")),
    path("", include("iexdg.team.account_urls")),
]

handler500 = "iexdg.operations.views.server_error"
