"""Deletes a campaign at Instantly: what is lost, when it is refused, the request, the call and its read-back.

Its row here stays with its history and is shown as no longer at Instantly.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, ReadingWhy
from campaigns.sending.lifecycle import live_approval_of, open_request_of, read_status
from iexdg.blueprints.drafts.requests import has_open_request
from iexdg.blueprints.errors import ApplyRefusedError
from iexdg.blueprints.planning import QUIET
from iexdg.clients.http.errors import NotFoundError
from iexdg.clients.instantly import InstantlyClient
from iexdg.team.audit.models import AuditEvent
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspace_objects.kinds import ChangeOf, Seen
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, Verb
from iexdg.workspace_objects.orders import ChangeIntent, order
from iexdg.workspaces.connected import require_write_mode
from iexdg.workspaces.writes import perform_write
from leads.models import Import
from leads.models.importing import WORKING

_GONE = "campaign:deleted"
# A completed campaign sends nothing, and is what is deleted most.
DELETABLE = QUIET | {CampaignStatus.COMPLETED}


@dataclass(frozen=True)
class Lost:
    """What goes with a campaign, as it was last read; None where that is unknown."""

    people: int | None
    sent: int | None
    replied: int | None
    subsequences: int
    approvals: int


def what_is_lost(campaign: Campaign) -> Lost:
    """Return what goes with a campaign."""
    return Lost(
        people=campaign.leads_count,
        sent=campaign.sent,
        replied=campaign.replied,
        subsequences=campaign.subsequences.filter(vanished_at__isnull=True).count(),
        approvals=Approval.objects.filter(campaign=campaign).count(),
    )


def why_not_deleted(campaign: Campaign) -> str:
    """Return why a campaign must not be deleted, as a sentence; "" where it may be. By what was last read."""
    if campaign.vanished_at is not None:
        return "Instantly no longer lists it: there is nothing to delete."
    if campaign.remote_status not in DELETABLE or campaign.status_unknown_since is not None:
        return f"It may send ({campaign.status_label}). Pause it first."
    if live_approval_of(campaign) is not None:
        return "It has a live approval. Pause it first: that ends the approval."
    if Approval.objects.filter(campaign=campaign, state=ApprovalState.REQUESTED).exists():
        return "A go-live is requested. Take the request back first."
    if open_request_of(campaign) is not None or has_open_request(campaign):
        return "A change of it is in progress. Wait until that is read back."
    if Import.objects.filter(campaign=campaign, state__in=WORKING).exists():
        return "An import into it is in progress. Stop it first."
    return ""


def order_delete(campaign: Campaign, *, by: Member) -> ObjectChange:
    """Record that a campaign is to be deleted at Instantly; its status is read again before that is done.

    Raises: NotAllowedError, ObserveModeError; ApplyRefusedError - why not. Nothing was recorded.
    """
    require(by, Action.DELETE_CAMPAIGNS, campaign.workspace)
    require_write_mode(campaign.workspace)
    reason = why_not_deleted(campaign)
    if reason:
        raise ApplyRefusedError(reason)
    return order(
        campaign.workspace, ObjectKind.CAMPAIGN, Verb.DELETE, by=by, name=campaign.name, remote_id=campaign.remote_id
    )


def _forbidden(change: ObjectChange) -> str:
    """Return why it must not be sent now: its status is read at this moment."""
    campaign = _campaign_of(change)
    if campaign is None:
        return "It is not known here any more."
    if read_status(campaign, why=ReadingWhy.APPLY) is None:
        return "Its status could not be read, so it was not deleted. Try again."
    campaign.refresh_from_db()
    return why_not_deleted(campaign)


def _send(change: ObjectChange, client: InstantlyClient) -> None:
    campaigns, remote_id = client.campaigns, change.remote_id
    if change.verb == Verb.DELETE:
        perform_write(ChangeIntent(change), lambda: campaigns.delete(remote_id))


def _read_back(change: ObjectChange, client: InstantlyClient) -> Seen:
    """Read whether it is gone: both its own address and the list have to say so.

    Raises: ClientError - it could not be read.
    """
    try:
        client.campaigns.get(change.remote_id)
    except NotFoundError:
        if any(one.remote_id == change.remote_id for one in client.campaigns.list()):
            return Seen.OTHERWISE
        _note_gone(change)
        return Seen.DONE
    return Seen.OTHERWISE


def _note_gone(change: ObjectChange) -> None:
    """Note on the campaign itself that it is gone and by whom, once; the next sync may have seen it go already."""
    campaign = _campaign_of(change)
    if campaign is None:
        return
    subject = f"objects:{change.workspace_id}:{change.pk}"
    with transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk, vanished_at__isnull=True).update(vanished_at=timezone.now())
        if not AuditEvent.objects.filter(action=_GONE, subject=subject).exists():
            words = f"Deleted {campaign.name} at Instantly"
            record(_GONE, words, subject=subject, by=change.by, campaign_ref=campaign.pk)


def _campaign_of(change: ObjectChange) -> Campaign | None:
    found = Campaign.objects.filter(workspace=change.workspace, remote_id=change.remote_id)
    return found.select_related("workspace").first()


HOW = ChangeOf(send=_send, read_back=_read_back, repeatable=frozenset(), forbidden=_forbidden)
