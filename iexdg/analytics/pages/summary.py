"""A comparison in sentences, for the report and the weekly e-mail."""

from collections.abc import Sequence

from iexdg.analytics.pages.compare import ComparePage
from iexdg.analytics.sums import Cell
from iexdg.ui.formatting import amount_words, count_words, percent_words, plural


def summary_lines(page: ComparePage) -> list[str]:
    """What all campaigns of a comparison came to, in a few sentences; what is unknown is said to be."""
    by_name = {cell.metric.name: cell for cell in page.totals}
    sent, people = by_name["sent"], by_name["contacted"]
    lines = [
        f"{_counted(sent, 'e-mail')} to {_counted(people, 'person', 'people')}, {page.frame.range_words}, "
        f"by {plural(len(page.rows), 'campaign')}.",
        f"{_of(by_name['replied'])} replied, {_of(by_name['interested'])} positively; "
        f"{count_words(by_name['replied_automatic'].count)} sent an automatic reply.",
        f"{_of(by_name['bounced'])} bounced, {_of(by_name['unsubscribed'])} unsubscribed.",
        f"Opportunities: {count_words(by_name['opportunities'].count)}{_worth(by_name['opportunity_value'])}.",
    ]
    if page.unknown:
        lines.append(f"Not known: the figures of {', '.join(page.unknown)}.")
    return lines


def campaign_lines(page: ComparePage) -> list[str]:
    """One line for each campaign: "05A: sent 300, human replies 13 (8.8 %), …"."""
    return [f"{row.campaign.name}: {', '.join(_short(row.cells))}" for row in page.rows]


def _short(cells: Sequence[Cell]) -> list[str]:
    shown = ("sent", "contacted", "replied", "interested", "bounced", "unsubscribed")
    return [f"{cell.metric.label.lower()} {_of(cell)}" for cell in cells if cell.metric.name in shown]


def _counted(cell: Cell, noun: str, nouns: str = "") -> str:
    return f"unknown {nouns or f'{noun}s'}" if cell.count is None else plural(int(cell.count), noun, nouns)


def _of(cell: Cell) -> str:
    """The count with its rate, where there is one: "13 (8.8 %)"."""
    if cell.rate is None or cell.rate.ratio is None:
        return count_words(cell.count)
    return f"{count_words(cell.count)} ({percent_words(cell.rate.ratio)})"


def _worth(cell: Cell) -> str:
    return f", worth {amount_words(cell.count)}" if cell.count else ""
