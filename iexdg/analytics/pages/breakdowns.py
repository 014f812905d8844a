"""What the figures break down into: mailboxes, providers, weekdays and hours, files, weeks, single days.

Each says whom and when it is about, because Instantly does not count everything for a campaign and a range.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from campaigns.pages import figures
from campaigns.pages.figures import BOUNCE_FORMULA, OPEN_FORMULA, Rate
from iexdg.analytics.cohorts import Cohorts, cohorts
from iexdg.analytics.days import Days, monday_of
from iexdg.analytics.filters import Filters
from iexdg.analytics.pages.compare import Frame
from iexdg.analytics.parts import (
    ImportCount,
    MailboxCount,
    MailboxCounts,
    ProviderSum,
    mailbox_counts,
    provider_sums,
    week_limit,
)
from iexdg.analytics.queries import DayCount, days_of
from iexdg.ui.formatting import date_words, day_words
from iexdg.ui.svg import LinkedBar
from iexdg.workspaces.models import Workspace

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Source: docs/api/instantly-facts.md §2.0, Lead.esp_code (read 2026-11-28).
PROVIDERS = {
    0: "not determined yet", 1: "Google", 2: "Microsoft", 3: "Zoho", 9: "Yahoo", 999: "another provider",
    1000: "not found",
}  # fmt: skip
LOADED_FORMULA = "leads that bounced ÷ people loaded from this file"
PROVIDER_BOUNCE = "people whose e-mail bounced ÷ people e-mailed"
PROVIDER_REPLY = "people who replied, automatic replies included where Instantly's list counts them ÷ people e-mailed"
WEEKDAY_REPLY = "people who replied on this weekday, no auto-replies ÷ people e-mailed on this weekday"
# More bars than this look alike: weeks are drawn instead.
MOST_BARS = 62
WEEKS = 26


@dataclass(frozen=True)
class MailboxRow:
    """One mailbox of all campaigns together."""

    count: MailboxCount
    bounce: Rate


@dataclass(frozen=True)
class ProviderRow:
    """People of one provider."""

    label: str
    count: ProviderSum
    bounce: Rate
    reply: Rate


@dataclass(frozen=True)
class WeekdayRow:
    """One weekday, UTC; `url` shows the hours of its replies."""

    label: str
    sent: int
    contacted: int
    open: Rate
    reply: Rate
    url: str
    is_on: bool


@dataclass(frozen=True)
class ImportRow:
    """One file with the share of its people that bounced."""

    count: ImportCount
    bounce: Rate
    unsubscribe: Rate


@dataclass(frozen=True)
class DayRow:
    """One day or one week of the chart."""

    days: Days
    label: str
    sent: int
    contacted: int
    replied: int
    url: str


@dataclass(frozen=True)
class DayChart:
    """What was sent day by day, or week by week where there are many days."""

    bars: Sequence[LinkedBar]
    rows: Sequence[DayRow]
    is_by_week: bool
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class BreakdownsPage:
    """All breakdowns of one comparison. Shapes: mailboxes_since - the day from which mailboxes are known, if later;
    untracked - campaigns that do not track opens, and are not in the rate of opens.
    """

    mailboxes: Sequence[MailboxRow]
    mailbox_counts: MailboxCounts
    mailboxes_since: date | None
    providers: Sequence[ProviderRow]
    providers_as_of: datetime | None
    untracked: int
    weekdays: Sequence[WeekdayRow]
    weekday_bars: Sequence[LinkedBar]
    weekday: str
    hours: Sequence[LinkedBar]
    replies: int
    imports: Sequence[ImportRow]


def breakdowns_page(workspace: Workspace, frame: Frame, zone: tzinfo) -> BreakdownsPage:
    """Build all of them; at most twelve queries."""
    boxes = mailbox_counts(workspace, frame.campaigns, frame.days)
    providers, counted_at = provider_sums(frame.pks)
    weekdays = weekday_rows(frame.days_counted, frame.days_tracked, frame.filters)
    replies = frame.kept.replies_by_hour(frame.days, zone)
    weekday = frame.filters.weekday
    hours = hour_bars(replies, weekday)
    return BreakdownsPage(
        mailboxes=[_mailbox(one) for one in boxes.rows],
        mailbox_counts=boxes,
        mailboxes_since=_known_from(boxes.known_from, frame.days),
        providers=[_provider(one) for one in providers],
        providers_as_of=counted_at,
        untracked=sum(not campaign.tracks_opens for campaign in frame.campaigns),
        weekdays=weekdays,
        weekday_bars=_weekday_bars(weekdays),
        weekday=WEEKDAYS[weekday - 1] if weekday else "",
        hours=hours,
        replies=sum(int(bar.value or 0) for bar in hours),
        imports=[_imported(one) for one in frame.kept.import_counts()],
    )


def _mailbox(one: MailboxCount) -> MailboxRow:
    return MailboxRow(one, figures.rate(one.bounced, one.sent, BOUNCE_FORMULA, of="sent"))


def _known_from(first: date | None, days: Days | None) -> date | None:
    """The first known day of mailboxes, where that is later than the range begins."""
    return None if first is not None and days is not None and first <= days.first else first


def _weekday_bars(rows: Sequence[WeekdayRow]) -> list[LinkedBar]:
    return [LinkedBar(row.label, row.sent, f"{row.sent:,} sent", row.url, row.is_on) for row in rows]


def _provider(one: ProviderSum) -> ProviderRow:
    label = "not reported" if one.provider is None else PROVIDERS.get(one.provider, f"provider {one.provider}")
    return ProviderRow(
        label,
        one,
        figures.rate(one.bounced, one.contacted, PROVIDER_BOUNCE),
        figures.rate(one.replied, one.contacted, PROVIDER_REPLY),
    )


def _imported(one: ImportCount) -> ImportRow:
    return ImportRow(
        one,
        figures.rate(one.bounced, one.loaded, LOADED_FORMULA, of="loaded"),
        figures.rate(
            one.unsubscribed, one.loaded, "leads that unsubscribed ÷ people loaded from this file", of="loaded"
        ),
    )


def weekday_rows(days: Sequence[DayCount], tracked: Sequence[DayCount] | None, filters: Filters) -> list[WeekdayRow]:
    """Add up the days by weekday, Monday first; a weekday on which nothing was sent is shown as such.

    Shapes: tracked - the days of those campaigns that track opens; None where none does.
    """
    rows = []
    for place, label in enumerate(WEEKDAYS):
        mine = [day for day in days if day.day.weekday() == place]
        seen = [day for day in tracked or () if day.day.weekday() == place]
        contacted = sum(day.contacted for day in mine)
        opened, whole = sum(day.opened for day in seen), sum(day.contacted for day in seen)
        rows.append(
            WeekdayRow(
                label=label,
                sent=sum(day.sent for day in mine),
                contacted=contacted,
                open=figures.tracked_rate(opened, whole, OPEN_FORMULA, is_tracked=tracked is not None),
                reply=figures.rate(sum(day.replied for day in mine), contacted, WEEKDAY_REPLY),
                url=filters.of_weekday(place + 1).query(),
                is_on=filters.weekday == place + 1,
            )
        )
    return rows


def hour_bars(replies: Mapping[tuple[int, int], int], weekday: int) -> list[LinkedBar]:
    """Replies by hour of the day, of one weekday or of all."""
    bars = []
    for hour in range(24):
        number = sum(count for (day, at), count in replies.items() if at == hour and (not weekday or day == weekday))
        bars.append(LinkedBar(f"{hour:02}:00", number, f"{number:,}"))
    return bars


def day_chart(frame: Frame) -> DayChart:
    """What the campaigns sent on each day; a bar leads to its day, or to its week; one query."""
    counts = {count.day: count for count in frame.days_counted}
    days = frame.days or (Days(min(counts), max(counts)) if counts else None)
    if days is None:
        return DayChart((), (), is_by_week=False)
    by_week = days.length > MOST_BARS
    spans = _weeks(days) if by_week else [Days(day, day) for day in days.each()]
    rows = [_day_row(span, counts, frame, by_week=by_week) for span in spans]
    bars = [LinkedBar(row.label, row.sent, f"{row.sent:,}", row.url) for row in rows]
    shown = [row for row in reversed(rows) if row.sent or row.replied]
    first, last = (date_words(day, today=frame.today) for day in (days.first, days.last))
    return DayChart(bars, shown, by_week, first, last)


def _weeks(days: Days) -> list[Days]:
    """The weeks of a range, the first and the last cut to it."""
    mondays = range(0, (days.last - monday_of(days.first)).days + 1, 7)
    begins = [monday_of(days.first) + timedelta(days=place) for place in mondays]
    return [Days(max(one, days.first), min(one + timedelta(days=6), days.last)) for one in begins]


def _day_row(span: Days, counts: Mapping[date, DayCount], frame: Frame, *, by_week: bool) -> DayRow:
    inside = [counts[day] for day in span.each() if day in counts]
    label = day_words(span.first, today=frame.today)
    if by_week:
        first, last = (date_words(day, today=frame.today) for day in (span.first, span.last))
        label = f"{first} – {last}"
    return DayRow(
        days=span,
        label=label,
        sent=sum(one.sent for one in inside),
        contacted=sum(one.contacted for one in inside),
        replied=sum(one.replied for one in inside),
        url=frame.filters.of_days(span).query(),
    )


@dataclass(frozen=True)
class WeekRow:
    """One week of people by their first e-mail."""

    begins: date
    label: str
    begun: int
    reply: Rate
    positive: Rate
    is_open: bool
    url: str


@dataclass(frozen=True)
class WeeksPage:
    """The last weeks. Shapes: unplaced - people who replied, and whose first e-mail was not read yet."""

    rows: Sequence[WeekRow]
    unplaced: int
    is_cut: bool


def weeks_page(frame: Frame) -> WeeksPage:
    """People by the week of their first e-mail, whatever the range; four queries at most."""
    begins = week_limit(frame.today, WEEKS)
    every = frame.days_counted if frame.days is None else days_of(frame.pks, None)
    begun = {day.day: day.begun for day in every if day.begun and day.day >= begins}
    found: Cohorts = cohorts(begun, frame.kept.repliers())
    rows = []
    for week in found.weeks:
        first, last = (date_words(day, today=frame.today) for day in (week.days.first, week.days.last))
        url = frame.filters.of_part("").of_days(Days(week.days.first, min(week.days.last, frame.today))).query()
        rows.append(
            WeekRow(week.days.first, f"{first} – {last}", week.begun, week.reply, week.positive, week.is_open, url)
        )
    return WeeksPage(rows, found.unplaced, any(day.day < begins for day in every))
