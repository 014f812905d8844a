"""The overview of one campaign: progress, the figures of a period, days, funnel, steps, and what happened last."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from campaigns.copy import PreviewStep, preview
from campaigns.copy.sequence import variant_letter
from campaigns.instantly_app import campaign_people_url
from campaigns.models import Campaign, DailyStat, StepStat
from campaigns.models.stats import DAY_FIELDS, TRACKED_FIELDS
from campaigns.pages import figures
from campaigns.pages.figures import Delta, Rate
from campaigns.pages.people import Part, People, people_of
from campaigns.pages.periods import ShownPeriod, shown_period
from campaigns.pages.rows import BOUNCE_ALARM
from campaigns.pages.timeline import TimelineEntry, timeline_of
from campaigns.queries import days_of_campaigns
from iexdg.ui.formatting import date_words, plural

# A chart or a table of more days says no more.
_MOST_DAYS = 180
_LATEST = 10
_SINCE_START = ", since the start"
_OPENED_OF_STEP = "people who opened ÷ e-mails of this step"
# Instantly marks these people, and its list of leads does not say so to us.
_LISTED_IN_INSTANTLY = frozenset({"Interested", "Opportunities"})
_CLICKED_OF_STEP = "people who clicked ÷ e-mails of this step"


@dataclass(frozen=True)
class Figure:
    """One number or rate of the period, with its change from the period before; `url` leads to what it counts."""

    label: str
    count: int | None
    rate: Rate | None
    formula: str
    delta: Delta | None = None
    is_alarming: bool = False
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """One line of the funnel; `ratio` of the people e-mailed (bounced: of the e-mails sent).

    Shapes: listed - the same people here; elsewhere - their address in Instantly, where only Instantly lists them.
    """

    label: str
    count: int | None
    rate: Rate
    tone: str
    listed: Part | None = None
    elsewhere: str = ""


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
    """What the tab shows; `sent` by day is for the frame around it."""

    period: ShownPeriod
    progress: People | None
    figures: tuple[Figure, ...]
    figures_as_of: datetime | None
    figures_unknown_since: datetime | None
    chart: dict[str, Any]
    is_quiet: bool
    days: tuple[DailyStat, ...]
    funnel: tuple[Bar, ...]
    steps: tuple[StepRow, ...]
    timeline: tuple[TimelineEntry, ...]
    sent: dict[date, int]


def overview(campaign: Campaign, asked: str) -> Overview:
    """Build the tab. Shapes: asked - the period in the address."""
    days = days_of_campaigns([campaign.pk], date.min)[campaign.pk]
    shown = shown_period(campaign, days, asked)
    inside = [day for day in days if day.date >= shown.first]
    people = people_of(campaign)
    return Overview(
        period=shown,
        progress=people,
        figures=_figures(campaign, shown, people),
        figures_as_of=campaign.analytics_read_at,
        figures_unknown_since=campaign.analytics_unknown_since,
        chart=_chart(campaign, days, shown),
        is_quiet=not any(day.sent for day in inside),
        days=tuple(sorted(inside, key=lambda day: day.date, reverse=True)[:_MOST_DAYS]),
        funnel=_funnel(campaign, people),
        steps=_steps(campaign, preview(campaign.sequences, ())),
        timeline=tuple(timeline_of(campaign, most=_LATEST)),
        sent={day.date: day.sent for day in days},
    )


# -- figures ---------------------------------------------------------------------------------------


def _figures(campaign: Campaign, shown: ShownPeriod, people: People | None) -> tuple[Figure, ...]:
    """Totals since the start are Instantly's own; those of a period are the sums of its days."""
    of, before = shown.current, shown.before

    def delta(name: str, formula: str) -> Delta:
        now_rate = figures.rate(getattr(of, name), of.contacted, formula)
        return figures.point_delta(now_rate, figures.rate(getattr(before, name), before.contacted, formula))

    rates = figures.rates_of(campaign)
    open_rate, reply, bounce = rates.open, rates.reply, rates.bounce
    opened, replied, sent = campaign.opened, campaign.replied, campaign.sent
    if not shown.is_whole:
        opened, replied, sent = of.opened, of.replied, of.sent
        open_rate = figures.tracked_rate(of.opened, of.contacted, open_rate.formula, is_tracked=campaign.tracks_opens)
        reply = figures.rate(of.replied, of.contacted, reply.formula)
    change = None if open_rate.is_untracked else delta("opened", open_rate.formula)
    alarming = bounce.ratio is not None and bounce.ratio > BOUNCE_ALARM
    return (
        Figure("Sent", sent, None, f"e-mails {shown.words}", figures.count_delta(of.sent, before.sent), url="#days"),
        Figure("Open rate", opened, open_rate, open_rate.formula, change, url=_list("Opened", people)),
        Figure(
            "Reply rate", replied, reply, reply.formula, delta("replied", reply.formula), url=_list("Replied", people)
        ),
        Figure(
            "Bounce rate",
            campaign.bounced,
            bounce,
            f"{bounce.formula}{_SINCE_START}",
            None,
            alarming,
            url=_list("Bounced", people),
        ),
        *_reactions(campaign, rates, people),
        _opportunities(campaign),
    )


def _reactions(campaign: Campaign, rates: figures.Rates, people: People | None) -> Iterator[Figure]:
    """What Instantly counts in total only, since the start."""
    parts = (
        ("Click rate", campaign.clicked, rates.click, _list("Clicked", people)),
        ("Unsubscribed", campaign.unsubscribed, rates.unsubscribed, _list("Unsubscribed", people)),
        ("Interested", campaign.interested, rates.interested, campaign_people_url(campaign)),
    )
    for label, count, rate, url in parts:
        yield Figure(label, count, rate, f"{rate.formula}{_SINCE_START}", url=url)


def _list(bar: str, people: People | None) -> str:
    """Where the people of a bar are listed; "" where no app lists them."""
    return people.lists[bar].url if people and bar in people.lists else ""


def _opportunities(campaign: Campaign) -> Figure:
    """How many there are, and what they are worth where Instantly counts a value."""
    value = campaign.opportunity_value
    worth = figures.worth_words(campaign.opportunities, None if value is None else float(value))
    formula = f"{figures.OPPORTUNITY_FORMULA}{_SINCE_START}"
    return Figure("Opportunities", campaign.opportunities, None, formula, note=worth, url=campaign_people_url(campaign))


def _chart(campaign: Campaign, days: Sequence[DailyStat], shown: ShownPeriod) -> dict[str, Any]:
    last, length = shown.last, min(shown.length, _MOST_DAYS)
    dates = [last - timedelta(days=back) for back in range(length - 1, -1, -1)]

    def line(name: str, tone: str, field: str, kind: str = "line") -> dict[str, Any]:
        return {"name": name, "type": kind, "tone": tone, "data": figures.series(days, last, length, field)}

    every = [
        line("sent", "c1", "sent", "bar"),
        *([line("opened", "c3", "unique_opened")] if campaign.tracks_opens else []),
        line("replied", "c2", "unique_replies"),
    ]
    if not shown.is_whole and shown.before.sent is not None:
        earlier = figures.series(days, shown.before.last, length)
        every.append(
            {"name": f"sent, {plural(length, 'day')} before", "type": "line", "tone": "faint", "data": earlier}
        )
    return {
        "title": "E-mails sent and people who replied, per day",
        "unit": "per day",
        "x": [date_words(day, today=last) for day in dates],
        "series": every,
    }


def _funnel(campaign: Campaign, known: People | None) -> tuple[Bar, ...]:
    people, lists = campaign.contacted, known.lists if known else {}

    def bar(label: str, count: int | None, rate: Rate, tone: str) -> Bar:
        elsewhere = campaign_people_url(campaign) if label in _LISTED_IN_INSTANTLY else ""
        return Bar(label, count, rate, tone, lists.get(label), elsewhere)

    rates = figures.rates_of(campaign)
    opportunities = figures.rate(campaign.opportunities, people, "opportunities ÷ people e-mailed")
    return (
        bar("E-mailed", people, figures.rate(people, people, "people e-mailed", floor=1), "c1"),
        bar("Opened", campaign.opened, rates.open, "c1"),
        bar("Clicked", campaign.clicked, rates.click, "c1"),
        bar("Replied", campaign.replied, rates.reply, "c2"),
        bar("Interested", campaign.interested, rates.interested, "c2"),
        bar("Opportunities", campaign.opportunities, opportunities, "c2"),
        bar("Unsubscribed", campaign.unsubscribed, rates.unsubscribed, "c4"),
        bar("Bounced", campaign.bounced, rates.bounce, "c4"),
    )


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
