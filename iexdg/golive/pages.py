"""What the go-live page shows."""

from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.copy.of_campaign import lint_of
from campaigns.copy.preview import PreviewStep, preview
from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage
from campaigns.pages.timeline import Moment, timeline_of
from campaigns.sending.fingerprint import Difference
from campaigns.sending.windows import Window, last_window, next_windows, summary
from iexdg.golive.forecast import (
    Forecast,
    Resets,
    SenderLoad,
    at_most_a_day,
    at_most_today,
    next_resets,
    sender_loads,
)
from iexdg.golive.models import ApprovalVote
from iexdg.golive.plan import held_files, not_written_to_yet, plan_of, sent_today
from iexdg.golive.policy import Policy, policy_of
from iexdg.golive.preflight import Preflight, preflight
from iexdg.golive.sample import sample_of
from iexdg.golive.verbs import SHORTEST_REASON, drift_of, open_approval, votes_needed, votes_of
from iexdg.incidents.notices import email_is_on, webhook_is_on
from iexdg.mailboxes.queries import senders
from iexdg.team.models import Member
from iexdg.team.roles import Action

_TIMELINE = 12
_SENDERS_SHOWN = 4


@dataclass(frozen=True)
class Consequences:
    """What happens if somebody approves; None where it cannot be known."""

    first_window: Window | None
    last_window: Window | None
    is_open_now: bool
    schedule: str
    per_day: int | None
    today: int | None
    senders: str
    loads: tuple[SenderLoad, ...]
    resets: Resets | None
    people: int
    held: int
    later: int
    uncovered: int
    held_files: tuple[tuple[str, int], ...]
    fresh: int
    plan: Forecast
    columns: list[tuple[str, int]]


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
    may_test: bool
    reader: str
    timeline: list[Moment]
    is_running: bool
    may_read_again: bool
    may_request: bool
    may_decide: bool
    may_take_back: bool
    may_break_glass: bool
    shortest_reason: int
    policy: Policy
    votes: list[ApprovalVote]
    approved_by: str
    can_tell: bool
    votes_needed: int
    why_not_decide: str
    state_label: str
    state_tone: str
    version: str


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
    votes = votes_of(approval) if approval is not None else []
    has_voted = waiting and any(vote.member_id == member.pk for vote in votes)
    policy = policy_of(campaign.workspace)
    decides = policy.may_decide(member)
    name, lead = sample_of(campaign)
    label, tone = _state_of(latest)
    drift = drift_of(approval) if waiting and approval else []
    if is_running(approval):
        checked = _without_its_own_load(checked)
    return GoLivePage(
        campaign=campaign,
        approval=approval,
        latest=latest,
        preflight=checked,
        drift=drift,
        consequences=_consequences(campaign, checked, approval, now),
        copy=preview(campaign.sequences, lint_of(campaign), lead),
        sample_name=name,
        may_test=member.may(Action.REQUEST_GO_LIVE) and campaign.workspace.may_write,
        reader=member.email,
        timeline=timeline_of(campaign)[:_TIMELINE],
        is_running=is_running(approval),
        may_read_again=member.may(Action.SYNC),
        may_request=_may_request(member, approval, drift, checked, policy),
        may_decide=waiting and decides and not own and not has_voted,
        may_take_back=own and member.may(Action.REQUEST_GO_LIVE),
        may_break_glass=member.may(Action.BREAK_GLASS) and (approval is None or waiting) and not drift,
        shortest_reason=SHORTEST_REASON,
        policy=policy,
        votes=votes if waiting else [],
        approved_by=_approved_by(approval, votes),
        can_tell=email_is_on() or webhook_is_on(),
        votes_needed=votes_needed(approval) if waiting and approval else policy.approvers,
        why_not_decide=_why_not(waiting=waiting, own=own, decides=decides, has_voted=has_voted),
        state_label=label,
        state_tone=tone,
        version=version_of(approval),
    )


def _may_request(
    member: Member, approval: Approval | None, drift: list[Difference], checked: Preflight, policy: Policy
) -> bool:
    """A request that has drifted can only be replaced: it will never be approved."""
    is_free = approval is None or bool(drift)
    return policy.may_ask(member) and is_free and not checked.blockers


def _without_its_own_load(checked: Preflight) -> Preflight:
    """While an approved go-live loads what was held, that load is no finding; the worker checks again after it."""
    others = tuple(finding for finding in checked.findings if finding.code != "import_running")
    return replace(checked, findings=others)


def version_of(approval: Approval | None) -> str:
    """What tells one state of the page from the next, without looking at a single lead."""
    return f"{approval.pk}.{approval.state}.{approval.stage}" if approval else "none"


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


def _approved_by(approval: Approval | None, votes: list[ApprovalVote]) -> str:
    """Everybody whose yes it took: "Ada Approver and Amal Admin"."""
    if approval is None or approval.decided_by is None:
        return ""
    others = [vote.member.name for vote in votes if vote.member_id != approval.decided_by_id]
    return " and ".join([*others, approval.decided_by.name])


def _why_not(*, waiting: bool, own: bool, decides: bool, has_voted: bool) -> str:
    if not waiting:
        return ""
    if has_voted:
        return "You have approved it. One more approver has to."
    if own:
        return "You asked for this go-live, so somebody else has to approve it."
    return "" if decides else "An approver has to decide this."


def _consequences(campaign: Campaign, checked: Preflight, approval: Approval | None, now: datetime) -> Consequences:
    windows = next_windows(campaign.schedule, now)
    first = windows[0] if windows else None
    found = [(sender.email, sender.daily_limit) for sender in senders(campaign.workspace, campaign.senders)]
    per_day = at_most_a_day(campaign.daily_limit, [limit for _, limit in found])
    plan = plan_of(campaign, checked.audience, now)
    signed_off = approval is not None and approval.state == ApprovalState.APPROVED
    # What is held when it is live already was not there to be signed off.
    is_live = signed_off and approval is not None and approval.stage == GoLiveStage.LIVE
    held = checked.audience.held - checked.audience.later
    loads = sender_loads(per_day or 0, found)
    return Consequences(
        first_window=first,
        last_window=last_window(campaign.schedule, now),
        is_open_now=first is not None and first.is_open_at(now),
        schedule=summary(campaign.schedule),
        per_day=per_day,
        today=None
        if per_day is None
        else at_most_today(campaign.schedule, now, per_day, sent_today(campaign, now, first)),
        senders=_load_per_sender(per_day, [load.share for load in loads]),
        loads=loads,
        resets=next_resets(campaign.schedule, now),
        people=approval.audience_cap if signed_off and approval else checked.audience.cap,
        held=0 if is_live else held,
        later=checked.audience.later,
        uncovered=held if is_live else 0,
        held_files=held_files(campaign) if held and not is_live else (),
        fresh=not_written_to_yet(campaign, checked.audience),
        plan=plan,
        columns=[(f"{planned.day:%a}", planned.emails) for planned in plan.days],
    )


def _load_per_sender(per_day: int | None, shares: list[int]) -> str:
    """How a day's e-mails fall on the senders: "7 + 7 + 6 per sender"."""
    if per_day is None or len(shares) < 2:
        return f"through {len(shares)} sender{'' if len(shares) == 1 else 's'}"
    least, most = min(shares), max(shares)
    if len(shares) > _SENDERS_SHOWN:
        return f"{least}–{most} per sender" if least < most else f"{most} per sender"
    return f"{' + '.join(str(share) for share in shares)} per sender"
