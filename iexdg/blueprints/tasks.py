"""The background task of blueprints: a sweep reads back what a process that ended left behind."""

from celery import shared_task

from iexdg.blueprints.settling import settle_writes
from iexdg.blueprints.watch import watch_unknown
from iexdg.operations.workspace_tasks import EachWorkspace
from iexdg.workspaces.connected import connected_workspaces


@shared_task(base=EachWorkspace, time_limit=120)
def sweep_campaign_writes(pk: int) -> None:
    """Read back the campaigns of a workspace that were sent and not confirmed; nothing is sent again.

    Whatever stays unknown has an incident.
    """
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        settle_writes(workspace)
        watch_unknown(workspace)
