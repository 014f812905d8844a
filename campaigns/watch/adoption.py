"""Campaigns that were sending before we were connected: an approver decides once, adopts them or pauses them."""

from django.db import IntegrityError, transaction

from campaigns.errors import ApprovalError
from campaigns.models import Approval, Campaign, ReadingWhy
from campaigns.models.campaign import SENDING, OnDrift
from campaigns.queries import blocking_trips
from campaigns.sending import approvals
from campaigns.sending.approvals import ApprovalScope
from campaigns.sending.fingerprint import parts_of
from campaigns.sending.lifecycle import read_status
from campaigns.watch.waiting import sync_waiting_incidents
from iexdg.team.audit.already import already, done_already
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped


def adopt(campaign: Campaign, *, by: Member, note: str = "", via: str | None = None) -> Approval:
    """Let it continue as it is: a live approval by one person, marked as adopted, bound to its current state.

    Raises: NotAllowedError; ApprovalError - no decision is waiting, it does not read as sending, a guardrail is not
        re-armed, or the kill switch is on. Nothing was changed.
    """
    require(by, Action.ADOPT, campaign.workspace)
    if is_stopped(campaign.workspace):
        raise ApprovalError(STOPPED_WORDS)
    status = read_status(campaign, why=ReadingWhy.PREFLIGHT)
    if status not in SENDING:
        raise ApprovalError(f"{campaign.name} does not read as sending now, so there is nothing to adopt.")
    trip = blocking_trips(campaign).first()
    if trip is not None:
        words = f"The guardrail “{trip.get_kind_display()}” of {campaign.name} tripped."
        raise ApprovalError(f"{words} Acknowledge it with a reason first.")
    scope = ApprovalScope(parts_of(campaign), campaign.leads_count or 0)
    waiting = Campaign.objects.filter(pk=campaign.pk, awaits_adoption_since__isnull=False)
    try:
        with transaction.atomic():
            if not waiting.update(awaits_adoption_since=None):
                raise ApprovalError(_decided(campaign))
            approval = approvals.adopt(campaign, by=by, scope=scope, note=note, via=via)
    except IntegrityError:
        raise ApprovalError(f"{campaign.name} has a go-live request already. Open its go-live page.") from None
    campaign.refresh_from_db()
    sync_waiting_incidents(campaign.workspace)
    return approval


def _decided(campaign: Campaign) -> str:
    """Who adopted or paused it before."""
    adopted = Approval.objects.filter(campaign=campaign, adopted=True).select_related("decided_by").first()
    if adopted is not None and adopted.decided_by is not None and adopted.decided_at is not None:
        return f"{done_already('adopted', adopted.decided_by.name, adopted.decided_at)} Nothing was changed."
    paused = already("paused", f"campaign:{campaign.pk}", "campaign:pause:asked")
    return f"{paused or f'{campaign.name} does not wait for a decision any more.'} Nothing was changed."


def set_on_drift(campaign: Campaign, wanted: str, *, by: Member) -> bool:
    """Set what happens when it changes after its approval; False where it was set already.

    Raises: NotAllowedError - nothing was changed.
    """
    require(by, Action.ADOPT, campaign.workspace)
    choice = OnDrift(wanted)
    changed = Campaign.objects.filter(pk=campaign.pk).exclude(on_drift=choice).update(on_drift=choice)
    if changed:
        record(
            "campaign:on_drift:changed",
            f"When {campaign.name} changes after its approval: {choice.label}",
            subject=f"campaign:{campaign.pk}",
            campaign_ref=campaign.pk,
            by=by,
            before={"on_drift": campaign.on_drift},
            after={"on_drift": choice.value},
        )
    campaign.refresh_from_db()
    return bool(changed)
