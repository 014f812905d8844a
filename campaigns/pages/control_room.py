"""The control room: what needs attention, four figures, all campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaigns.models import Campaign
from campaigns.pages import figures
from campaigns.pages.figures import Delta, Rate
from campaigns.pages.needs import Need, needs_of
from campaigns.queries import days_of_workspace, last_day
from iexdg.operations.watchers import Watching, is_watched
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
    "contacted",
    "opened",
    "clicked",
    "unsubscribed",
    "opportunities",
    "opportunity_value",
    "flags",
)
SPARK_DAYS = 21


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
    """What the page shows above the table."""

    greeting: str
    subheading: str
    needs: tuple[Need, ...]
    kpis: tuple[Kpi, ...]
    totals: tuple[Kpi, ...]
    may_sync: bool
    may_import: bool
    may_resolve: bool


def control_room(workspace: Workspace, *, member: Member, now: datetime, hour: int) -> ControlRoom:
    """Build everything but the table. Shapes: hour - the reader's own, for the greeting."""
    days = days_of_workspace(workspace, now.date() - timedelta(days=60))
    newest = last_day(day.date for day in days)
    counted = list(Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).only(*_COUNTED))
    needs = needs_of(workspace, member=member)
    sending = sum(1 for campaign in counted if campaign.is_sending and campaign.status_unknown_since is None)
    today = sum(day.sent for day in days if day.date == newest) if days else None
    is_blind = not is_watched(workspace, Watching.SCAN)
    unknown = len(counted) if is_blind else sum(1 for one in counted if one.status_unknown_since is not None)
    return ControlRoom(
        greeting=f"Good {_part_of_day(hour)}, {member.first_name}",
        subheading=_subheading(len(needs), *((0, unknown, None) if is_blind else (sending, unknown, today))),
        needs=needs,
        kpis=_kpis(days, newest, counted),
        totals=_totals(counted),
        may_sync=member.may(Action.SYNC),
        may_import=member.may(Action.IMPORT),
        may_resolve=member.may(Action.RESOLVE_INCIDENT),
    )


def _part_of_day(hour: int) -> str:
    return "morning" if 4 <= hour < 12 else "afternoon" if hour < 18 else "evening"


def _subheading(needs: int, sending: int, unknown: int, today: int | None) -> str:
    need = "Nothing needs attention." if not needs else "1 item needs attention."
    if needs > 1:
        need = f"{needs} items need attention."
    campaigns = "No campaign is sending" if not sending else "1 campaign is sending"
    if sending > 1:
        campaigns = f"{sending} campaigns are sending"
    if unknown:
        whether = f"of {unknown} campaign{'' if unknown == 1 else 's'} it is not known whether they send"
        campaigns = f"{campaigns}; {whether}" if sending else whether.capitalize()
    return f"{need} {campaigns}." if today is None else f"{need} {campaigns}, {today} e-mails out today."


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
            note="Instantly does not count bounces per day",
        ),
    )


def _totals(campaigns: Sequence[Campaign]) -> tuple[Kpi, ...]:
    """What all campaigns have achieved since their start. Opens and clicks: of the campaigns that track them."""
    as_of = max((one.analytics_read_at for one in campaigns if one.analytics_read_at), default=None)
    opens = ((one.opened, one.contacted, one.tracks_opens) for one in campaigns)
    clicks = ((one.clicked, one.contacted, one.tracks_clicks) for one in campaigns)
    left = ((one.unsubscribed, one.contacted) for one in campaigns)

    def total(label: str, found: Rate, note: str = "") -> Kpi:
        return Kpi(label, None, found, found.formula, as_of, Delta(None, "pt"), (), "c1", note)

    return (
        total("Open rate, since start", figures.total_tracked_rate(opens, figures.OPEN_FORMULA), _TRACKING),
        total("Click rate, since start", figures.total_tracked_rate(clicks, figures.CLICK_FORMULA), _TRACKING),
        total("Unsubscribed, since start", figures.total_rate(left, figures.UNSUBSCRIBED_FORMULA)),
        _opportunities(campaigns, as_of),
    )


_TRACKING = "campaigns that track it"


def _opportunities(campaigns: Sequence[Campaign], as_of: datetime | None) -> Kpi:
    known = [one.opportunities for one in campaigns if one.opportunities is not None]
    count = sum(known) if known else None
    values = [one.opportunity_value for one in campaigns if one.opportunity_value is not None]
    return Kpi(
        "Opportunities, since start",
        count,
        None,
        figures.OPPORTUNITY_FORMULA,
        as_of,
        Delta(None, ""),
        (),
        "c2",
        note=figures.worth_words(count, float(sum(values)) if values else None),
    )
