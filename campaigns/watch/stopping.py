"""Stopping everything: the kill switch, its effect on campaigns, and retrying until each is read back."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from campaigns.incident_kinds import KILL_SWITCH
from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, RequestState, StatusRequest, Wanted
from campaigns.models.request import OPEN_REQUEST
from campaigns.sending.approvals import void
from campaigns.sending.lifecycle import refuse_activation, request_pause
from iexdg.incidents.models import UNRESOLVED, Incident
from iexdg.incidents.record import open_incident, resolve_incident
from iexdg.team.models import Member
from iexdg.workspace_objects.sending import pause_what_sends
from iexdg.workspaces.killswitch import ENVIRONMENT_REASON, turn_off, turn_on
from iexdg.workspaces.models import Workspace

_NOT_SENDING = (CampaignStatus.DRAFT, CampaignStatus.PAUSED, CampaignStatus.COMPLETED)
_KEY = "kill_switch"


@dataclass(frozen=True)
class Stopped:
    """The progress of stopping one campaign."""

    campaign: Campaign
    request: StatusRequest

    @property
    def confirmed_at(self) -> datetime | None:
        """When Instantly read back as paused."""
        return self.request.confirmed_at if self.request.state == RequestState.CONFIRMED else None


def campaigns_that_can_send(*workspaces: Workspace) -> QuerySet[Campaign]:
    """Everything there that is not known to be not sending: a status that could not be read may be any status.

    A campaign with an activation in progress counts as sending.
    """
    may_send = (
        ~Q(remote_status__in=_NOT_SENDING) | Q(remote_status__isnull=True) | Q(status_unknown_since__isnull=False)
    )
    activating = StatusRequest.objects.filter(wanted=Wanted.ACTIVATE, state__in=OPEN_REQUEST).values("campaign")
    found = Campaign.objects.filter(workspace__in=workspaces, vanished_at__isnull=True)
    return found.filter(may_send | Q(pk__in=activating)).select_related("workspace").order_by("name")


def stop_all(workspace: Workspace, *, by: Member | None, reason: str, via: str | None = None) -> list[StatusRequest]:
    """Turn the kill switch on and record a request to pause every campaign that can send.

    Returns the requests; the caller has each carried out in the safety lane, a sweep retries what is left.
    Open to everyone; may run twice. Every live approval ends: sending again needs a new one.
    """
    if turn_on(workspace, by=by, reason=reason, via=via):
        who = by.name if by else "IEXDG Outreach"
        open_incident(
            workspace,
            KILL_SWITCH,
            dedupe_key=_KEY,
            summary=f"All sending was stopped by {who}",
            detail=f"{reason} Nothing is activated or loaded until an approver lifts the kill switch.".strip(),
            details={"by": who, "reason": reason},
        )
    return pause_all(workspace, by=by, reason=f"kill switch: {reason}" if reason else "kill switch", via=via)


def pause_all(workspace: Workspace, *, by: Member | None, reason: str, via: str | None = None) -> list[StatusRequest]:
    """Record a request to pause everything that can send, not campaigns alone; activations and approvals end.

    Returns the requests of campaigns; those of everything else are `open_pauses`.
    """
    requests = [request_pause(one, by=by, reason=reason, via=via) for one in campaigns_that_can_send(workspace)]
    pause_what_sends(workspace, by=by, reason=reason, via=via)
    approved = Approval.objects.filter(campaign__workspace=workspace, state=ApprovalState.APPROVED)
    for approval in approved.select_related("campaign"):
        refuse_activation(approval.campaign, "Everything was stopped.")
        void(approval, reason, by=by, via=via)
    return requests


def continue_stopping(workspace: Workspace) -> list[StatusRequest]:
    """While the switch is on: request pauses again for what can send and has no open one. Returns the new requests.

    Also turns the switch on where the environment requires it.
    """
    if settings.KILL_SWITCH and workspace.kill_switch_at is None:
        return stop_all(workspace, by=None, reason=ENVIRONMENT_REASON)
    if workspace.kill_switch_at is None:
        return []
    pause_what_sends(workspace, by=None, reason="the kill switch is on")
    requested = StatusRequest.objects.filter(wanted=Wanted.PAUSE, state__in=OPEN_REQUEST).values("campaign")
    left = campaigns_that_can_send(workspace).exclude(pk__in=requested)
    return [request_pause(one, by=None, reason="the kill switch is on") for one in left]


def lift(workspace: Workspace, *, by: Member, reason: str, via: str | None = None) -> bool:
    """Lift the switch and close its incident; this starts nothing. False where it was off already.

    Raises: NotAllowedError; KillSwitchError - no reason, or held on by the environment. Nothing was changed.
    """
    if not turn_off(workspace, by=by, reason=reason, via=via):
        return False
    for incident in Incident.objects.filter(workspace=workspace, dedupe_key=_KEY, state__in=UNRESOLVED):
        resolve_incident(incident, by=by, note=f"Lifted: {reason}", is_over=True)
    return True


def stopped_since(workspace: Workspace, since: datetime) -> list[Stopped]:
    """The newest pause request of each campaign since the switch was turned on, unconfirmed ones first."""
    requests = StatusRequest.objects.filter(
        Q(asked_at__gte=since) | Q(state__in=OPEN_REQUEST) | Q(confirmed_at__gte=since),
        campaign__workspace=workspace,
        wanted=Wanted.PAUSE,
    ).select_related("campaign")
    newest: dict[int, StatusRequest] = {}
    for request in requests.order_by("id"):
        newest[request.campaign_id] = request
    found = [Stopped(request.campaign, request) for request in newest.values()]
    return sorted(found, key=lambda one: (one.confirmed_at is not None, one.campaign.name))
