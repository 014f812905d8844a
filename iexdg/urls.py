"""Every URL of the dashboard, by app: those that belong to no workspace, and those of one.

A request is answered with `iexdg.ui.workspace_urls.urls_of`, where the second kind stands below /w/<slug>/. Here it has
no prefix: that names the page of an old address, which leads to the same page of a workspace.
"""

from django.urls import URLPattern, URLResolver, include, path

from campaigns.views import all_workspaces

everywhere: list[URLPattern | URLResolver] = [
    path("", all_workspaces.all_workspaces, name="all-workspaces"),
    path("workspace-choices/", all_workspaces.choices, name="workspace-choices"),
    path("", include("iexdg.workspaces.connection_urls")),
    path("", include("iexdg.crm.return_urls")),
    path("", include("iexdg.operations.urls")),
    path("", include("iexdg.team.account_urls")),
    path("", include("iexdg.webhooks.receiver_urls")),
]
of_workspace: list[URLPattern | URLResolver] = [
    path("", include("campaigns.urls")),
    path("", include("leads.urls")),
    path("", include("iexdg.blueprints.urls")),
    path("", include("iexdg.golive.urls")),
    path("", include("iexdg.rehearsals.urls")),
    path("", include("iexdg.analytics.urls")),
    path("", include("iexdg.inbox.urls")),
    path("", include("iexdg.crm.urls")),
    path("", include("iexdg.mailboxes.urls")),
    path("", include("iexdg.placement.urls")),
    path("", include("iexdg.supersearch.urls")),
    # In front of the objects: what they name by an id of Instantly would be taken for one.
    path("", include("iexdg.webhooks.urls")),
    path("", include("iexdg.workspace_objects.urls")),
    path("", include("iexdg.incidents.urls")),
    path("", include("iexdg.workspaces.urls")),
    path("", include("iexdg.team.audit.urls")),
    path("", include("iexdg.search.urls")),
    path("", include("iexdg.team.urls")),
]
urlpatterns = [*everywhere, *of_workspace]

handler500 = "iexdg.operations.views.server_error"
