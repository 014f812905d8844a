"""The figures of a campaign over some days, and their sums. Pure; None is unknown and stays unknown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from campaigns.pages import figures
from campaigns.pages.figures import Delta, Rate


@dataclass(frozen=True)
class Figures:
    """What Instantly counts for one campaign over some days; counts are of people except `sent` and `bounced`.

    Shapes: replied - people, automatic replies apart; interested - people with a positive reply;
        opportunity_value - in the workspace's own currency.
    """

    sent: int | None = None
    contacted: int | None = None
    opened: int | None = None
    replied: int | None = None
    replied_automatic: int | None = None
    interested: int | None = None
    bounced: int | None = None
    clicked: int | None = None
    unsubscribed: int | None = None
    opportunities: int | None = None
    opportunity_value: Decimal | None = None
    tracks_opens: bool = True
    tracks_clicks: bool = True
    read_at: datetime | None = None
    unknown_since: datetime | None = None

    def count(self, name: str) -> int | Decimal | None:
        """Return one count by its name; of something that is not tracked there is none."""
        found: int | Decimal | None = None if self.is_untracked(name) else getattr(self, name)
        return found

    def is_untracked(self, name: str) -> bool:
        """Whether a count says nothing, because Instantly does not track it for this campaign."""
        return (name == "opened" and not self.tracks_opens) or (name == "clicked" and not self.tracks_clicks)


@dataclass(frozen=True)
class Metric:
    """One column. Shapes: whole - the count that it is divided by, "" where there is no rate."""

    name: str
    label: str
    formula: str
    whole: str = ""

    @property
    def of(self) -> str:
        """What the whole is, in the words of a rate that is too small."""
        return "sent" if self.whole == "sent" else "e-mailed"


METRICS = (
    Metric("sent", "Sent", "e-mails sent"),
    Metric("contacted", "People", "people e-mailed"),
    Metric("opened", "Opens", figures.OPEN_FORMULA, "contacted"),
    Metric("replied", "Human replies", figures.REPLY_FORMULA, "contacted"),
    Metric("replied_automatic", "Automatic", "people from whom an automatic reply came"),
    Metric("interested", "Positive", figures.INTERESTED_FORMULA, "contacted"),
    Metric("bounced", "Bounces", figures.BOUNCE_FORMULA, "sent"),
    Metric("clicked", "Clicks", figures.CLICK_FORMULA, "contacted"),
    Metric("unsubscribed", "Unsubscribes", figures.UNSUBSCRIBED_FORMULA, "contacted"),
    Metric("opportunities", "Opportunities", figures.OPPORTUNITY_FORMULA),
    Metric("opportunity_value", "Value", "value of the opportunities, in the workspace's own currency"),
)
BY_NAME = {metric.name: metric for metric in METRICS}
RATED = tuple(metric for metric in METRICS if metric.whole)


@dataclass(frozen=True)
class Cell:
    """One figure: its count, its rate where there is one, and the change from the days before.

    Shapes: missing - campaigns that are in neither side of a sum because one of them is unknown or not tracked.
    """

    metric: Metric
    count: int | Decimal | None
    rate: Rate | None
    delta: Delta | None = None
    is_untracked: bool = False
    missing: int = 0

    @property
    def is_unset(self) -> bool:
        """Whether it is a value that nobody set: Instantly reports 0 then, which is no worth of 0."""
        return self.metric.name == "opportunity_value" and self.count == 0

    @property
    def count_if_set(self) -> int | Decimal | None:
        """The count as a file or a program reads it: none where nobody set a value."""
        return None if self.is_unset else self.count


def cells_of(now: Figures, before: Figures | None) -> tuple[Cell, ...]:
    """The figures of one campaign, each with its change. Shapes: before - the days before, None for no comparison."""
    return tuple(_cell(metric, [now], None if before is None else [before]) for metric in METRICS)


def total_cells(now: Sequence[Figures], before: Sequence[Figures] | None) -> tuple[Cell, ...]:
    """The sums of several campaigns: a rate is the sum of the parts divided by the sum of the wholes."""
    return tuple(_cell(metric, now, before) for metric in METRICS)


def _cell(metric: Metric, now: Sequence[Figures], before: Sequence[Figures] | None) -> Cell:
    part, whole, missing = summed(metric, now)
    untracked = bool(now) and all(one.is_untracked(metric.name) for one in now)
    shown = _rate(metric, part, whole, is_untracked=untracked) if metric.whole else None
    delta = None
    if before is not None and not untracked:
        part_before, whole_before, missing_before = summed(metric, before)
        if shown is not None:
            delta = figures.point_delta(shown, _rate(metric, part_before, whole_before, is_untracked=False))
        elif not missing and not missing_before:
            delta = figures.count_delta(_number(part), _number(part_before))
        else:
            delta = Delta(None, "")
    return Cell(metric, part, shown, delta, untracked, missing if len(now) > 1 and not untracked else 0)


def summed(metric: Metric, every: Iterable[Figures]) -> tuple[int | Decimal | None, int | Decimal | None, int]:
    """Add up a part and its whole over the campaigns that know both; returns both sums and how many were left out.

    Passing: 5 of 100 and 1 of 10 -> (6, 110, 0). Failing: 5 of 100 and unknown of 10 -> (5, 100, 1).
    """
    parts: list[int | Decimal] = []
    wholes: list[int | Decimal] = []
    missing = 0
    for one in every:
        part, whole = one.count(metric.name), one.count(metric.whole) if metric.whole else 0
        if part is None or whole is None:
            missing += 1
            continue
        parts.append(part)
        wholes.append(whole)
    if not parts:
        return None, None, missing
    return sum(parts), sum(wholes) if metric.whole else None, missing


def _rate(metric: Metric, part: int | Decimal | None, whole: int | Decimal | None, *, is_untracked: bool) -> Rate:
    if is_untracked:
        return Rate(None, None, metric.formula, None, figures.UNTRACKED)
    return figures.rate(_whole(part), _whole(whole), metric.formula, of=metric.of)


def _whole(number: int | Decimal | None) -> int | None:
    return None if number is None else int(number)


def _number(number: int | Decimal | None) -> int | None:
    return None if number is None else round(number)
