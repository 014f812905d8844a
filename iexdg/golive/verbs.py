"""Request, approve and reject a go-live: by two or three people, bound to a fingerprint, valid for a limited time.

With break-glass an admin approves alone: with a reason, an incident, and permanently visible to everyone.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.errors import ApprovalError
from campaigns.mirror.sync import sync_campaign
from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage
from campaigns.sending import approvals
from campaigns.sending.approvals import ApprovalScope, expire_lapsed_approvals
from campaigns.sending.fingerprint import Difference, differences, parts_of
from campaigns.sending.subsequence_content import subsequence_differences
from campaigns.watch.waiting import sync_waiting_incidents
from iexdg.clients.http.errors import ClientError
from iexdg.golive.audience import held_imports
from iexdg.golive.incident_kinds import BREAK_GLASS
from iexdg.golive.models import ApprovalVote
from iexdg.golive.policy import Policy, policy_of
from iexdg.golive.preflight import Preflight, preflight
from iexdg.incidents.record import open_incident
from iexdg.team.audit.already import already, done_already
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from leads.blocklist.mirror import mirror_block_list

SHORTEST_REASON = 20
LONGEST_NOTE = 1000
_BREAK_GLASS_NOTE = "Requested by break-glass"


class AlreadyDecidedError(ApprovalError):
    """Someone, or the same person in another tab, did this before; nothing was changed."""

    code = "already_decided"


class DriftError(ApprovalError):
    """The campaign is no longer what was requested; the request is void."""

    code = "drift"

    def __init__(self, campaign: Campaign, found: list[Difference]) -> None:
        listed = "; ".join(f"{one.what}: {one.before} → {one.after}" for one in found)
        super().__init__(f"{campaign.name} has changed since the request ({listed}). Request the go-live again.")
        self.differences = found


# Of these there is one at most for each campaign.
OPEN_STATES = (ApprovalState.REQUESTED, ApprovalState.APPROVED)


def open_approval(campaign: Campaign) -> Approval | None:
    """The request that waits for a decision, or the approval that is live."""
    return Approval.objects.filter(campaign=campaign, state__in=OPEN_STATES).first()


def request_go_live(
    campaign: Campaign, *, by: Member, note: str = "", confirmed: Collection[str] = (), via: str | None = None
) -> Approval:
    """Ask another person to let this campaign send.

    Shapes: confirmed - names of findings that `by` has confirmed (`Finding.confirm`).
    Raises: NotAllowedError; ApprovalError - blockers in the preflight, something is not confirmed, Instantly could not
        be read, or a request is open already. Nothing was written then.
    """
    require(by, Action.REQUEST_GO_LIVE, campaign.workspace)
    policy = policy_of(campaign.workspace)
    if not policy.may_request(by, campaign.workspace):
        raise ApprovalError(f"Only {policy.who_asks_words} may request a go-live here.")
    expire_lapsed_approvals(timezone.now())
    _refuse_long(note)
    checked = _checked(campaign)
    _refuse_unconfirmed(checked, confirmed)
    try:
        with transaction.atomic():
            _void_drifted_request(campaign, by=by, via=via)
            approval = _write_request(campaign, checked, by=by, note=note, via=via)
            _record_confirmed(approval, checked, by=by, via=via)
    except IntegrityError:
        raise AlreadyDecidedError(decided_already(campaign)) from None
    sync_waiting_incidents(campaign.workspace)
    return approval


def decided_already(campaign: Campaign) -> str:
    """What the newest request came to, who did that and when, for the second of two people or tabs."""
    approval = Approval.objects.filter(campaign=campaign).select_related("requested_by", "decided_by").first()
    if approval is None:
        return f"No go-live of {campaign.name} is requested. Request it first."
    label, decider, at = ApprovalState(approval.state).label, approval.decided_by, approval.decided_at
    if approval.state == ApprovalState.REQUESTED:
        words = done_already("requested", approval.requested_by.name, approval.requested_at)
    elif approval.state in {ApprovalState.APPROVED, ApprovalState.REJECTED} and decider and at:
        words = done_already(label, decider.name, at)
    else:
        words = already("withdrawn", f"approval:{approval.pk}", "campaign:approval:taken_back")
    return f"{words or f'The go-live of {campaign.name} is {label}, so it waits for no decision.'} Nothing was changed."


def _write_request(campaign: Campaign, checked: Preflight, *, by: Member, note: str, via: str | None) -> Approval:
    """Raises: IntegrityError - another request is open."""
    policy = policy_of(campaign.workspace)
    return approvals.request(
        campaign,
        by=by,
        scope=ApprovalScope(parts_of(campaign), checked.audience.cap),
        life=timedelta(hours=policy.life_h),
        approvals_needed=policy.approvers,
        note=note,
        via=via,
    )


def _refuse_long(text: str) -> None:
    if len(text) > LONGEST_NOTE:
        raise ApprovalError(f"Use at most {LONGEST_NOTE:,} characters; it was {len(text):,}. Nothing was changed.")


def _void_drifted_request(campaign: Campaign, *, by: Member, via: str | None) -> None:
    """A request that has drifted can never be approved, so a new one replaces it."""
    waiting = Approval.objects.filter(campaign=campaign, state=ApprovalState.REQUESTED).first()
    if waiting is not None and (found := drift_of(waiting)):
        approvals.void(waiting, f"{_listed(found)} changed; it was requested again", by=by, via=via)


def _listed(found: list[Difference]) -> str:
    return "; ".join(one.what for one in found)


def approve_go_live(
    approval: Approval, *, by: Member, note: str = "", confirmed: Collection[str] = (), via: str | None = None
) -> Approval:
    """Approve a request. A worker carries it out (`carry_out_go_live`).

    Where two approvers are needed, the request waits after the first vote and is approved by the second.

    Shapes: confirmed - as of `request_go_live`; everyone who decides confirms for themselves.
    Raises: NotAllowedError; ApprovalError - one's own request, no longer waiting, expired, blockers, not confirmed;
        DriftError - something changed since the request, which is now void. Otherwise nothing was changed.
    """
    require(by, Action.DECIDE_GO_LIVE, approval.campaign.workspace)
    _refuse_long(note)
    _require_decider(approval, by)
    _refuse_own(approval, by)
    expire_lapsed_approvals(timezone.now())
    approval.refresh_from_db()
    _require_waiting(approval)
    checked = _refuse_changes(approval, by=by, via=via)
    _refuse_unconfirmed(checked, confirmed)
    with transaction.atomic():
        _record_confirmed(approval, checked, by=by, via=via)
        missing = _vote(approval, by=by, note=note)
        if missing:
            words = f"Go-live of {approval.campaign.name} approved by one; {missing} more needed"
            approvals.record_event(approval, "vote", words, by=by, via=via, note=note)
        else:
            _approve(approval, by=by, note=note, via=via)
    sync_waiting_incidents(approval.campaign.workspace)
    approval.refresh_from_db()
    return approval


def break_glass(
    campaign: Campaign,
    *,
    by: Member,
    typed_name: str,
    reason: str,
    confirmed: Collection[str] = (),
    via: str | None = None,
) -> Approval:
    """Approve alone, also one's own request; a request is created where none waits. Opens an incident.

    Raises: NotAllowedError; ApprovalError - the name or the reason is not accepted, it is approved already, or what
        blocks every approval; DriftError. Nothing is approved then.
    """
    require(by, Action.BREAK_GLASS, campaign.workspace)
    if typed_name.strip() != campaign.name.strip():
        raise ApprovalError(f"Type the campaign's full name, {campaign.name}, to confirm.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise ApprovalError(f"Give a reason of at least {SHORTEST_REASON} characters. It stays on the campaign's page.")
    _refuse_long(reason)
    expire_lapsed_approvals(timezone.now())
    waiting = open_approval(campaign)
    if waiting is None:
        checked = _checked(campaign)
    else:
        _require_waiting(waiting)
        checked = _refuse_changes(waiting, by=by, via=via)
    _refuse_unconfirmed(checked, confirmed)
    try:
        with transaction.atomic():
            # Requested and approved in one transaction: no one is notified to approve what is decided already.
            approval = waiting or _write_request(campaign, checked, by=by, note=_BREAK_GLASS_NOTE, via=via)
            _record_confirmed(approval, checked, by=by, via=via)
            _approve(approval, by=by, note="", via=via, break_glass_reason=reason.strip())
            _open_break_glass_incident(approval, by=by, reason=reason.strip())
    except IntegrityError:
        raise AlreadyDecidedError(decided_already(campaign)) from None
    sync_waiting_incidents(campaign.workspace)
    approval.refresh_from_db()
    return approval


def _refuse_unconfirmed(checked: Preflight, confirmed: Collection[str]) -> None:
    """What most people would see has to be confirmed by itself; it is no part of what the approval is bound to."""
    missing = [finding.title for finding in checked.to_confirm if finding.confirm not in confirmed]
    if missing:
        raise ApprovalError(f"Confirm this first: {'; '.join(missing)}. Nothing was changed.")


def _record_confirmed(approval: Approval, checked: Preflight, *, by: Member, via: str | None) -> None:
    for finding in checked.to_confirm:
        words = f"Go-live of {approval.campaign.name}: confirmed that {finding.title}"
        approvals.record_event(approval, "confirmed", words, by=by, via=via)


def _refuse_changes(approval: Approval, *, by: Member, via: str | None) -> Preflight:
    """Read Instantly and check that it is still what was requested, for at most as many people."""
    checked = _checked(approval.campaign)
    _refuse_drift(approval, by=by, via=via)
    if checked.audience.cap > approval.audience_cap:
        approvals.void(approval, "the audience has grown since the request", by=by, via=via)
        raise ApprovalError(
            f"The audience grew from {approval.audience_cap} to {checked.audience.cap} since the request. "
            "Request the go-live again."
        )
    return checked


def _vote(approval: Approval, *, by: Member, note: str) -> int:
    """Store one vote; returns how many are still needed. The row is locked, so that concurrent votes see each other."""
    Approval.objects.select_for_update().get(pk=approval.pk)
    _, is_new = ApprovalVote.objects.get_or_create(
        approval=approval, member=by, defaults={"at": timezone.now(), "note": note}
    )
    if not is_new:
        raise ApprovalError("You have approved this already. Someone else's approval is needed.")
    policy = policy_of(approval.campaign.workspace)
    return max(votes_needed(approval, policy) - len(votes_of(approval, policy)), 0)


def votes_of(approval: Approval, policy: Policy) -> list[ApprovalVote]:
    """The votes that count: of members who may still decide."""
    votes = approval.votes.select_related("member").filter(member__is_active=True)
    workspace = approval.campaign.workspace
    return [vote for vote in votes if policy.may_decide(vote.member, workspace)]


def votes_needed(approval: Approval, policy: Policy) -> int:
    """How many approvers it takes: the rule at the time of the request, or more where the policy got stricter."""
    return max(approval.approvals_needed, policy.approvers)


def _approve(approval: Approval, *, by: Member, note: str, via: str | None, break_glass_reason: str = "") -> None:
    stage = GoLiveStage.LOADING if held_imports(approval.campaign) else GoLiveStage.ACTIVATING
    if not approvals.grant(approval, by=by, stage=stage, note=note, break_glass_reason=break_glass_reason, via=via):
        raise _not_waiting(approval)


def _open_break_glass_incident(approval: Approval, *, by: Member, reason: str) -> None:
    campaign = approval.campaign
    open_incident(
        campaign.workspace,
        BREAK_GLASS,
        dedupe_key=f"break_glass:{approval.pk}",
        summary=f"{by.name} approved the go-live of {campaign.name} alone",
        detail=f"The reason given: {reason}",
        details={"approval": approval.pk, "by": by.name, "reason": reason, "audience": approval.audience_cap},
        about=campaign.as_subject,
    )


def reject_go_live(approval: Approval, *, by: Member, note: str = "", via: str | None = None) -> Approval:
    """Reject a request, also one's own.

    Raises: NotAllowedError; ApprovalError - no longer waiting. Nothing was changed then.
    """
    require(by, Action.DECIDE_GO_LIVE, approval.campaign.workspace)
    _refuse_long(note)
    _require_decider(approval, by)
    if not approvals.reject(approval, by=by, note=note, via=via):
        raise _not_waiting(approval)
    sync_waiting_incidents(approval.campaign.workspace)
    approval.refresh_from_db()
    return approval


def withdraw_request(approval: Approval, *, by: Member, via: str | None = None) -> Approval:
    """Withdraw one's own request while it is not decided; another one may be made at once.

    Raises: NotAllowedError; ApprovalError - someone else's request, or no longer waiting. Nothing was changed then.
    """
    require(by, Action.REQUEST_GO_LIVE, approval.campaign.workspace)
    if approval.requested_by_id != by.pk:
        raise ApprovalError(f"{approval.requested_by.name} requested this go-live. Only they can withdraw it.")
    approvals.withdraw(approval, by=by, via=via)
    approval.refresh_from_db()
    if approval.state != ApprovalState.VOID:
        _require_waiting(approval)
    sync_waiting_incidents(approval.campaign.workspace)
    return approval


def drift_of(approval: Approval) -> list[Difference]:
    """What differs between the request and the mirror now, subsequences included.

    Once it is live, each subsequence is judged by itself: one that is added and does not run stops no campaign.
    """
    found = differences(approval.fingerprint_parts, parts_of(approval.campaign))
    return found if approval.stage == GoLiveStage.LIVE else found + subsequence_differences(approval)


def _checked(campaign: Campaign) -> Preflight:
    """Read Instantly, then refuse where anything blocks."""
    result = sync_campaign(campaign)
    campaign.refresh_from_db()
    unread = [error for error in result.errors if error.startswith("campaign:")]
    if unread:
        raise ApprovalError(f"{campaign.name} could not be read at Instantly, so nothing was decided. {unread[0]}")
    # Where it cannot be read, the preflight warns the people who decide.
    with suppress(ClientError):
        mirror_block_list(campaign.workspace)
    checked = preflight(campaign, timezone.now())
    if checked.blockers:
        listed = "; ".join(f"{finding.title}. {finding.next_step}".strip() for finding in checked.blockers)
        raise ApprovalError(f"{campaign.name} cannot go live yet: {listed}")
    return checked


def _require_decider(approval: Approval, by: Member) -> None:
    workspace = approval.campaign.workspace
    policy = policy_of(workspace)
    if not policy.may_decide(by, workspace):
        raise ApprovalError(f"Only {policy.who_decides_words} decide about a go-live here.")


def _refuse_own(approval: Approval, by: Member) -> None:
    if approval.requested_by_id == by.pk:
        raise ApprovalError("You requested this go-live, so someone else has to approve it.")


def _require_waiting(approval: Approval) -> None:
    if approval.state != ApprovalState.REQUESTED:
        raise _not_waiting(approval)


def _not_waiting(approval: Approval) -> ApprovalError:
    """The error for a request that was decided by someone else or has expired."""
    approval.refresh_from_db()
    if approval.state in {ApprovalState.APPROVED, ApprovalState.REJECTED}:
        return AlreadyDecidedError(decided_already(approval.campaign))
    label = ApprovalState(approval.state).label
    return ApprovalError(f"This request is {label}, not waiting. Request the go-live again if it is still needed.")


def _refuse_drift(approval: Approval, *, by: Member, via: str | None) -> None:
    found = drift_of(approval)
    if found:
        approvals.void(approval, f"{_listed(found)} changed since the request", by=by, via=via)
        raise DriftError(approval.campaign, found)
