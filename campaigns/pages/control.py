"""The pause and activate control of one campaign: what is offered, what is in progress, the outcome."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, RequestState, StatusRequest, Wanted
from iexdg.team.audit.already import done_already
from iexdg.team.models import Member
from iexdg.team.roles import Action

# How long the outcome of a pause or an activation is shown in the row.
_OUTCOME_SHOWN_FOR = timedelta(minutes=10)
_QUIET = frozenset({CampaignStatus.DRAFT, CampaignStatus.PAUSED, CampaignStatus.COMPLETED})


@dataclass(frozen=True)
class ApprovalCell:
    """The state of the approval; `at` is when it was reached."""

    words: str
    tone: str
    at: datetime | None = None
    by: str = ""
    is_live: bool = False
    is_waiting: bool = False


@dataclass(frozen=True)
class Control:
    """What a member can do now. `busy` names the request in progress; `missing` what Activate still needs."""

    busy: str = ""
    busy_detail: str = ""
    busy_since: datetime | None = None
    outcome: str = ""
    outcome_tone: str = "idle"
    outcome_at: datetime | None = None
    may_pause: bool = False
    may_activate: bool = False
    missing: str = ""
    go_live_label: str = ""
    version: str = ""
    approval: ApprovalCell = ApprovalCell("none", "idle")


def approval_cell(approval: Approval | None) -> ApprovalCell:
    """Describe the newest approval."""
    if approval is None:
        return ApprovalCell("none", "idle")
    if approval.state == ApprovalState.REQUESTED:
        return ApprovalCell("requested", "busy", approval.requested_at, approval.requested_by.name, is_waiting=True)
    decider = approval.decided_by.name if approval.decided_by else ""
    if approval.state == ApprovalState.APPROVED:
        return ApprovalCell("approved", "ok", approval.decided_at, decider, is_live=True)
    tones = {ApprovalState.REJECTED: "bad", ApprovalState.VOID: "warn"}
    state = ApprovalState(approval.state)
    return ApprovalCell(state.label, tones.get(state, "idle"), approval.decided_at or approval.expires_at, decider)


def done_before(campaign: Campaign, wanted: Wanted) -> str:
    """Who requested or did the same before, for the second of two people or tabs; "" where no one did."""
    request = StatusRequest.objects.filter(campaign=campaign, wanted=wanted).select_related("by").first()
    if request is None:
        return ""
    who = request.by.name if request.by else "this app"
    if request.is_open:
        return done_already("requested", who, request.asked_at)
    is_so = campaign.remote_status == wanted.status and campaign.status_unknown_since is None
    if not is_so or request.state != RequestState.CONFIRMED or request.confirmed_at is None:
        return ""
    return done_already("paused" if wanted == Wanted.PAUSE else "activated", who, request.confirmed_at)


def control_of(
    campaign: Campaign, *, member: Member, request: StatusRequest | None, approval: Approval | None, now: datetime
) -> Control:
    """Decide what is offered. Pausing never requires a role, a mode or an approval."""
    cell = approval_cell(approval)
    if request is not None and request.is_open:
        return _busy(request, cell)
    outcome = _outcome(request, campaign.remote_status, now) if request is not None else ("", "idle", None)
    is_quiet = campaign.remote_status in _QUIET and campaign.status_unknown_since is None
    missing = _missing(campaign, member, cell)
    return Control(
        outcome=outcome[0],
        outcome_tone=outcome[1],
        outcome_at=outcome[2],
        may_pause=not is_quiet and campaign.vanished_at is None,
        may_activate=is_quiet and not missing,
        missing=missing if is_quiet else "",
        go_live_label=_go_live_label(campaign, member, cell),
        version=f"{request.pk}.{request.state}" if request else "0",
        approval=cell,
    )


def _busy(request: StatusRequest, cell: ApprovalCell) -> Control:
    wanted = Wanted(request.wanted)
    detail = f"until Instantly reads back as {CampaignStatus.label_of(wanted.status).lower()}"
    if request.last_read_status is not None and request.last_read_status != wanted.status:
        detail = f"Instantly still reads as {CampaignStatus.label_of(request.last_read_status)}; it is retried"
    elif request.state == RequestState.UNKNOWN:
        detail = "no answer from Instantly yet; it is retried"
    return Control(
        busy="Pausing…" if wanted == Wanted.PAUSE else "Activating…",
        busy_detail=detail,
        busy_since=request.asked_at,
        # An activation in progress can still be stopped.
        may_pause=wanted == Wanted.ACTIVATE,
        version=f"{request.pk}.{request.state}.{request.last_read_status}",
        approval=cell,
    )


def _outcome(request: StatusRequest, status: int | None, now: datetime) -> tuple[str, str, datetime | None]:
    happened_at = request.confirmed_at or request.last_read_at or request.asked_at
    if now - happened_at > _OUTCOME_SHOWN_FOR:
        return "", "idle", None
    verb = "paused" if request.wanted == Wanted.PAUSE else "activated"
    if request.state == RequestState.CONFIRMED and status != Wanted(request.wanted).status:
        # The status has changed since: an outdated outcome next to the current status would confuse.
        return "", "idle", None
    who = f" by {request.by.name}" if request.by else " by this app"
    if request.state == RequestState.CONFIRMED:
        return f"{verb}{who}, read back", "ok", request.confirmed_at
    return f"not {verb}: {request.error or 'Instantly refused'}", "bad", happened_at


def _missing(campaign: Campaign, member: Member, cell: ApprovalCell) -> str:
    if campaign.vanished_at is not None:
        return "Instantly no longer lists it."
    if not campaign.workspace.may_write:
        return "The workspace is in observe mode."
    if cell.is_waiting:
        return "The go-live waits for approval."
    if not cell.is_live:
        return "It has no live approval."
    if not member.may(Action.ACTIVATE):
        return "Activating needs an approver."
    return ""


def _go_live_label(campaign: Campaign, member: Member, cell: ApprovalCell) -> str:
    if campaign.vanished_at is not None:
        return ""
    if not cell.is_waiting and not cell.is_live and member.may(Action.REQUEST_GO_LIVE):
        return "Request go-live"
    return "Open go-live"
