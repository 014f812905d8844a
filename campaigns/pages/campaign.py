"""The page of one campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from campaigns.copy import LintFinding, PreviewStep, preview
from campaigns.copy.findings import Level
from campaigns.copy.of_campaign import lint_of
from campaigns.copy.sequence import variant_letter
from campaigns.mirror.freshness import stale_after
from campaigns.models import Approval, Campaign, CampaignStatus, DailyStat, StepStat
from campaigns.pages import figures
from campaigns.pages.control import Control
from campaigns.pages.figures import Delta, Rate
from campaigns.pages.rows import BOUNCE_ALARM, CampaignRow, rows_of
from campaigns.pages.timeline import TimelineEntry, timeline_of
from campaigns.queries import days_of_campaigns, last_day
from campaigns.sending.windows import Window, next_windows, read_schedule, summary
from iexdg.mailboxes.queries import Sender, senders
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.addresses import page_url

CHART_DAYS = 21


@dataclass(frozen=True)
class Figure:
    """One number or rate since the start, with its last 7 days against the 7 before."""

    label: str
    count: int | None
    rate: Rate | None
    formula: str
    delta: Delta | None = None
    is_alarming: bool = False


@dataclass(frozen=True)
class Bar:
    """One line of the funnel; `ratio` of the people e-mailed (bounced: of the e-mails sent)."""

    label: str
    count: int | None
    rate: Rate
    tone: str


@dataclass(frozen=True)
class StepRow:
    """One variant of one step with its rates; None where Instantly has not counted it."""

    step: int
    letter: str
    wait: str
    subject: str
    sent: int | None
    open: Rate
    reply: Rate
    is_off: bool = False


@dataclass(frozen=True)
class Schedule:
    """The sending hours; `next_window` and `then` are shown in the campaign's zone and in the reader's."""

    words: str
    first_day: date | None
    last_day: date | None
    problems: tuple[str, ...]
    is_open: bool
    next_window: Window | None
    then: tuple[Window, ...]


@dataclass(frozen=True)
class Banner:
    """Why nothing is being sent, and what to do."""

    tone: str
    lead: str
    text: str
    next_step: str
    url: str = ""
    link: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class CampaignPage:
    """What the page shows."""

    row: CampaignRow
    control: Control
    banner: Banner | None
    figures: tuple[Figure, ...]
    figures_as_of: datetime | None
    figures_unknown_since: datetime | None
    chart: dict[str, Any]
    is_quiet: bool
    days: tuple[DailyStat, ...]
    funnel: tuple[Bar, ...]
    steps: tuple[StepRow, ...]
    schedule: Schedule
    senders: tuple[Sender, ...]
    copy: tuple[PreviewStep, ...]
    lint: tuple[LintFinding, ...]
    blockers: int
    warnings: int
    approvals: tuple[Approval, ...]
    broken_glass: tuple[Approval, ...]
    timeline: tuple[TimelineEntry, ...]
    may_import: bool
    may_sync: bool
    may_test: bool
    cap: int | None
    stops_on_reply: bool | None
    is_stale: bool


def campaign_page(campaign: Campaign, *, member: Member, now: datetime) -> CampaignPage:
    """Build the page."""
    row = rows_of([campaign], member=member, now=now)[0]
    days = days_of_campaigns([campaign.pk], now.date() - timedelta(days=90))[campaign.pk]
    newest = last_day(day.date for day in days)
    lint = lint_of(campaign)
    copy = preview(campaign.sequences, lint)
    approvals = Approval.objects.filter(campaign=campaign).select_related("requested_by", "decided_by")
    stale = campaign.synced_at is None or now - campaign.synced_at > stale_after()
    return CampaignPage(
        row=row,
        control=row.control,
        banner=_banner(campaign, row, now),
        figures=_figures(campaign, days, newest),
        figures_as_of=campaign.analytics_read_at,
        figures_unknown_since=campaign.analytics_unknown_since,
        chart=_chart(days, newest),
        is_quiet=not any(figures.series(days, newest, CHART_DAYS)),
        days=tuple(sorted(days, key=lambda day: day.date, reverse=True)[:CHART_DAYS]),
        funnel=_funnel(campaign),
        steps=_steps(campaign, copy),
        schedule=_schedule(campaign, now),
        senders=tuple(senders(campaign.workspace, campaign.senders)),
        copy=tuple(copy),
        lint=tuple(lint),
        blockers=sum(1 for one in lint if one.level == Level.BLOCKER),
        warnings=sum(1 for one in lint if one.level == Level.WARNING),
        approvals=tuple(approvals[:10]),
        broken_glass=tuple(approvals.exclude(break_glass_reason="").filter(decided_by__isnull=False)),
        timeline=tuple(timeline_of(campaign)),
        may_import=member.may(Action.IMPORT),
        may_sync=member.may(Action.SYNC),
        may_test=member.may(Action.REQUEST_GO_LIVE) and campaign.workspace.may_write,
        cap=campaign.daily_limit,
        stops_on_reply=campaign.flags.get("stop_on_reply"),
        is_stale=stale or campaign.unknown_since is not None,
    )


def _banner(campaign: Campaign, row: CampaignRow, now: datetime) -> Banner | None:
    """Return why it is not sending; None where it sends as it should."""
    go_live = page_url("go_live", campaign.pk)
    if campaign.vanished_at is not None:
        return Banner("warn", "Gone:", "Instantly no longer lists this campaign.", "Its history stays here.")
    if campaign.status_unknown_since is not None or campaign.unknown_since is not None:
        text = campaign.sync_error or f"The last status read was {campaign.status_label}."
        return Banner("bad", "Unknown:", text, "Pause it if in doubt; that works at any time.")
    if campaign.is_sending and campaign.awaits_adoption_since is not None:
        text = "it was sending before we were connected, and no one approved it here."
        return Banner("bad", "Decide about this:", text, "An approver adopts it, or pauses it.", "#watch", "Decide")
    if campaign.is_sending and not row.approval.is_live:
        text = "it is sending without a live approval."
        return Banner("bad", "Review this:", text, "Pause it, or have its go-live approved.", go_live, "Open go-live")
    if campaign.is_sending:
        windows = next_windows(campaign.schedule, now)
        if windows and windows[0].is_open_at(now) and campaign.not_sending_status is None:
            return None
        return Banner(
            "idle", "Not sending right now:", f"{row.status.why}.", campaign.status_message, at=campaign.status_read_at
        )
    label = row.control.go_live_label
    return Banner(
        "idle", "Not sending:", _reason(campaign, row), _next_step(row), go_live, label, campaign.status_read_at
    )


def _reason(campaign: Campaign, row: CampaignRow) -> str:
    why = row.status.why or "check in Instantly what it means"
    lead = "paused " if why.startswith("by ") else ""
    message = campaign.status_message.rstrip(".")
    # "Campaign is paused" next to "paused by Olive" adds nothing.
    is_informative = message and campaign.remote_status not in {CampaignStatus.PAUSED, CampaignStatus.DRAFT}
    return f"{lead}{why}{f'. Instantly: {message}' if is_informative else ''}."


def _next_step(row: CampaignRow) -> str:
    if row.status.tone == "bad":
        return "Resolve it in Instantly, then sync."
    if row.approval.is_waiting:
        return f"To start it, someone other than {row.approval.by} has to approve the go-live."
    return "It can be activated." if row.control.may_activate else row.control.missing


# -- figures ---------------------------------------------------------------------------------------


def _figures(campaign: Campaign, days: Sequence[DailyStat], newest: date) -> tuple[Figure, ...]:
    week = figures.period(days, newest, 7)
    before = figures.period_before(days, week)

    def delta(name: str, formula: str) -> Delta:
        now_rate = figures.rate(getattr(week, name), week.contacted, formula)
        return figures.point_delta(now_rate, figures.rate(getattr(before, name), before.contacted, formula))

    rates = figures.rates_of(campaign)
    open_rate, reply, bounce = rates.open, rates.reply, rates.bounce
    alarming = bounce.ratio is not None and bounce.ratio > BOUNCE_ALARM
    return (
        Figure("Sent", campaign.sent, None, "e-mails since the start", figures.count_delta(week.sent, before.sent)),
        Figure("Open rate", campaign.opened, open_rate, open_rate.formula, delta("opened", open_rate.formula)),
        Figure("Reply rate", campaign.replied, reply, reply.formula, delta("replied", reply.formula)),
        Figure("Bounce rate", campaign.bounced, bounce, bounce.formula, None, alarming),
    )


def _chart(days: Sequence[DailyStat], newest: date) -> dict[str, Any]:
    dates = [newest - timedelta(days=back) for back in range(CHART_DAYS - 1, -1, -1)]
    return {
        "title": "E-mails sent and people who replied, per day",
        "unit": "per day",
        "x": [f"{day:%d %b}".lstrip("0") for day in dates],
        "series": [
            {"name": "sent", "type": "bar", "tone": "c1", "data": figures.series(days, newest, CHART_DAYS)},
            {
                "name": "opened",
                "type": "line",
                "tone": "c3",
                "data": figures.series(days, newest, CHART_DAYS, "unique_opened"),
            },
            {
                "name": "replied",
                "type": "line",
                "tone": "c2",
                "data": figures.series(days, newest, CHART_DAYS, "unique_replies"),
            },
        ],
    }


def _funnel(campaign: Campaign) -> tuple[Bar, ...]:
    people = campaign.contacted
    everyone = figures.rate(people, people, "people e-mailed", floor=1)
    return (
        Bar("E-mailed", people, everyone, "c1"),
        Bar("Opened", campaign.opened, figures.rate(campaign.opened, people, figures.OPEN_FORMULA), "c1"),
        Bar("Replied", campaign.replied, figures.rate(campaign.replied, people, figures.REPLY_FORMULA), "c2"),
        Bar(
            "Interested",
            campaign.interested,
            figures.rate(campaign.interested, people, figures.INTERESTED_FORMULA),
            "c2",
        ),
        Bar("Bounced", campaign.bounced, figures.bounce_rate(campaign), "c4"),
    )


def _steps(campaign: Campaign, copy: Sequence[PreviewStep]) -> tuple[StepRow, ...]:
    counted = {(stat.step, stat.variant): stat for stat in StepStat.objects.filter(campaign=campaign)}
    # Instantly lists only what it has sent: where others are listed a missing one was not sent, else it is unknown.
    missing = StepStat() if counted else None
    rows = []
    for step in copy:
        for variant in step.variants:
            stat = counted.pop((str(step.number), str(variant.place)), missing)
            rows.append(_step_row(step, variant.letter, _subject(step, variant.subject), stat))
    # Figures of steps or variants that are gone or switched off are shown as history.
    for (step_number, place), old in counted.items():
        number = int(step_number) if step_number.isdigit() else 0
        letter = variant_letter(int(place)) if place.isdigit() else place
        rows.append(_step_row(PreviewStep(number, "", ()), letter, "no longer sent", old, is_off=True))
    return tuple(sorted(rows, key=lambda row: (row.step, row.letter)))


def _step_row(step: PreviewStep, letter: str, subject: str, stat: StepStat | None, *, is_off: bool = False) -> StepRow:
    sent = stat.sent if stat else None
    return StepRow(
        step=step.number,
        letter=letter,
        wait=step.wait,
        subject=subject,
        sent=sent,
        # In one step a person gets one e-mail, so e-mails sent are people e-mailed.
        open=figures.rate(stat.unique_opened if stat else None, sent, "people who opened ÷ e-mails of this step"),
        reply=figures.rate(stat.unique_replies if stat else None, sent, "people who replied ÷ e-mails of this step"),
        is_off=is_off,
    )


def _subject(step: PreviewStep, pieces: Sequence[Any]) -> str:
    return "".join(piece.text for piece in pieces).strip() or ("no subject" if step.number == 1 else "same thread")


def _schedule(campaign: Campaign, now: datetime) -> Schedule:
    read = read_schedule(campaign.schedule)
    windows = next_windows(campaign.schedule, now, 3)
    first = windows[0] if windows else None
    return Schedule(
        words=summary(campaign.schedule),
        first_day=read.first_day,
        last_day=read.last_day,
        problems=read.problems,
        is_open=first is not None and first.is_open_at(now),
        next_window=first,
        then=tuple(windows[1:]),
    )
