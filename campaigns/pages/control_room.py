"""The control room: what needs a person, four figures, all campaigns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaigns import figures
from campaigns.figures import Delta, Rate
from campaigns.models import Campaign
from campaigns.preflight import stale_after
from campaigns.queries import days_of_workspace, last_day, open_approvals, sending_unapproved
from iexdg.incidents.models import Incident, IncidentKind
from iexdg.incidents.next_steps import tone_of
from iexdg.incidents.queries import open_incidents
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

WEEK = 7
_COUNTED = (
    "name",
    "remote_status",
    "status_unknown_since",
    "sync_error",
    "analytics_read_at",
    "sent",
    "bounced",
)
SPARK_DAYS = 21
_ABOUT_SENDING = (IncidentKind.FLIP, IncidentKind.UNAPPROVED_ACTIVE, IncidentKind.PAUSE_UNCONFIRMED)


@dataclass(frozen=True)
class Need:
    """One thing that needs a person."""

    tone: str
    title: str
    detail: str
    since: datetime | None
    url: str
    link: str
    incident_pk: int | None = None


@dataclass(frozen=True)
class Kpi:
    """One figure with its formula, its age and its change."""

    label: str
    count: int | None
    rate: Rate | None
    formula: str
    as_of: datetime | None
    delta: Delta
    spark: tuple[int, ...]
    tone: str
    note: str = ""


@dataclass(frozen=True)
class ControlRoom:
    """What the page prints above the table."""

    greeting: str
    subheading: str
    needs: tuple[Need, ...]
    kpis: tuple[Kpi, ...]
    may_sync: bool
    may_import: bool
    may_resolve: bool


def control_room(workspace: Workspace, *, member: Member, now: datetime, hour: int) -> ControlRoom:
    """Build everything but the table. Shapes: hour - the reader's own, for the greeting."""
    days = days_of_workspace(workspace, now.date() - timedelta(days=60))
    newest = last_day(day.date for day in days)
    counted = list(Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).only(*_COUNTED))
    needs = needs_of(workspace, counted, member=member, now=now)
    sending = sum(1 for campaign in counted if campaign.is_sending and campaign.status_unknown_since is None)
    today = sum(day.sent for day in days if day.date == newest)
    return ControlRoom(
        greeting=f"Good {_part_of_day(hour)}, {member.first_name}",
        subheading=_subheading(len(needs), sending, today if days else None),
        needs=needs,
        kpis=_kpis(days, newest, counted),
        may_sync=member.may(Action.SYNC),
        may_import=member.may(Action.IMPORT),
        may_resolve=member.may(Action.RESOLVE_INCIDENT),
    )


def _part_of_day(hour: int) -> str:
    return "morning" if 4 <= hour < 12 else "afternoon" if hour < 18 else "evening"


def _subheading(needs: int, sending: int, today: int | None) -> str:
    need = "Nothing needs a person." if not needs else "1 thing needs a person."
    if needs > 1:
        need = f"{needs} things need a person."
    campaigns = "No campaign is sending" if not sending else "1 campaign is sending"
    if sending > 1:
        campaigns = f"{sending} campaigns are sending"
    return f"{need} {campaigns}." if today is None else f"{need} {campaigns}, {today} e-mails out today."


# -- needs a person --------------------------------------------------------------------------------


def needs_of(workspace: Workspace, campaigns: Sequence[Campaign], *, member: Member, now: datetime) -> tuple[Need, ...]:
    """Everything that waits for somebody, oldest first."""
    incidents = list(open_incidents(workspace))
    # One cause is one line: what an incident says about a sending campaign is not said again.
    told = {incident.campaign_ref for incident in incidents if incident.kind in _ABOUT_SENDING}
    needs = [
        *_incident_needs(incidents),
        *_approval_needs(workspace, member),
        *_unapproved_needs(workspace, told),
        *_sync_needs(workspace, campaigns, now),
    ]
    return tuple(sorted(needs, key=lambda need: need.since or now))


def _incident_needs(incidents: Sequence[Incident]) -> list[Need]:
    return [
        Need(
            tone=tone_of(incident.kind),
            title=incident.summary,
            detail=f"{incident.owner.name} looks at it. {incident.detail}" if incident.owner else incident.detail,
            since=incident.opened_at,
            url=f"/incidents/{incident.pk}/",
            link="Review incident",
            incident_pk=incident.pk,
        )
        for incident in incidents
    ]


def _approval_needs(workspace: Workspace, member: Member) -> list[Need]:
    needs = []
    for approval in open_approvals(workspace):
        own = approval.requested_by_id == member.pk
        who = "You asked for it, so somebody else has to approve it." if own else ""
        note = f"“{approval.note}” " if approval.note else ""
        needs.append(
            Need(
                tone="warn",
                title=f"Go-live requested for {approval.campaign.name} by {approval.requested_by.name}",
                detail=f"{note}At most {approval.audience_cap} people. {who}".strip(),
                since=approval.requested_at,
                url=f"/campaigns/{approval.campaign_id}/go-live/",
                link="Open go-live",
            )
        )
    return needs


def _unapproved_needs(workspace: Workspace, told: Collection[int | None]) -> list[Need]:
    return [
        Need(
            tone="bad",
            title=f"{campaign.name} is sending without a live approval",
            detail=_unapproved_words(campaign),
            since=since,
            url=f"/campaigns/{campaign.pk}/",
            link="Open campaign",
        )
        for campaign, since in sending_unapproved(workspace)
        if campaign.pk not in told
    ]


def _unapproved_words(campaign: Campaign) -> str:
    if campaign.awaits_adoption_since is not None:
        return "It was sending before we were connected. An approver adopts it as it is, or pauses it."
    return f"Instantly reads as {campaign.status_label}. Pause it, or have its go-live approved."


def _sync_needs(workspace: Workspace, campaigns: Sequence[Campaign], now: datetime) -> list[Need]:
    if workspace.unknown_since is not None:
        detail = f"{workspace.sync_error} What you see is from before."
        return [Need("bad", "Instantly could not be read", detail, workspace.unknown_since, "/settings/", "Settings")]
    if workspace.synced_at is not None and now - workspace.synced_at > stale_after():
        detail = "The worker or the beat may not be running."
        return [Need("bad", "Nothing was read from Instantly lately", detail, workspace.synced_at, "/readyz", "Status")]
    return [
        Need(
            tone="warn",
            title=f"The status of {campaign.name} is unknown",
            detail=f"Last read as {campaign.status_label}. {campaign.sync_error}".strip(),
            since=campaign.status_unknown_since,
            url=f"/campaigns/{campaign.pk}/",
            link="Open campaign",
        )
        for campaign in campaigns
        if campaign.status_unknown_since is not None
    ]


# -- figures ---------------------------------------------------------------------------------------


def _kpis(days: Sequence[figures.Day], newest: date, campaigns: Sequence[Campaign]) -> tuple[Kpi, ...]:
    week = figures.period(days, newest, WEEK)
    before = figures.period_before(days, week)
    as_of = max((one.analytics_read_at for one in campaigns if one.analytics_read_at), default=None)
    replies = figures.rate(week.replied, week.contacted, figures.REPLY_FORMULA)
    replies_before = figures.rate(before.replied, before.contacted, figures.REPLY_FORMULA)
    bounces = figures.total_rate(((one.bounced, one.sent) for one in campaigns), figures.BOUNCE_FORMULA, of="sent")
    return (
        Kpi(
            "Sent, 7 days",
            week.sent,
            None,
            "e-mails sent, all campaigns",
            as_of,
            figures.count_delta(week.sent, before.sent),
            tuple(figures.series(days, newest, SPARK_DAYS)),
            "c1",
        ),
        Kpi(
            "Reply rate, 7 days",
            None,
            replies,
            figures.REPLY_FORMULA,
            as_of,
            figures.point_delta(replies, replies_before),
            tuple(figures.series(days, newest, SPARK_DAYS, "unique_replies")),
            "c2",
        ),
        Kpi(
            "Bounce rate, since start",
            None,
            bounces,
            figures.BOUNCE_FORMULA,
            as_of,
            Delta(None, "pt"),
            (),
            "c3",
            note="Instantly counts no bounces per day",
        ),
    )
