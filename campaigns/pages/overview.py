"""The overview of one campaign: figures, days, funnel, steps, and what happened last."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from campaigns.copy import PreviewStep, preview
from campaigns.copy.sequence import variant_letter
from campaigns.models import Campaign, DailyStat, StepStat
from campaigns.models.stats import DAY_FIELDS, TRACKED_FIELDS
from campaigns.pages import figures
from campaigns.pages.figures import Delta, Rate
from campaigns.pages.rows import BOUNCE_ALARM
from campaigns.pages.timeline import TimelineEntry, timeline_of
from campaigns.queries import days_of_campaigns, last_day
from iexdg.ui.formatting import count_words, date_words

CHART_DAYS = 21
_LATEST = 10
_OPENED_OF_STEP = "people who opened ÷ e-mails of this step"
_CLICKED_OF_STEP = "people who clicked ÷ e-mails of this step"


@dataclass(frozen=True)
class Figure:
    """One number or rate since the start, with its last 7 days against the 7 before."""

    label: str
    count: int | None
    rate: Rate | None
    formula: str
    delta: Delta | None = None
    is_alarming: bool = False
    note: str = ""


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
    click: Rate
    reply: Rate
    is_off: bool = False


@dataclass(frozen=True)
class Overview:
    """What the tab shows."""

    figures: tuple[Figure, ...]
    figures_as_of: datetime | None
    figures_unknown_since: datetime | None
    chart: dict[str, Any]
    is_quiet: bool
    days: tuple[DailyStat, ...]
    funnel: tuple[Bar, ...]
    steps: tuple[StepRow, ...]
    timeline: tuple[TimelineEntry, ...]


def overview(campaign: Campaign, *, now: datetime) -> Overview:
    """Build the tab."""
    days = days_of_campaigns([campaign.pk], now.date() - timedelta(days=90))[campaign.pk]
    newest = last_day(day.date for day in days)
    return Overview(
        figures=_figures(campaign, days, newest),
        figures_as_of=campaign.analytics_read_at,
        figures_unknown_since=campaign.analytics_unknown_since,
        chart=_chart(campaign, days, newest),
        is_quiet=not any(figures.series(days, newest, CHART_DAYS)),
        days=tuple(sorted(days, key=lambda day: day.date, reverse=True)[:CHART_DAYS]),
        funnel=_funnel(campaign),
        steps=_steps(campaign, preview(campaign.sequences, ())),
        timeline=tuple(timeline_of(campaign, most=_LATEST)),
    )


# -- figures ---------------------------------------------------------------------------------------


def _figures(campaign: Campaign, days: Sequence[DailyStat], newest: date) -> tuple[Figure, ...]:
    week = figures.period(days, newest, 7)
    before = figures.period_before(days, week)

    def delta(name: str, formula: str) -> Delta:
        now_rate = figures.rate(getattr(week, name), week.contacted, formula)
        return figures.point_delta(now_rate, figures.rate(getattr(before, name), before.contacted, formula))

    rates = figures.rates_of(campaign)
    open_rate, reply, bounce = rates.open, rates.reply, rates.bounce
    opened = None if open_rate.is_untracked else delta("opened", open_rate.formula)
    alarming = bounce.ratio is not None and bounce.ratio > BOUNCE_ALARM
    return (
        Figure("Sent", campaign.sent, None, "e-mails since the start", figures.count_delta(week.sent, before.sent)),
        Figure("Open rate", campaign.opened, open_rate, open_rate.formula, opened),
        Figure("Reply rate", campaign.replied, reply, reply.formula, delta("replied", reply.formula)),
        Figure("Bounce rate", campaign.bounced, bounce, bounce.formula, None, alarming),
        Figure("Click rate", campaign.clicked, rates.click, rates.click.formula),
        Figure("Unsubscribed", campaign.unsubscribed, rates.unsubscribed, rates.unsubscribed.formula),
        Figure("Interested", campaign.interested, rates.interested, rates.interested.formula),
        Figure("Opportunities", campaign.opportunities, None, figures.OPPORTUNITY_FORMULA, note=worth_words(campaign)),
    )


def worth_words(campaign: Campaign) -> str:
    """What the opportunities are worth; nothing where Instantly counts no value."""
    value = campaign.opportunity_value
    return f"worth {count_words(float(value))}" if value else ""


def _chart(campaign: Campaign, days: Sequence[DailyStat], newest: date) -> dict[str, Any]:
    dates = [newest - timedelta(days=back) for back in range(CHART_DAYS - 1, -1, -1)]
    lines = [("replied", "line", "c2", "unique_replies")]
    if campaign.tracks_opens:
        lines.insert(0, ("opened", "line", "c3", "unique_opened"))
    return {
        "title": "E-mails sent and people who replied, per day",
        "unit": "per day",
        "x": [date_words(day, today=newest) for day in dates],
        "series": [
            {"name": name, "type": kind, "tone": tone, "data": figures.series(days, newest, CHART_DAYS, field)}
            for name, kind, tone, field in [("sent", "bar", "c1", "sent"), *lines]
        ],
    }


def _funnel(campaign: Campaign) -> tuple[Bar, ...]:
    people = campaign.contacted
    everyone = figures.rate(people, people, "people e-mailed", floor=1)
    return (
        Bar("E-mailed", people, everyone, "c1"),
        Bar("Opened", campaign.opened, figures.open_rate(campaign), "c1"),
        Bar("Clicked", campaign.clicked, figures.click_rate(campaign), "c1"),
        Bar("Replied", campaign.replied, figures.rate(campaign.replied, people, figures.REPLY_FORMULA), "c2"),
        Bar(
            "Interested",
            campaign.interested,
            figures.rate(campaign.interested, people, figures.INTERESTED_FORMULA),
            "c2",
        ),
        Bar("Opportunities", campaign.opportunities, _of_people(campaign.opportunities, campaign), "c2"),
        Bar("Unsubscribed", campaign.unsubscribed, _of_people(campaign.unsubscribed, campaign), "c4"),
        Bar("Bounced", campaign.bounced, figures.bounce_rate(campaign), "c4"),
    )


def _of_people(part: int | None, campaign: Campaign) -> Rate:
    return figures.rate(part, campaign.contacted, "÷ people e-mailed")


def _steps(campaign: Campaign, copy: Sequence[PreviewStep]) -> tuple[StepRow, ...]:
    counted = {(stat.step, stat.variant): stat for stat in StepStat.objects.filter(campaign=campaign)}
    # Instantly lists only what it has sent: where others are listed a missing one was not sent, else it is unknown.
    missing = StepStat() if counted else None
    rows = []
    for step in copy:
        for variant in step.variants:
            stat = counted.pop((str(step.number), str(variant.place)), missing)
            rows.append(_step_row(campaign, step, variant.letter, _subject(step, variant.subject), stat))
    # Figures of steps or variants that are gone or switched off are shown as history.
    for (step_number, place), old in counted.items():
        number = int(step_number) if step_number.isdigit() else 0
        letter = variant_letter(int(place)) if place.isdigit() else place
        rows.append(_step_row(campaign, PreviewStep(number, "", ()), letter, "no longer sent", old, is_off=True))
    return tuple(sorted(rows, key=lambda row: (row.step, row.letter)))


def _step_row(
    campaign: Campaign, step: PreviewStep, letter: str, subject: str, stat: StepStat | None, *, is_off: bool = False
) -> StepRow:
    # In one step a person gets one e-mail, so e-mails sent are people e-mailed.
    sent = stat.sent if stat else None
    opened, clicked = (stat.unique_opened, stat.unique_clicks) if stat else (None, None)
    return StepRow(
        step=step.number,
        letter=letter,
        wait=step.wait,
        subject=subject,
        sent=sent,
        open=figures.tracked_rate(opened, sent, _OPENED_OF_STEP, is_tracked=campaign.tracks_opens),
        click=figures.tracked_rate(clicked, sent, _CLICKED_OF_STEP, is_tracked=campaign.tracks_clicks),
        reply=figures.rate(stat.unique_replies if stat else None, sent, "people who replied ÷ e-mails of this step"),
        is_off=is_off,
    )


def _subject(step: PreviewStep, pieces: Sequence[Any]) -> str:
    return "".join(piece.text for piece in pieces).strip() or ("no subject" if step.number == 1 else "same thread")


def daily_cells(campaign: Campaign, days: Iterable[DailyStat]) -> Iterator[list[object]]:
    """Header and rows of the file of days; what was not tracked is said in words, never 0."""
    yield ["date", *DAY_FIELDS]
    untracked = {field for field, name in TRACKED_FIELDS.items() if not getattr(campaign, name)}
    for day in days:
        cells: list[object] = [day.date]
        for field in DAY_FIELDS:
            count = getattr(day, field)
            cells.append(figures.UNTRACKED if field in untracked and not count else count)
        yield cells
