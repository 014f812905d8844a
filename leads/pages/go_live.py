"""What the go-live page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.fingerprint import Difference
from campaigns.linter.preview import PreviewStep, preview
from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage
from campaigns.preflight import lint_of
from campaigns.windows import Window, next_windows, summary
from iexdg.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.team.roles import Action
from leads.golive.preflight import Preflight, preflight
from leads.golive.verbs import drift_of, open_approval
from leads.models import Lead

_TIMELINE = 12


@dataclass(frozen=True)
class Consequences:
    """What happens if somebody approves; None where it cannot be known."""

    first_window: Window | None
    is_open_now: bool
    schedule: str
    per_day: int | None
    senders: int
    people: int
    held: int


@dataclass(frozen=True)
class GoLivePage:
    """Everything the template reads."""

    campaign: Campaign
    approval: Approval | None
    latest: Approval | None
    preflight: Preflight
    drift: list[Difference]
    consequences: Consequences
    copy: list[PreviewStep]
    sample_name: str
    timeline: list[AuditEvent]
    is_running: bool
    may_request: bool
    may_decide: bool
    why_not_decide: str
    state_label: str
    state_tone: str


_TONES: dict[str, str] = {
    ApprovalState.REQUESTED: "warn",
    ApprovalState.APPROVED: "ok",
    ApprovalState.REJECTED: "bad",
    ApprovalState.EXPIRED: "idle",
    ApprovalState.VOID: "idle",
}


def go_live_page(campaign: Campaign, member: Member, now: datetime) -> GoLivePage:
    """Shape the page for one member; reads only."""
    approval = open_approval(campaign)
    latest = approval or Approval.objects.filter(campaign=campaign).first()
    checked = preflight(campaign, now)
    waiting = approval is not None and approval.state == ApprovalState.REQUESTED
    own = waiting and approval is not None and approval.requested_by_id == member.pk
    decides = member.may(Action.DECIDE_GO_LIVE)
    lead = Lead.objects.filter(campaign=campaign, vanished_at__isnull=True).first()
    label, tone = _state_of(latest)
    return GoLivePage(
        campaign=campaign,
        approval=approval,
        latest=latest,
        preflight=checked,
        drift=drift_of(approval) if waiting and approval else [],
        consequences=_consequences(campaign, checked, now),
        copy=preview(campaign.sequences, lint_of(campaign), _variables(lead)),
        sample_name=f"{lead.first_name} at {lead.company_name}" if lead and lead.first_name else "an invented lead",
        timeline=list(AuditEvent.objects.filter(campaign_ref=campaign.pk)[:_TIMELINE]),
        is_running=is_running(approval),
        may_request=member.may(Action.REQUEST_GO_LIVE) and approval is None and not checked.blockers,
        may_decide=waiting and decides and not own,
        why_not_decide=_why_not(waiting=waiting, own=own, decides=decides),
        state_label=label,
        state_tone=tone,
    )


def is_running(approval: Approval | None) -> bool:
    """Whether an approved go-live is still being carried out."""
    stages = (GoLiveStage.LOADING, GoLiveStage.ACTIVATING)
    return approval is not None and approval.state == ApprovalState.APPROVED and approval.stage in stages


def _state_of(approval: Approval | None) -> tuple[str, str]:
    if approval is None:
        return "Not requested", "idle"
    if is_running(approval):
        return str(GoLiveStage(approval.stage).label).capitalize() + "…", "busy"
    if approval.stage == GoLiveStage.FAILED:
        return "Did not happen", "bad"
    return str(ApprovalState(approval.state).label).capitalize(), _TONES[approval.state]


def _why_not(*, waiting: bool, own: bool, decides: bool) -> str:
    if not waiting:
        return ""
    if own:
        return "You asked for this go-live, so somebody else has to approve it."
    return "" if decides else "An approver has to decide this."


def _consequences(campaign: Campaign, checked: Preflight, now: datetime) -> Consequences:
    windows = next_windows(campaign.schedule, now)
    first = windows[0] if windows else None
    return Consequences(
        first_window=first,
        is_open_now=first is not None and first.is_open_at(now),
        schedule=summary(campaign.schedule),
        per_day=campaign.daily_limit,
        senders=len(campaign.senders),
        people=checked.audience.cap,
        held=checked.audience.held,
    )


def _variables(lead: Lead | None) -> dict[str, Any] | None:
    """Merge variables of a real lead, so that the copy reads as somebody will get it."""
    if lead is None:
        return None
    core = {
        "firstName": lead.first_name,
        "lastName": lead.last_name,
        "companyName": lead.company_name,
        "jobTitle": lead.job_title,
        "email": lead.email,
    }
    custom = {name: str(value) for name, value in lead.variables.items() if value is not None}
    return {**custom, **{name: value for name, value in core.items() if value}}
