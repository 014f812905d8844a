"""The overview of one campaign: figures, days, funnel, steps, and what happened last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from campaigns.copy import PreviewStep, preview
from campaigns.copy.sequence import variant_letter
from campaigns.models import Campaign, DailyStat, StepStat
from campaigns.pages import figures
from campaigns.pages.figures import Delta, Rate
from campaigns.pages.rows import BOUNCE_ALARM
from campaigns.pages.timeline import TimelineEntry, timeline_of
from campaigns.queries import days_of_campaigns, last_day
from iexdg.ui.formatting import date_words

CHART_DAYS = 21
_LATEST = 10


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
        chart=_chart(days, newest),
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
        "x": [date_words(day, today=newest) for day in dates],
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
