"""The comparison as its templates read it: who is compared, their figures side by side, and their sums."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from campaigns.models import Campaign
from campaigns.queries import campaigns_tagged
from iexdg.analytics.days import PRESETS, Days, last_days
from iexdg.analytics.filters import MOST_CHOSEN, PARTS, Filters
from iexdg.analytics.kept import KeptParts
from iexdg.analytics.models import RangeReading
from iexdg.analytics.queries import (
    DayCount,
    campaigns_in,
    days_of,
    every_campaign,
    figures_of,
    figures_since_start,
    readings_of,
    that_sent_most,
)
from iexdg.analytics.sums import BY_NAME, METRICS, RATED, Cell, Figures, Metric, cells_of, total_cells
from iexdg.ui.formatting import date_words, plural
from iexdg.ui.svg import LinkedBar
from iexdg.workspace_objects.tags import tags_of
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class Option:
    """One choice of a selector, and the address that makes it."""

    value: str
    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class CampaignChoice:
    """One campaign of the form."""

    pk: int
    name: str
    is_chosen: bool
    is_gone: bool


@dataclass(frozen=True)
class CampaignRow:
    """One line: a campaign with its figures; `only_url` compares nothing but it."""

    campaign: Campaign
    cells: tuple[Cell, ...]
    figures: Figures
    only_url: str


@dataclass(frozen=True)
class Frame:
    """What every part of the page has: who and when is compared, and everything that changes it.

    Shapes: readings - what was read of the range and the one before; before - None since the start.
    """

    workspace: Workspace
    filters: Filters
    campaigns: Sequence[Campaign]
    days: Days | None
    before: Days | None
    readings: dict[tuple[int, Days], RangeReading]
    today: date
    choices: Sequence[CampaignChoice]
    tags: Sequence[Option]
    presets: Sequence[Option]
    tabs: Sequence[Option]
    range_words: str
    before_words: str
    is_default: bool

    @property
    def pks(self) -> list[int]:
        """The ids of the campaigns that are compared."""
        return [campaign.pk for campaign in self.campaigns]

    @property
    def readable(self) -> list[int]:
        """The ids of those that Instantly still has."""
        return [campaign.pk for campaign in self.campaigns if campaign.vanished_at is None]

    @property
    def ranges(self) -> list[Days]:
        """The ranges that have to be read."""
        return [days for days in (self.days, self.before) if days is not None]

    @cached_property
    def kept(self) -> KeptParts:
        """What takes long to read, and is kept."""
        return KeptParts(self.workspace, self.pks)

    @cached_property
    def days_counted(self) -> list[DayCount]:
        """What the campaigns did on each day of the range; one query, once for all parts of a page."""
        return days_of(self.pks, self.days)

    @cached_property
    def days_tracked(self) -> list[DayCount] | None:
        """The same of those campaigns that track opens; None where none does. A query only where some do not."""
        tracked = [campaign.pk for campaign in self.campaigns if campaign.tracks_opens]
        if not tracked:
            return None
        return self.days_counted if len(tracked) == len(self.campaigns) else days_of(tracked, self.days)

    @property
    def is_waiting(self) -> bool:
        """Whether figures of the range were not read yet, and no read of them has failed."""
        found = [self.readings.get((pk, days)) for pk in self.readable for days in self.ranges]
        return any(one is None or (one.read_at is None and one.unknown_since is None) for one in found)

    @property
    def errors(self) -> list[str]:
        """Why something could not be read, each reason once."""
        return list(dict.fromkeys(one.error for one in self.readings.values() if one.error))

    def reading(self, pk: int) -> RangeReading | None:
        """What was read of a campaign for the range."""
        return None if self.days is None else self.readings.get((pk, self.days))


@dataclass(frozen=True)
class ComparePage:
    """The campaigns side by side. Shapes: bars - of the metric that is drawn; as_of - the oldest of the times."""

    frame: Frame
    rows: Sequence[CampaignRow]
    totals: tuple[Cell, ...]
    metrics: Sequence[Option]
    metric: Metric
    bars: Sequence[LinkedBar]
    as_of: datetime | None
    unknown: Sequence[str]
    heads: Sequence[Metric] = METRICS


def frame_of(workspace: Workspace, filters: Filters, today: date) -> Frame:
    """Find what is compared; six queries at most."""
    every, days = every_campaign(workspace), filters.days
    wanted, (_, tags) = _wanted(workspace, filters), tags_of(workspace)
    campaigns = campaigns_in(workspace, wanted)
    before = days.before if days else None
    ranges = [one for one in (days, before) if one is not None]
    pks = {campaign.pk for campaign in campaigns}
    return Frame(
        workspace=workspace,
        filters=filters,
        campaigns=campaigns,
        days=days,
        before=before,
        readings=readings_of(pks, ranges),
        today=today,
        choices=[CampaignChoice(one.pk, one.name, one.pk in pks, one.is_gone) for one in every],
        tags=[Option(tag, label, filters.of_tag(tag).query(), tag == filters.tag) for tag, label in tags.items()],
        presets=_presets(filters, today),
        tabs=[
            Option(part, label, filters.of_part(part).query(), part == filters.part) for part, label in PARTS.items()
        ],
        range_words=words_of(days, today),
        before_words="" if before is None else words_of(before, today),
        is_default=not filters.campaigns and not filters.tag,
    )


def _wanted(workspace: Workspace, filters: Filters) -> Collection[int]:
    """The campaigns that are compared: those that were chosen, those with a tag, or those that sent most."""
    if filters.tag and not filters.campaigns:
        return campaigns_tagged(workspace, filters.tag)[:MOST_CHOSEN]
    return filters.campaigns or that_sent_most(workspace, filters.days)


def words_of(days: Days | None, today: date) -> str:
    """Return "1 Nov – 7 Nov, 7 days", or "since the start"."""
    if days is None:
        return "since the start"
    span = f"{date_words(days.first, today=today)} – {date_words(days.last, today=today)}"
    return f"{span}, {plural(days.length, 'day')}"


def compare_page(frame: Frame) -> ComparePage:
    """Put the figures side by side; no query."""
    now, before = figures_by_range(frame)
    rows = [
        CampaignRow(
            campaign,
            cells_of(now[place], before[place] if before else None),
            now[place],
            frame.filters.of_campaigns(campaign.pk).query(),
        )
        for place, campaign in enumerate(frame.campaigns)
    ]
    metric = BY_NAME[frame.filters.metric]
    read = [one.read_at for one in now if one.read_at]
    return ComparePage(
        frame=frame,
        rows=rows,
        totals=total_cells(now, before),
        metrics=[
            Option(one.name, one.label, frame.filters.of_metric(one.name).query(), one is metric) for one in RATED
        ],
        metric=metric,
        bars=_bars(rows, metric),
        as_of=min(read, default=None),
        unknown=[row.campaign.name for row in rows if row.figures.read_at is None],
    )


def figures_by_range(frame: Frame) -> tuple[list[Figures], list[Figures] | None]:
    """The figures of each campaign in the range, and in the one before; None where nothing is compared."""
    if frame.days is None:
        return [figures_since_start(campaign) for campaign in frame.campaigns], None
    now = [figures_of(campaign, frame.readings.get((campaign.pk, frame.days))) for campaign in frame.campaigns]
    if frame.before is None:
        return now, None
    return now, [figures_of(campaign, frame.readings.get((campaign.pk, frame.before))) for campaign in frame.campaigns]


def _bars(rows: Sequence[CampaignRow], metric: Metric) -> list[LinkedBar]:
    bars = []
    for row in rows:
        rate = next(cell.rate for cell in row.cells if cell.metric is metric)
        if rate is None:
            continue
        words = f"{rate.ratio * 100:.1f} %" if rate.ratio is not None else rate.missing_reason
        bars.append(LinkedBar(row.campaign.name, rate.ratio, words, row.only_url))
    return bars


def _presets(filters: Filters, today: date) -> list[Option]:
    return [
        Option(
            name,
            label,
            filters.of_preset(name, last_days(length, today) if length else None).query(),
            name == filters.chosen.preset,
        )
        for name, (label, length) in PRESETS.items()
    ]
