"""What the go-live page shows."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, Value, When
from django.utils import timezone

from campaigns.copy.of_campaign import lint_of
from campaigns.copy.preview import PreviewStep, preview
from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage
from campaigns.pages.timeline import TimelineEntry, timeline_of
from campaigns.sending.fingerprint import Difference
from campaigns.sending.windows import summary, why_no_window
from iexdg.golive.audience import Audience
from iexdg.golive.models import ApprovalVote
from iexdg.golive.plan import Consequences, consequences_of
from iexdg.golive.policy import Policy, policy_in
from iexdg.golive.preflight import Preflight, preflight
from iexdg.golive.run_chart import RunChart, run_chart
from iexdg.golive.sample import sample_of
from iexdg.golive.verbs import OPEN_STATES, SHORTEST_REASON, drift_of, votes_needed, votes_of
from iexdg.incidents.notifications import email_is_on, webhook_is_on
from iexdg.rehearsals.queries import fits
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.formatting import date_words, day_words, plural

_TIMELINE = 12
_SENDERS_SHOWN = 4


@dataclass(frozen=True)
class State:
    """The progress of the go-live; `version` changes with every change of state or stage."""

    label: str
    tone: str
    is_running: bool
    version: str


@dataclass(frozen=True)
class ConsequencesCard:
    """What happens after an approval, as text. `last_touch`: a day or a word, and what it means.

    `audience`: once approved, how many were, at `approved_at`; `audience_now` and before that `audience` are of
    `audience_as_of`.
    """

    figures: Consequences
    schedule: str
    senders: str
    audience: int | None
    approved_at: datetime | None
    audience_now: int | None
    audience_as_of: datetime | None
    last_touch: tuple[str, str]
    why_never: str
    chart: RunChart | None


@dataclass(frozen=True)
class CopyCard:
    """The copy as one lead will read it; a test e-mail goes to the reader of the page."""

    steps: list[PreviewStep]
    sample_name: str
    reader: str
    may_test: bool


@dataclass(frozen=True)
class DecisionCard:
    """What this member may do, and the votes so far."""

    may_request: bool
    may_decide: bool
    may_withdraw: bool
    may_break_glass: bool
    blocked_reason: str
    votes: list[ApprovalVote]
    votes_needed: int
    approved_by: str
    shortest_reason: int
    can_notify: bool


@dataclass(frozen=True)
class GoLivePage:
    """Everything the template reads, card by card."""

    campaign: Campaign
    approval: Approval | None
    latest: Approval | None
    policy: Policy
    state: State
    preflight: Preflight
    may_rerun: bool
    drift: list[Difference]
    consequences: ConsequencesCard
    copy: CopyCard
    decision: DecisionCard
    timeline: list[TimelineEntry]

    @property
    def rehearsal_fits(self) -> bool:
        """Whether the newest rehearsal played what a go-live would approve now."""
        return self.preflight.rehearsal is not None and fits(self.preflight.rehearsal, self.campaign)


_TONES: dict[str, str] = {
    ApprovalState.REQUESTED: "warn",
    ApprovalState.APPROVED: "ok",
    ApprovalState.REJECTED: "bad",
    ApprovalState.EXPIRED: "idle",
    ApprovalState.VOID: "idle",
}


def go_live_page(campaign: Campaign, member: Member, now: datetime) -> GoLivePage:
    """Build the page for one member; reads only."""
    latest = _latest(campaign)
    approval = latest if latest is not None and latest.state in OPEN_STATES else None
    # Without a query where the view has read it with the campaign.
    policy = policy_in(getattr(campaign.workspace, "approval_policy", None))
    checked = preflight(campaign, now)
    if is_running(approval):
        checked = _without_its_own_load(checked)
    waiting = _waiting(approval)
    drift = drift_of(waiting) if waiting else []
    return GoLivePage(
        campaign=campaign,
        approval=approval,
        latest=latest,
        policy=policy,
        state=_state(approval, latest),
        preflight=checked,
        may_rerun=member.may(Action.SYNC),
        drift=drift,
        consequences=_consequences(
            campaign,
            consequences_of(campaign, checked.audience, checked.outlook, approval, now),
            checked.audience,
            approval,
            now,
        ),
        copy=_copy(campaign, member),
        decision=_decision(campaign, approval, policy, member, drifted=bool(drift), blocked=bool(checked.blockers)),
        timeline=timeline_of(campaign, most=_TIMELINE),
    )


def _latest(campaign: Campaign) -> Approval | None:
    """The request that waits or the approval that is live, otherwise the newest request; with its people."""
    requests = Approval.objects.filter(campaign=campaign).select_related("requested_by", "decided_by")
    is_over = Case(When(state__in=OPEN_STATES, then=Value(1)), default=Value(2))
    latest = requests.order_by(is_over, "-pk").first()
    if latest is not None:
        # The one in hand has its workspace.
        latest.campaign = campaign
    return latest


def _waiting(approval: Approval | None) -> Approval | None:
    """The request that waits for a decision, if there is one."""
    return approval if approval is not None and approval.state == ApprovalState.REQUESTED else None


def _without_its_own_load(checked: Preflight) -> Preflight:
    """While an approved go-live loads held leads, that load is not a finding; the worker checks again after it."""
    others = tuple(finding for finding in checked.findings if finding.code != "import_running")
    return replace(checked, findings=others)


def version_of(approval: Approval | None) -> str:
    """A version of the page's state, without reading any lead."""
    return f"{approval.pk}.{approval.state}.{approval.stage}" if approval else "none"


def is_running(approval: Approval | None) -> bool:
    """Whether an approved go-live is still being carried out."""
    stages = (GoLiveStage.LOADING, GoLiveStage.ACTIVATING)
    return approval is not None and approval.state == ApprovalState.APPROVED and approval.stage in stages


def _state(approval: Approval | None, latest: Approval | None) -> State:
    label, tone = _state_words(latest)
    return State(label, tone, is_running(approval), version_of(approval))


def _state_words(approval: Approval | None) -> tuple[str, str]:
    if approval is None:
        return "Not requested", "idle"
    if is_running(approval):
        return str(GoLiveStage(approval.stage).label).capitalize() + "…", "busy"
    if approval.stage == GoLiveStage.FAILED:
        return "Did not happen", "bad"
    return str(ApprovalState(approval.state).label).capitalize(), _TONES[approval.state]


# -- cards -----------------------------------------------------------------------------------------


def _consequences(
    campaign: Campaign, found: Consequences, audience: Audience, approval: Approval | None, now: datetime
) -> ConsequencesCard:
    capacity, people = found.capacity, found.people
    is_unknown = audience.in_campaign is None and not people.covered
    return ConsequencesCard(
        figures=found,
        schedule=summary(campaign.schedule),
        senders=_load_per_sender(capacity.per_day, [load.share for load in capacity.loads]),
        audience=None if is_unknown else people.covered,
        approved_at=_approved_at(approval),
        audience_now=None if audience.in_campaign is None else audience.cap - people.uncovered,
        audience_as_of=audience.as_of,
        last_touch=("unknown", "Instantly has not returned who is in it") if is_unknown else _last_touch(found),
        why_never=why_no_window(campaign.schedule, now) or "the schedule has no window left",
        chart=run_chart(found.plan, people.fresh, timezone.localdate()),
    )


def _approved_at(approval: Approval | None) -> datetime | None:
    if approval is None or approval.state != ApprovalState.APPROVED:
        return None
    return approval.decided_at or approval.requested_at


def _last_touch(found: Consequences) -> tuple[str, str]:
    """When the last person gets the first e-mail, and how many that covers; else why there is no such day."""
    people, plan, per_day = found.people, found.plan, found.capacity.per_day
    if not people.fresh:
        someone = people.covered or people.later or people.uncovered
        return "none", "everyone in it was e-mailed already" if someone else "no one is in it yet"
    waiting = f"{people.fresh:,} not e-mailed yet"
    today = timezone.localdate()
    if per_day is None:
        return "unknown", f"{waiting}, and no daily cap is known"
    if plan.last_first_touch:
        until = f" · follow-ups until {date_words(plan.last_follow_up, today=today)}" if plan.last_follow_up else ""
        return day_words(plan.last_first_touch, today=today), f"{waiting}{until}"
    if plan.is_cut and plan.planned_until:
        return f"after {date_words(plan.planned_until, today=today)}", f"{waiting}; the plan ends there"
    if not per_day:
        return "never", f"{waiting}, and none may be sent a day"
    return "never", f"{waiting}, the schedule ends before all of them are"


def _load_per_sender(per_day: int | None, shares: list[int]) -> str:
    """How a day's e-mails are spread over the senders: "7 + 7 + 6 per sender"."""
    if per_day is None or len(shares) < 2:
        return f"through {plural(len(shares), 'sender')}"
    least, most = min(shares), max(shares)
    if len(shares) > _SENDERS_SHOWN:
        return f"{least}–{most} per sender" if least < most else f"{most} per sender"
    return f"{' + '.join(str(share) for share in shares)} per sender"


def _copy(campaign: Campaign, member: Member) -> CopyCard:
    name, lead = sample_of(campaign)
    may_test = member.may(Action.REQUEST_GO_LIVE) and campaign.workspace.may_write
    return CopyCard(preview(campaign.sequences, lint_of(campaign), lead), name, member.email, may_test)


def _decision(
    campaign: Campaign, approval: Approval | None, policy: Policy, member: Member, *, drifted: bool, blocked: bool
) -> DecisionCard:
    waiting = _waiting(approval)
    workspace = campaign.workspace
    votes = votes_of(approval, policy) if approval else []
    blocked_reason = _blocked_reason(waiting, policy, member, votes) if waiting else ""
    return DecisionCard(
        # A request that has drifted can only be replaced: it cannot be approved.
        may_request=policy.may_request(member, workspace) and not blocked and (approval is None or drifted),
        may_decide=waiting is not None and not blocked_reason,
        may_withdraw=_is_own(waiting, member) and member.may(Action.REQUEST_GO_LIVE, workspace),
        may_break_glass=member.may(Action.BREAK_GLASS, workspace) and not drifted and approval is waiting,
        blocked_reason=blocked_reason,
        votes=votes if waiting else [],
        votes_needed=votes_needed(waiting, policy) if waiting else policy.approvers,
        approved_by=_approved_by(approval, votes),
        shortest_reason=SHORTEST_REASON,
        can_notify=email_is_on() or webhook_is_on(),
    )


def _is_own(waiting: Approval | None, member: Member) -> bool:
    return waiting is not None and waiting.requested_by_id == member.pk


def _blocked_reason(waiting: Approval, policy: Policy, member: Member, votes: list[ApprovalVote]) -> str:
    """Why this member may not decide the request that waits; nothing where they may."""
    if any(vote.member_id == member.pk for vote in votes):
        return "You have approved it. One more approval is needed."
    if _is_own(waiting, member):
        return "You requested this go-live, so someone else has to approve it."
    return "" if policy.may_decide(member, waiting.campaign.workspace) else "An approver has to decide this."


def _approved_by(approval: Approval | None, votes: list[ApprovalVote]) -> str:
    """Everyone who approved it: "Ada Approver and Amal Admin"."""
    if approval is None or approval.decided_by is None:
        return ""
    others = [vote.member.name for vote in votes if vote.member_id != approval.decided_by_id]
    return " and ".join([*others, approval.decided_by.name])
