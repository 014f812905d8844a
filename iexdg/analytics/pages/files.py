"""The comparison as files: numbers as they are, what is not known or set left empty, what is not tracked in words."""

from collections.abc import Iterator, Sequence

from campaigns.pages.figures import UNTRACKED, Rate
from iexdg.analytics.pages.breakdowns import BreakdownsPage, WeeksPage
from iexdg.analytics.pages.compare import ComparePage
from iexdg.analytics.pages.steps import CampaignSteps
from iexdg.analytics.sums import METRICS, Cell

_DIGITS = 6
TOTAL = "all campaigns of this file"


def compare_lines(page: ComparePage) -> Iterator[list[object]]:
    """Header, one line per campaign, and their sums; each rate is followed by the change from the days before."""
    header: list[object] = ["campaign", "from", "to"]
    for metric in METRICS:
        header.append(metric.name)
        if metric.whole:
            header.append(f"{metric.name}_rate")
        header.append(f"{metric.name}_change")
    yield [*header, "read_at"]
    days = page.frame.days
    span: list[object] = [days.first, days.last] if days else ["", ""]
    for row in page.rows:
        read = row.figures.read_at
        yield [row.campaign.name, *span, *_cells(row.cells), read.isoformat(timespec="seconds") if read else ""]
    yield [TOTAL, *span, *_cells(page.totals), page.as_of.isoformat(timespec="seconds") if page.as_of else ""]


def _cells(cells: Sequence[Cell]) -> Iterator[object]:
    for cell in cells:
        yield UNTRACKED if cell.is_untracked else cell.count_if_set
        if cell.metric.whole:
            yield _ratio(cell.rate)
        yield cell.delta.value if cell.delta and not cell.is_unset else None


def _ratio(rate: Rate | None) -> float | None:
    return None if rate is None or rate.ratio is None else round(rate.ratio, _DIGITS)


def step_lines(campaigns: Sequence[CampaignSteps]) -> Iterator[list[object]]:
    """Header, then one line per variant of a step."""
    yield [
        "campaign", "step", "variant", "subject", "sent", "opened", "open_rate", "clicked", "click_rate", "replied",
        "reply_rate", "reply_low", "reply_high", "verdict",
    ]  # fmt: skip
    for one in campaigns:
        for row in one.rows:
            low, high = (row.interval.low, row.interval.high) if row.interval else (None, None)
            yield [
                one.campaign.name,
                row.step,
                row.letter,
                row.subject,
                row.sent,
                UNTRACKED if row.open.is_untracked else row.open.part,
                _ratio(row.open),
                UNTRACKED if row.click.is_untracked else row.click.part,
                _ratio(row.click),
                row.reply.part,
                _ratio(row.reply),
                None if low is None else round(low, _DIGITS),
                None if high is None else round(high, _DIGITS),
                row.verdict,
            ]


def breakdown_lines(page: BreakdownsPage) -> Iterator[list[object]]:
    """Header, then one line per mailbox, provider, weekday, hour and file; a count that it does not have is empty."""
    yield ["breakdown", "name", "about", "people", "sent", "bounced", "unsubscribed", "replied", "rate", "rate_is"]
    for box in page.mailboxes:
        one = box.count
        yield [
            "mailbox",
            one.email,
            "",
            None,
            one.sent,
            one.bounced,
            None,
            None,
            _ratio(box.bounce),
            box.bounce.formula,
        ]
    for provider in page.providers:
        people = provider.count
        yield [
            "provider", provider.label, "", people.contacted, None, people.bounced, None, people.replied,
            _ratio(provider.bounce), provider.bounce.formula,
        ]  # fmt: skip
    for weekday in page.weekdays:
        reply = weekday.reply
        yield [
            "weekday", weekday.label, "", weekday.contacted, weekday.sent, None, None, reply.part, _ratio(reply),
            reply.formula,
        ]  # fmt: skip
    for hour in page.hours:
        yield ["hour", hour.label, page.weekday, None, None, None, None, hour.value, None, ""]
    for imported in page.imports:
        file = imported.count
        yield [
            "file", file.file_name, file.campaign, file.loaded, None, file.bounced, file.unsubscribed, None,
            _ratio(imported.bounce), imported.bounce.formula,
        ]  # fmt: skip


def week_lines(page: WeeksPage) -> Iterator[list[object]]:
    """Header, then one line per week of first e-mails, newest first."""
    yield ["week_from", "people", "replied", "reply_rate", "positive", "positive_rate", "counts_are"]
    for row in page.rows:
        yield [
            row.begins,
            row.begun,
            row.reply.part,
            _ratio(row.reply),
            row.positive.part,
            _ratio(row.positive),
            "at least" if row.is_open else "all",
        ]
