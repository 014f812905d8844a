"""How a view finds its campaign: only in the current workspace."""

from django.db.models import QuerySet
from django.http import Http404

from campaigns.models import Campaign
from iexdg.workspaces.connected import current_rows, current_workspace
from iexdg.workspaces.errors import NotConnectedError
from iexdg.workspaces.models import Workspace


def connected_workspace() -> Workspace | None:
    """The current workspace, or None before one is connected."""
    try:
        return current_workspace()
    except NotConnectedError:
        return None


def connected_campaigns() -> QuerySet[Campaign]:
    """The campaigns of the current workspace, each with it; one query for both."""
    return Campaign.objects.filter(workspace__in=current_rows()[:1]).select_related("workspace")


def campaign_or_404(pk: int, *related: str) -> Campaign:
    """Return a campaign of the current workspace. Shapes: related - what else to read with it, as of select_related.

    Raises: Http404 - there is none with this number. NotConnectedError - there is no workspace, so nothing is known.
    """
    found = connected_campaigns().select_related("workspace", *related).filter(pk=pk).first()
    if found is None:
        current_workspace()
        raise Http404("There is no such campaign in this workspace.")
    return found
