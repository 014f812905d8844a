"""Background jobs: the list and its file."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from iexdg.team.permissions import member_may
from iexdg.team.roles import Action
from iexdg.ui.spreadsheet import csv_download, csv_lines
from iexdg.workspace_objects.pages.jobs import job_rows, jobs_page
from iexdg.workspaces.connected import current_workspace


@require_GET
@member_may(Action.READ)
def jobs(request: HttpRequest) -> HttpResponse:
    """Show the newest background jobs of the workspace."""
    return render(
        request, "workspace_objects/jobs.html", {"nav": "jobs", "page": jobs_page(current_workspace(), request.GET)}
    )


@require_GET
@member_may(Action.READ)
def jobs_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download the jobs that match the filter as CSV."""
    page = jobs_page(current_workspace(), request.GET)
    return csv_download("jobs.csv", csv_lines(job_rows(page.lines)))
