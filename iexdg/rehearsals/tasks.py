"""The background tasks of rehearsals: they take ids, may run twice, and a sweep finds what the broker lost."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from iexdg.operations.enqueue import enqueue
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.rehearsals.models import Rehearsal
from iexdg.rehearsals.orders import fail_lapsed, to_start
from iexdg.rehearsals.rehearsing import carry_out
from iexdg.workspaces.connected import connected_workspaces

# One that was just requested is with a worker already.
_SWEEP_AFTER = timedelta(seconds=20)


class OfRehearsal(WorkspaceTask):
    """A task whose argument is the id of a rehearsal."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the rehearsal."""
        return Rehearsal.objects.filter(pk=pk).values_list("workspace", flat=True).first()


# Reading the file and playing have limits of their own, which end sooner.
@shared_task(base=OfRehearsal, time_limit=600)
def play_rehearsal(pk: int) -> None:
    """Play one rehearsal; a lease lets one worker have it."""
    carry_out(pk)


@shared_task(base=EachWorkspace, time_limit=60)
def sweep_rehearsals(pk: int) -> None:
    """Take those for failed whose worker ended, and start those that no worker took."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    fail_lapsed(workspace)
    left = to_start(workspace).filter(asked_at__lte=timezone.now() - _SWEEP_AFTER)
    for rehearsal_pk in left.values_list("pk", flat=True)[:20]:
        enqueue(play_rehearsal, rehearsal_pk)
