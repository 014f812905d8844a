"""Comparing campaigns over a range: the page and its file."""

from collections.abc import Iterator
from datetime import UTC

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from iexdg.analytics.filters import filters_of
from iexdg.analytics.pages.breakdowns import breakdowns_page, day_chart, weeks_page
from iexdg.analytics.pages.compare import Frame, compare_page, frame_of
from iexdg.analytics.pages.files import breakdown_lines, compare_lines, step_lines, week_lines
from iexdg.analytics.pages.steps import steps_page
from iexdg.analytics.pages.summary import summary_lines
from iexdg.analytics.reading import want
from iexdg.analytics.sums import RATED
from iexdg.analytics.tasks import read_ranges
from iexdg.operations.enqueue import enqueue
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.models import Workspace

_METRICS = tuple(metric.name for metric in RATED)


@require_GET
@member_may(Action.READ)
def compare(request: HttpRequest) -> HttpResponse:
    """Campaigns side by side, their steps, what they break down into, and their weeks; all of it in the address."""
    workspace = current_workspace()
    frame = shown_frame(request, workspace)
    context = {"nav": "analytics", "frame": frame}
    if frame.filters.part == "steps":
        shown = {"campaigns": steps_page(frame), "may_turn_off": member_of(request).may(Action.BLUEPRINTS)}
        return render(request, "analytics/steps.html", context | shown)
    if frame.filters.part == "breakdowns":
        page = breakdowns_page(workspace, frame, timezone.get_current_timezone())
        return render(request, "analytics/breakdowns.html", context | {"page": page})
    if frame.filters.part == "weeks":
        return render(request, "analytics/weeks.html", context | {"page": weeks_page(frame)})
    return render(request, "analytics/compare.html", context | {"page": compare_page(frame), "chart": day_chart(frame)})


@require_GET
@member_may(Action.READ)
def report(request: HttpRequest) -> HttpResponse:
    """Everything about one comparison on one page, to read or to print."""
    workspace = current_workspace()
    frame = shown_frame(request, workspace)
    page = compare_page(frame)
    context = {
        "nav": "analytics",
        "workspace": workspace,
        "frame": frame,
        "page": page,
        "lines": summary_lines(page),
        "chart": day_chart(frame),
        "campaigns": steps_page(frame),
        "weeks": weeks_page(frame),
        "breakdowns": breakdowns_page(workspace, frame, timezone.get_current_timezone()),
        "now": timezone.now(),
    }
    return render(request, "analytics/report.html", context)


@require_GET
@member_may(Action.READ)
def compare_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The part of the comparison that is shown, as a file."""
    workspace = current_workspace()
    frame = shown_frame(request, workspace)
    name = frame.filters.part or "campaigns"
    return csv_download(f"analytics-{name}.csv", csv_lines(_lines(workspace, frame)))


def _lines(workspace: Workspace, frame: Frame) -> Iterator[list[object]]:
    """Header and rows of the file of the part that is shown."""
    if frame.filters.part == "steps":
        return step_lines(steps_page(frame))
    if frame.filters.part == "breakdowns":
        return breakdown_lines(breakdowns_page(workspace, frame, timezone.get_current_timezone()))
    if frame.filters.part == "weeks":
        return week_lines(weeks_page(frame))
    return compare_lines(compare_page(frame))


def shown_frame(request: HttpRequest, workspace: Workspace) -> Frame:
    """Find what the address compares, and have a worker read what is missing."""
    today = timezone.now().astimezone(UTC).date()
    frame = frame_of(workspace, filters_of(request.GET, today, _METRICS), today)
    if frame.readable and frame.ranges and want(workspace, frame.readable, frame.ranges):
        enqueue(read_ranges, workspace.pk)
    return frame
