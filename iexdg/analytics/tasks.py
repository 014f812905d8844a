"""The background tasks of analytics. They take ids, may run twice, and find their work in the database."""

from celery import shared_task
from django.utils import timezone

from iexdg.analytics.providers import count_providers
from iexdg.analytics.reading import read_wanted
from iexdg.analytics.weekly import plan_reports, send_reports
from iexdg.operations.workspace_tasks import EachWorkspace
from iexdg.workspaces.connected import connected_workspaces


@shared_task(base=EachWorkspace, time_limit=120)
def read_ranges(pk: int) -> None:
    """Read the figures of the ranges that someone looks at; what does not fit is read at the next tick."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        read_wanted(workspace)


@shared_task(base=EachWorkspace, time_limit=280)
def count_by_provider(pk: int) -> None:
    """Count the people of each campaign by the provider that receives their e-mails, where leads have changed."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        count_providers(workspace)


@shared_task(base=EachWorkspace, time_limit=120)
def send_weekly_reports(pk: int) -> None:
    """Make the reports of last week once for each member who wants one, and send those that are due."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        plan_reports(workspace, timezone.now())
        send_reports(workspace, timezone.now())
