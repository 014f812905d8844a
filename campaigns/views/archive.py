"""Hiding a campaign from the lists here, and showing it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.archive import archive, unarchive
from campaigns.errors import ArchiveError
from campaigns.views.access import campaign_or_404
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from


@posted_from("campaigns:settings")
@member_may(Action.DELETE_CAMPAIGNS)
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Archive a campaign; nothing changes at Instantly, which has no archive."""
    campaign = campaign_or_404(pk)
    try:
        archive(campaign, by=member_of(request))
    except ArchiveError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{campaign.name} is archived: hidden in the lists here, unchanged at Instantly.")
    return redirect("campaigns:settings", pk)


@posted_from("campaigns:settings")
@member_may(Action.DELETE_CAMPAIGNS)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a campaign out of the archive."""
    campaign = campaign_or_404(pk)
    unarchive(campaign, by=member_of(request))
    messages.success(request, f"{campaign.name} is in the lists again.")
    return redirect("campaigns:settings", pk)
