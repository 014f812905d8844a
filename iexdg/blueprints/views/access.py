"""How a view finds its draft or its campaign: only in the current workspace."""

from django.http import Http404

from campaigns.models import Campaign
from iexdg.blueprints.models import ApplyRequest, Draft
from iexdg.workspaces.connected import current_workspace


def draft_or_404(pk: int) -> Draft:
    """Return a draft of the current workspace.

    Raises: Http404 - there is none with this number.
    """
    found = Draft.objects.filter(workspace=current_workspace(), pk=pk)
    draft = found.select_related("workspace", "campaign", "saved_by").first()
    if draft is None:
        raise Http404("There is no such draft in this workspace.")
    return draft


def campaign_or_404(pk: int) -> Campaign:
    """Return a campaign of the current workspace.

    Raises: Http404 - there is none with this number.
    """
    found = Campaign.objects.filter(workspace=current_workspace(), pk=pk).select_related("workspace").first()
    if found is None:
        raise Http404("There is no such campaign in this workspace.")
    return found


def request_or_404(pk: int) -> ApplyRequest:
    """Return a request to apply of the current workspace.

    Raises: Http404 - there is none with this number.
    """
    found = ApplyRequest.objects.filter(workspace=current_workspace(), pk=pk)
    request = found.select_related("by", "campaign", "draft").first()
    if request is None:
        raise Http404("There is no such request in this workspace.")
    return request
