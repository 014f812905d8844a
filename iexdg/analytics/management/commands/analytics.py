"""`manage.py analytics`: campaigns side by side over a range, with their sums, as the page has them."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from campaigns.errors import CampaignError
from campaigns.queries import campaign_named
from iexdg.analytics.days import PRESETS
from iexdg.analytics.filters import filters_of
from iexdg.analytics.pages.compare import CampaignRow, ComparePage, Frame, compare_page, frame_of
from iexdg.analytics.reading import read_wanted, want
from iexdg.analytics.sums import RATED, Cell
from iexdg.team.commands import Outcome, PlainCommand
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError


class Command(PlainCommand):
    """Reads the range at Instantly first where that is due; what cannot be read is null, never 0."""

    help = "Compare campaigns over some days: counts, rates with their formulas, the sums, and as of when."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError, CampaignError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Choose campaigns and days, as the address of the page does."""
        parser.add_argument(
            "--campaign",
            metavar="CAMPAIGN",
            action="append",
            default=[],
            help="name or remote id; several are compared",
        )
        parser.add_argument("--days", choices=sorted(PRESETS), default="", help="the last days, 30 where none is given")
        parser.add_argument("--from", dest="first", metavar="DATE", default="", help="first day (UTC), as 2026-11-01")
        parser.add_argument("--to", dest="last", metavar="DATE", default="", help="last day, today where none is given")

    def work(self, **options: Any) -> Outcome:
        """Read what is due, then print."""
        workspace, today = current_workspace(), timezone.now().astimezone(UTC).date()
        chosen = [("campaign", campaign_named(workspace, name).pk) for name in options["campaign"]]
        days = [("days", options["days"]), ("from", options["first"]), ("to", options["last"])]
        filters = filters_of(QueryDict(urlencode([*chosen, *days])), today, [metric.name for metric in RATED])
        if filters.chosen.problem:
            raise CampaignError(filters.chosen.problem.removesuffix(" The last 30 days are shown."))
        frame = frame_of(workspace, filters, today)
        if frame.readable and frame.ranges and want(workspace, frame.readable, frame.ranges):
            read_wanted(workspace)
            frame = frame_of(workspace, filters, today)
        page = compare_page(frame)
        return Outcome(_facts(frame, page), _words(frame, page))


def _facts(frame: Frame, page: ComparePage) -> dict[str, Any]:
    return {
        "campaigns": [_campaign(row) for row in page.rows],
        "range": {
            "first": frame.days.first if frame.days else None,
            "last": frame.days.last if frame.days else None,
            "words": frame.range_words,
        },
        "totals": {cell.metric.name: _figure(cell) for cell in page.totals},
        "as_of": _as_of(page),
        "errors": frame.errors,
    }


def _as_of(page: ComparePage) -> datetime | None:
    """The oldest of the times; None where a campaign was never read: then the sums are not of all of them."""
    return None if page.unknown else page.as_of


def _campaign(row: CampaignRow) -> dict[str, Any]:
    return {
        "id": row.campaign.pk,
        "remote_id": row.campaign.remote_id,
        "name": row.campaign.name,
        "figures": {cell.metric.name: _figure(cell) for cell in row.cells},
        "as_of": row.figures.read_at,
        "unknown_since": row.figures.unknown_since,
    }


def _figure(cell: Cell) -> dict[str, Any]:
    """One figure. Shapes: rate - of 1, null where there is none; missing - campaigns that are not in the sum."""
    return {
        "count": cell.count_if_set,
        "rate": cell.rate.ratio if cell.rate else None,
        "of": cell.rate.whole if cell.rate else None,
        "formula": cell.metric.formula,
        "why_no_rate": cell.rate.missing_reason if cell.rate else "",
        "missing": cell.missing,
    }


def _words(frame: Frame, page: ComparePage) -> str:
    lines = [f"{row.campaign.name} · {_line(row.cells)}" for row in page.rows]
    return "\n".join([frame.range_words, *lines, f"Total · {_line(page.totals)}"])


def _line(cells: tuple[Cell, ...]) -> str:
    return " · ".join(f"{cell.metric.label} {_count_words(cell)}" for cell in cells)


def _count_words(cell: Cell) -> str:
    if cell.is_unset:
        return "none set"
    return "unknown" if cell.count is None else str(cell.count)
