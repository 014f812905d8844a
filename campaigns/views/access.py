"""How a view finds its campaign: only in the connected workspace."""

from django.http import Http404

from campaigns.models import Campaign
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import NotConnectedError
from iexdg.workspaces.models import Workspace


def connected_workspace() -> Workspace | None:
    """The current workspace, or None before one is connected."""
    try:
        return current_workspace()
    except NotConnectedError:
        return None


def campaign_or_404(pk: int) -> Campaign:
    """Return a campaign of the current workspace.

    Raises: Http404 - there is none with this number.
    """
    found = Campaign.objects.select_related("workspace").filter(pk=pk, workspace=connected_workspace()).first()
    if found is None:
        raise Http404("There is no such campaign in this workspace.")
    return found
