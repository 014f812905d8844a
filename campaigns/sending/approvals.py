"""What time does to approvals. Asking, deciding and carrying out live with the go-live, which needs the leads."""

from datetime import datetime

from django.db.models import Q, QuerySet

from campaigns.models import Approval, ApprovalState, GoLiveStage
from iexdg.team.audit.record import record


def lapsed_approvals(now: datetime) -> QuerySet[Approval]:
    """Requests nobody decided in time, and sign-offs that were never used in time.

    A campaign that went live keeps its approval until it is paused or something it was bound to changes.
    """
    unused = Q(state=ApprovalState.APPROVED, live_at__isnull=True, stage__in=[GoLiveStage.WAITING, GoLiveStage.FAILED])
    return Approval.objects.filter(Q(state=ApprovalState.REQUESTED) | unused, expires_at__lte=now)


def expire_lapsed_approvals(now: datetime) -> int:
    """Close what has lapsed; returns how many. May run twice: each row is closed by one conditional update."""
    closed = 0
    for approval in lapsed_approvals(now).select_related("campaign"):
        if not lapsed_approvals(now).filter(pk=approval.pk).update(state=ApprovalState.EXPIRED):
            continue
        closed += 1
        undecided = approval.state == ApprovalState.REQUESTED
        record(
            "campaign:approval:expired",
            f"Go-live {'request' if undecided else 'approval'} of {approval.campaign.name} expired",
            subject=f"approval:{approval.pk}",
            campaign_ref=approval.campaign_id,
            before={"state": approval.state},
            note="Nobody decided in time." if undecided else "It was not used in time.",
        )
    return closed
