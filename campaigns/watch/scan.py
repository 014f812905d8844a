"""The watch over what could send: finds campaigns that are not mirrored as sending, and judges what sends.

sending + kill switch on             -> paused
sending + live approval              -> checked for drift
sending, not adopted yet             -> shown; an approver adopts or pauses it
sending without approval, write mode -> paused, incident
sending without approval, observing  -> incident only
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils import timezone

from campaigns.incident_kinds import AUDIENCE_GROWTH, DRIFT, UNAPPROVED_ACTIVE
from campaigns.mirror.sync import discover, mirror_campaign
from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage, RequestState, StatusRequest, Wanted
from campaigns.models.campaign import SENDING
from campaigns.sending.lifecycle import carry_out, live_approval_of, request_pause
from campaigns.sending.unapproved import BegunPause, begin_pause, carry_out_pause, is_being_paused
from iexdg.clients.http.errors import ClientError
from iexdg.incidents.models import UNRESOLVED, Incident
from iexdg.incidents.record import open_incident
from iexdg.states import CLOCK_SLACK
from iexdg.workspaces.killswitch import is_stopped
from iexdg.workspaces.models import Workspace

# These ended the approval, and they report that it continues to send.
_DRIFTS = (DRIFT.code, AUDIENCE_GROWTH.code)


def discovered(workspace: Workspace) -> list[Campaign]:
    """Campaigns that Instantly lists as sending and that are not mirrored as such; [] where unreadable.

    A draft launched manually and a campaign created a minute ago are found this way, at one call per hundred campaigns.
    """
    try:
        return discover(workspace)
    except ClientError:
        return []


def judge(campaign: Campaign, status: int | None) -> BegunPause | StatusRequest | None:
    """Decide about one reading and record what follows; `carry_out_all` does it. None: nothing is to be paused."""
    if status not in SENDING or _is_overtaken(campaign):
        return None
    if is_stopped(campaign.workspace):
        return request_pause(campaign, by=None, reason="the kill switch is on")
    if live_approval_of(campaign) is not None:
        return None
    if is_being_paused(campaign):
        return None
    campaign.refresh_from_db()
    # Before the first listing it is not known what was sending before us; the sync decides that first.
    if campaign.awaits_adoption_since is not None or campaign.workspace.first_look_at is None:
        return None
    if not campaign.workspace.may_write:
        report_only(campaign)
        return None
    return begin_pause(campaign, UNAPPROVED_ACTIVE, cause="It was found sending without a live approval.")


def mirror_live(workspace: Workspace) -> None:
    """Mirror what is live by an approval, so that drift is found within one interval of the watch."""
    live = Approval.objects.filter(
        campaign__workspace=workspace, state=ApprovalState.APPROVED, stage=GoLiveStage.LIVE
    ).values("campaign")
    for campaign in Campaign.objects.filter(pk__in=live, vanished_at__isnull=True).select_related("workspace"):
        try:
            mirror_campaign(campaign)
        except ClientError:
            continue


def carry_out_all(found: Iterable[BegunPause | StatusRequest], *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Pause what was found. Each request is recorded already: if this process crashes, the sweep continues."""
    for one in found:
        if isinstance(one, BegunPause):
            carry_out_pause(one, sleep=sleep)
        else:
            carry_out(one.pk, sleep=sleep)


def judge_sending(workspace: Workspace, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Judge everything that is mirrored as sending, right after a sync has read it."""
    sending = Campaign.objects.filter(workspace=workspace, remote_status__in=SENDING, vanished_at__isnull=True)
    found = [judge(campaign, campaign.remote_status) for campaign in sending.select_related("workspace")]
    carry_out_all([one for one in found if one is not None], sleep=sleep)


def report_only(campaign: Campaign) -> None:
    """In observe mode nothing is paused automatically: open an incident, unless a drift has reported it already."""
    reported = Incident.objects.filter(
        workspace=campaign.workspace, campaign_ref=campaign.pk, kind__in=_DRIFTS, state__in=UNRESOLVED
    )
    if reported.exists():
        return
    open_incident(
        campaign.workspace,
        UNAPPROVED_ACTIVE,
        dedupe_key=f"unapproved:{campaign.pk}",
        summary=f"{campaign.name} is sending without a live approval",
        detail="The workspace is in observe mode, so nothing was paused. Pause it manually, or turn writing on.",
        about=campaign.as_subject,
    )


def _is_overtaken(campaign: Campaign) -> bool:
    """Whether a pause was read back after this reading: the same flip, handled already."""
    read_at: datetime | None = campaign.status_read_at
    if read_at is None:
        return False
    # Confirmed in the future: the clock was set back, and that pause is no newer than this reading.
    until = timezone.now() + CLOCK_SLACK
    return StatusRequest.objects.filter(
        campaign=campaign, wanted=Wanted.PAUSE, state=RequestState.CONFIRMED, confirmed_at__range=(read_at, until)
    ).exists()
