"""Decisions about watching one campaign: adopting what was sending before us, and what happens when it changes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.errors import ApprovalError
from campaigns.models.campaign import OnDrift
from campaigns.views.access import campaign_or_404
from campaigns.watch.adoption import adopt as adopt_campaign
from campaigns.watch.adoption import set_on_drift
from iexdg.team.audit.already import already
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.posting import posted_from


@posted_from("campaigns:detail")
@member_may(Action.ADOPT)
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a campaign continue that was sending before we were connected."""
    campaign = campaign_or_404(pk)
    try:
        adopt_campaign(campaign, by=member_of(request), note=request.POST.get("note", "").strip()[:2000])
    except ApprovalError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{campaign.name} is adopted. Changes from now on are detected.")
    return redirect("campaigns:detail", pk=pk)


@posted_from("campaigns:detail")
@member_may(Action.ADOPT)
def on_drift(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose whether a change after the approval pauses the campaign or is only reported."""
    campaign = campaign_or_404(pk)
    wanted = request.POST.get("on_drift", "")
    if wanted not in OnDrift.values:
        messages.error(request, "Choose whether to pause or to report. Nothing was changed.")
    elif set_on_drift(campaign, wanted, by=member_of(request)):
        messages.success(request, f"When {campaign.name} changes after its approval: {OnDrift(wanted).label}.")
    else:
        done = already("set", f"campaign:{campaign.pk}", "campaign:on_drift:changed")
        messages.info(request, f"{done or 'It is set like this.'} Nothing was changed.")
    return redirect("campaigns:settings", pk=pk)
