"""The control room: what needs attention, four figures, all campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from campaigns.pages import figures
from campaigns.pages.figures import Delta, Rate
from campaigns.pages.needs import Need, most_urgent, needs_of
from campaigns.queries import days_of_workspace, last_day
from campaigns.totals import Totals, totals_of
from iexdg.operations.watchers import Watching, is_watched
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace

WEEK = 7
SPARK_DAYS = 21
# A screen of them; the page of incidents lists them all.
MOST_NEEDS = 12


@dataclass(frozen=True)
class Kpi:
    """One figure with its formula, its age and its change; `url` leads to what it counts, campaign by campaign or one
    by one."""

    label: str
    count: int | None
    rate: Rate | None
    formula: str
    as_of: datetime | None
    delta: Delta
    spark: tuple[int, ...]
    tone: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class ControlRoom:
    """What the page shows above the table. Shapes: more_needs - how many are left to the page of incidents."""

    greeting: str
    subheading: str
    needs: tuple[Need, ...]
    more_needs: int
    kpis: tuple[Kpi, ...]
    totals: tuple[Kpi, ...]
    may_sync: bool
    may_import: bool
    may_resolve: bool


def control_room(workspace: Workspace, *, member: Member, now: datetime, hour: int) -> ControlRoom:
    """Build everything but the table. Shapes: hour - the reader's own, for the greeting."""
    days = days_of_workspace(workspace, now.date() - timedelta(days=SPARK_DAYS + WEEK))
    newest = last_day(day.date for day in days)
    all_of = totals_of(workspace)
    needs = needs_of(workspace, member=member)
    today = sum(day.sent for day in days if day.date == newest) if days else None
    is_blind = not is_watched(workspace, Watching.SCAN)
    unknown = all_of.campaigns if is_blind else all_of.unknown
    return ControlRoom(
        greeting=f"Good {_part_of_day(hour)}, {member.first_name}",
        subheading=_subheading(len(needs), *((0, unknown, None) if is_blind else (all_of.sending, unknown, today))),
        needs=most_urgent(needs, MOST_NEEDS),
        more_needs=max(0, len(needs) - MOST_NEEDS),
        kpis=_kpis(days, newest, all_of),
        totals=_totals(all_of),
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
        campaigns = f"{sending:,} campaigns are sending"
    if unknown:
        whether = (
            f"of {plural(unknown, 'campaign')} it is not known whether {'it sends' if unknown == 1 else 'they send'}"
        )
        campaigns = f"{campaigns}; {whether}" if sending else whether.capitalize()
    return f"{need} {campaigns}." if today is None else f"{need} {campaigns}, {plural(today, 'e-mail')} out today."


def _by(column: str) -> str:
    """The list of campaigns, the highest of a column first."""
    return f"{reverse('campaigns:list')}?sort=-{column}"


# -- figures ---------------------------------------------------------------------------------------


def _kpis(days: Sequence[figures.Day], newest: date, all_of: Totals) -> tuple[Kpi, ...]:
    week = figures.period(days, newest, WEEK)
    before = figures.period_before(days, week)
    as_of = all_of.read_at
    replies = figures.rate(week.replied, week.contacted, figures.REPLY_FORMULA)
    replies_before = figures.rate(before.replied, before.contacted, figures.REPLY_FORMULA)
    bounces = figures.rate(all_of.bounced.part, all_of.bounced.whole, figures.BOUNCE_FORMULA, of="sent")
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
            _by("sent"),
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
            _by("reply"),
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
            _by("bounce"),
            note="Instantly does not count bounces per day",
        ),
    )


def _totals(all_of: Totals) -> tuple[Kpi, ...]:
    """What all campaigns have achieved since their start. Opens and clicks: of the campaigns that track them."""
    as_of = all_of.read_at
    opens, clicks, left = all_of.opened, all_of.clicked, all_of.unsubscribed
    # Without a campaign there is none that does not track.
    tracks_opens, tracks_clicks = (
        not all_of.campaigns or tracking > 0 for tracking in (all_of.tracking_opens, all_of.tracking_clicks)
    )
    opened = figures.tracked_rate(opens.part, opens.whole, figures.OPEN_FORMULA, is_tracked=tracks_opens)
    clicked = figures.tracked_rate(clicks.part, clicks.whole, figures.CLICK_FORMULA, is_tracked=tracks_clicks)
    unsubscribed = figures.rate(left.part, left.whole, figures.UNSUBSCRIBED_FORMULA)

    def total(label: str, found: Rate, sort: str, note: str = "") -> Kpi:
        return Kpi(label, None, found, found.formula, as_of, Delta(None, "pt"), (), "c1", _by(sort), note)

    return (
        total("Open rate, since start", opened, "open", _TRACKING),
        total("Click rate, since start", clicked, "click", _TRACKING),
        total("Unsubscribed, since start", unsubscribed, "unsubscribed"),
        _opportunities(all_of),
    )


_TRACKING = "campaigns that track it"


def _opportunities(all_of: Totals) -> Kpi:
    value = all_of.opportunity_value
    return Kpi(
        "Opportunities, since start",
        all_of.opportunities,
        None,
        figures.OPPORTUNITY_FORMULA,
        all_of.read_at,
        Delta(None, ""),
        (),
        "c2",
        _by("opportunities"),
        note=figures.worth_words(all_of.opportunities, None if value is None else float(value)),
    )
