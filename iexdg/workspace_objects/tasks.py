"""The background tasks of objects: they take ids, may run twice, and a sweep finds what the broker lost."""

from celery import shared_task

from iexdg.operations.enqueue import enqueue
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.workspace_objects.carry_out import carry_out, changes_to_continue
from iexdg.workspace_objects.jobs import follow_jobs
from iexdg.workspace_objects.kinds import is_urgent
from iexdg.workspace_objects.lists import read_lists
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.connected import connected_workspaces


class OfChange(WorkspaceTask):
    """A task whose argument is the id of a change."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the change."""
        return ObjectChange.objects.filter(pk=pk).values_list("workspace", flat=True).first()


@shared_task(base=OfChange, time_limit=60)
def carry_out_change(pk: int) -> None:
    """Take a change as far as it goes now; a lease lets one worker have it."""
    carry_out(pk)


@shared_task(base=EachWorkspace, time_limit=60)
def sweep_changes(pk: int) -> None:
    """Continue changes that are not closed: a lost broker or a killed worker loses nothing."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    for change_pk, verb in changes_to_continue(workspace).values_list("pk", "verb"):
        enqueue(carry_out_change, change_pk, queue=queue_of(verb))


@shared_task(base=EachWorkspace, time_limit=120)
def read_workspace_lists(pk: int) -> None:
    """Read the lists of tags, labels, keys, webhooks and jobs that were not read in the last half minute."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        read_lists(workspace)


@shared_task(base=EachWorkspace, time_limit=60)
def follow_running_jobs(pk: int) -> None:
    """Read the background jobs again while one of them runs."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        follow_jobs(workspace)


def queue_of(verb: str) -> str:
    """Return the queue of a change: a pause waits behind no bulk work."""
    return "safety" if is_urgent(verb) else "bulk"
