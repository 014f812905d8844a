"""The only writer of approvals: every row and every change of state or stage, each with its audit event.

State:

    -> requested
    requested -> approved | rejected | expired | void
    approved -> expired | void

Stage, how far carrying out an approval has come:

    -> waiting
    waiting -> loading | activating | live
    loading -> activating | failed
    activating -> live | failed

Who may request and decide, the preflight and the votes are in iexdg.golive, which needs the leads.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage
from campaigns.sending.fingerprint import Parts, fingerprint
from campaigns.sending.subsequence_content import named_in
from iexdg.states import StateTable
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.workspaces.connected import connected_workspaces

APPROVALS = StateTable(
    "Approval",
    starts=(ApprovalState.REQUESTED,),
    moves={
        ApprovalState.REQUESTED: (
            ApprovalState.APPROVED,
            ApprovalState.REJECTED,
            ApprovalState.EXPIRED,
            ApprovalState.VOID,
        ),
        ApprovalState.APPROVED: (ApprovalState.EXPIRED, ApprovalState.VOID),
    },
)
STAGES = StateTable(
    "Approval, stage",
    starts=(GoLiveStage.WAITING,),
    moves={
        GoLiveStage.WAITING: (GoLiveStage.LOADING, GoLiveStage.ACTIVATING, GoLiveStage.LIVE),
        GoLiveStage.LOADING: (GoLiveStage.ACTIVATING, GoLiveStage.FAILED),
        GoLiveStage.ACTIVATING: (GoLiveStage.LIVE, GoLiveStage.FAILED),
    },
    field="stage",
)
_OPEN = (ApprovalState.REQUESTED, ApprovalState.APPROVED)


@dataclass(frozen=True)
class ApprovalScope:
    """What was reviewed when a go-live was requested; the approval is valid for this and nothing else."""

    parts: Parts
    audience_cap: int


def request(
    campaign: Campaign,
    *,
    by: Member,
    scope: ApprovalScope,
    life: timedelta,
    approvals_needed: int = 1,
    note: str = "",
    via: str | None = None,
) -> Approval:
    """Record a request for a go-live; it expires after `life`.

    Raises: IntegrityError - the campaign has a request or a live approval already; nothing was written.
    """
    with transaction.atomic():
        approval = _create(campaign, by=by, scope=scope, life=life, approvals_needed=approvals_needed, note=note)
        record_event(approval, "requested", f"Go-live of {campaign.name} requested", by=by, via=via, note=note)
    return approval


def grant(
    approval: Approval,
    *,
    by: Member,
    stage: GoLiveStage,
    note: str = "",
    break_glass_reason: str = "",
    via: str | None = None,
) -> bool:
    """Approve a request and set the first stage of carrying it out. False where it is no longer waiting.

    Shapes: break_glass_reason - the reason of a person who approves alone, else ""; stage - live where the campaign
        already sends.
    Raises: IntegrityError - the database refuses the decider; nothing was changed.
    """
    now = timezone.now()
    STAGES.require(to=stage, expected=GoLiveStage.WAITING)
    with transaction.atomic():
        granted = APPROVALS.move(
            Approval.objects.filter(pk=approval.pk, stage=GoLiveStage.WAITING),
            to=ApprovalState.APPROVED,
            expected=ApprovalState.REQUESTED,
            stage=stage,
            decided_by=by,
            decided_at=now,
            decision_note=note,
            break_glass_reason=break_glass_reason,
            live_at=now if stage == GoLiveStage.LIVE else None,
        )
        if granted:
            _record_grant(approval, by=by, via=via, note=note, break_glass_reason=break_glass_reason)
    return bool(granted)


def adopt(campaign: Campaign, *, by: Member, scope: ApprovalScope, note: str = "", via: str | None = None) -> Approval:
    """Approve a campaign that already sends: requested and granted by one person, live at once, marked as adopted.

    Raises: IntegrityError - the campaign has a request or a live approval already; nothing was written.
    """
    with transaction.atomic():
        approval = _create(campaign, by=by, scope=scope, life=timedelta(0), adopted=True)
        grant(approval, by=by, stage=GoLiveStage.LIVE, note=note, via=via)
    approval.refresh_from_db()
    return approval


def _create(
    campaign: Campaign,
    *,
    by: Member,
    scope: ApprovalScope,
    life: timedelta,
    approvals_needed: int = 1,
    note: str = "",
    adopted: bool = False,
) -> Approval:
    now = timezone.now()
    return Approval.objects.create(
        campaign=campaign,
        requested_by=by,
        requested_at=now,
        note=note,
        expires_at=now + life,
        approvals_needed=approvals_needed,
        adopted=adopted,
        fingerprint=fingerprint(scope.parts),
        fingerprint_parts=scope.parts,
        subsequences=named_in(campaign),
        audience_cap=scope.audience_cap,
    )


def _record_grant(approval: Approval, *, by: Member, via: str | None, note: str, break_glass_reason: str) -> None:
    name = approval.campaign.name
    if approval.adopted:
        words = f"{name} was adopted: it was sending before we were connected and continues"
        record_event(approval, "adopted", words, by=by, via=via, note=note, about="adoption")
    elif break_glass_reason:
        words = f"Go-live of {name} approved by one person alone"
        record_event(approval, "break_glass", words, by=by, via=via, note=break_glass_reason)
    else:
        record_event(approval, "approved", f"Go-live of {name} approved", by=by, via=via, note=note)


def reject(approval: Approval, *, by: Member, note: str = "", via: str | None = None) -> bool:
    """Reject a request. False where it is no longer waiting."""
    with transaction.atomic():
        rejected = APPROVALS.move(
            Approval.objects.filter(pk=approval.pk),
            to=ApprovalState.REJECTED,
            expected=ApprovalState.REQUESTED,
            decided_by=by,
            decided_at=timezone.now(),
            decision_note=note,
        )
        if rejected:
            words = f"Go-live of {approval.campaign.name} rejected"
            record_event(approval, "rejected", words, by=by, via=via, note=note)
    return bool(rejected)


def withdraw(approval: Approval, *, by: Member, via: str | None = None) -> bool:
    """Void a request for the person who made it. False where it is no longer waiting."""
    with transaction.atomic():
        withdrawn = APPROVALS.move(
            Approval.objects.filter(pk=approval.pk),
            to=ApprovalState.VOID,
            expected=ApprovalState.REQUESTED,
            void_reason=f"withdrawn by {by.name}",
        )
        if withdrawn:
            words = f"Go-live request of {approval.campaign.name} withdrawn"
            record_event(approval, "taken_back", words, by=by, via=via)
    return bool(withdrawn)


def void(approval: Approval, reason: str, *, by: Member | None = None, via: str | None = None) -> bool:
    """End a request or an approval that is no longer valid. False where it has ended already."""
    return bool(_void(Approval.objects.filter(pk=approval.pk), _OPEN, reason, by=by, via=via))


def void_live(campaign: Campaign, reason: str, *, by: Member | None = None, via: str | None = None) -> bool:
    """End the approval that lets a campaign send: sending again needs a new one."""
    return bool(_void(Approval.objects.filter(campaign=campaign), (ApprovalState.APPROVED,), reason, by=by, via=via))


# An approval that ended so lets subsequences that it names continue: what was approved was sent.
COMPLETED_REASON = "the campaign completed"


def void_completed(campaign: Campaign, read_at: datetime) -> bool:
    """End the live approval of a campaign that was read as completed at `read_at`.

    A reading that is older than the activation does not void it.
    """
    live = Approval.objects.filter(campaign=campaign, stage=GoLiveStage.LIVE).exclude(live_at__gte=read_at)
    return bool(_void(live, (ApprovalState.APPROVED,), COMPLETED_REASON))


def _void(
    found: QuerySet[Approval],
    expected: tuple[ApprovalState, ...],
    reason: str,
    *,
    by: Member | None = None,
    via: str | None = None,
) -> int:
    """Void each of these; returns how many. The usual case is one query that finds none."""
    count = 0
    for approval in found.filter(state__in=expected).select_related("campaign"):
        with transaction.atomic():
            this = found.filter(pk=approval.pk)
            if not APPROVALS.move(this, to=ApprovalState.VOID, expected=expected, void_reason=reason[:300]):
                continue
            count += 1
            words = f"Go-live of {approval.campaign.name} is void: {reason}"
            record_event(approval, "void", words, by=by, via=via, moved=(approval.state, ApprovalState.VOID))
    return count


def begin_activating(approval: Approval) -> bool:
    """Move to activating: the held leads are loaded. False where it has moved already, or is no longer approved."""
    return bool(STAGES.move(_still_approved(approval), to=GoLiveStage.ACTIVATING, expected=GoLiveStage.LOADING))


def mark_live(approval: Approval, *, at: datetime | None) -> bool:
    """Record that the activation was read back `at` this time. False where it has been already, or is not approved."""
    return bool(
        STAGES.move(_still_approved(approval), to=GoLiveStage.LIVE, expected=GoLiveStage.ACTIVATING, live_at=at)
    )


def _still_approved(approval: Approval) -> QuerySet[Approval]:
    return Approval.objects.filter(pk=approval.pk, state=ApprovalState.APPROVED)


def fail(approval: Approval, reason: str) -> bool:
    """Record that the approved go-live failed: the approval ends, so that nothing can send under it.

    False where it is live or has failed before. One that was voided meanwhile still records why it failed.
    """
    with transaction.atomic():
        failed = STAGES.move(
            Approval.objects.filter(pk=approval.pk),
            to=GoLiveStage.FAILED,
            expected=(GoLiveStage.LOADING, GoLiveStage.ACTIVATING),
            stage_error=reason[:300],
        )
        if failed:
            void(approval, reason)
    return bool(failed)


def lapsed_approvals(now: datetime) -> QuerySet[Approval]:
    """Requests that were not decided in time, and approvals that were not used in time.

    A campaign that went live keeps its approval until it is paused or something it is bound to changes.
    """
    unused = Q(state=ApprovalState.APPROVED, live_at__isnull=True, stage__in=[GoLiveStage.WAITING, GoLiveStage.FAILED])
    connected = Approval.objects.filter(campaign__workspace__in=connected_workspaces())
    return connected.filter(Q(state=ApprovalState.REQUESTED) | unused, expires_at__lte=now)


def expire_lapsed_approvals(now: datetime) -> int:
    """Close what has lapsed; returns how many. May run twice: each row is closed by one conditional update."""
    return sum(_expire(approval, now) for approval in lapsed_approvals(now).select_related("campaign"))


def _expire(approval: Approval, now: datetime) -> bool:
    undecided = approval.state == ApprovalState.REQUESTED
    with transaction.atomic():
        lapsed = lapsed_approvals(now).filter(pk=approval.pk)
        if not APPROVALS.move(lapsed, to=ApprovalState.EXPIRED, expected=_OPEN):
            return False
        words = f"Go-live {'request' if undecided else 'approval'} of {approval.campaign.name} expired"
        note = "It was not decided in time." if undecided else "It was not used in time."
        record_event(approval, "expired", words, note=note, moved=(approval.state, ApprovalState.EXPIRED))
    return True


def _named(approval: Approval) -> dict[str, list[str]]:
    names = sorted(one["name"] for one in (approval.subsequences or {}).values())
    return {"subsequences": names} if names else {}


def record_event(
    approval: Approval,
    verb: str,
    summary: str,
    *,
    by: Member | None = None,
    via: str | None = None,
    note: str = "",
    moved: tuple[str, str] | None = None,
    about: str = "approval",
) -> None:
    """Append an event about an approval to the audit log, with what it is bound to.

    Shapes: moved - (state before, state after), where it is relevant in the log.
    """
    before, after = ({"state": str(moved[0])}, {"state": str(moved[1])}) if moved else ({}, {})
    record(
        f"campaign:{about}:{verb}",
        summary,
        subject=f"approval:{approval.pk}",
        campaign_ref=approval.campaign_id,
        by=by,
        via=via,
        before=before,
        after=after
        | {"audience_cap": approval.audience_cap, "fingerprint": approval.fingerprint[:12]}
        | _named(approval),
        note=note,
    )
