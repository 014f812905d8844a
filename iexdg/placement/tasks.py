"""The background tasks of placement tests: they take ids, may run twice, and a sweep finds what the broker lost."""

import contextlib

from celery import shared_task

from iexdg.clients.http.errors import ClientError
from iexdg.operations.enqueue import enqueue
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.placement.mirror import due_for_reading, mirror_tests, read_results, read_seed_kinds
from iexdg.placement.models import PlacementTest
from iexdg.placement.unconfirmed import sync_unconfirmed_pauses
from iexdg.workspace_objects.sending import pause_what_sends
from iexdg.workspace_objects.tasks import carry_out_change, queue_of
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped


class OfTest(WorkspaceTask):
    """A task whose argument is the id of a test."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the test."""
        return PlacementTest.objects.filter(pk=pk).values_list("workspace", flat=True).first()


@shared_task(base=EachWorkspace, time_limit=60)
def watch_tests(pk: int) -> None:
    """Read the list of tests, start reading results that may have changed, and pause tests while all is stopped."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    # The reason of a failure is stored with the list, which shows it.
    with contextlib.suppress(ClientError):
        mirror_tests(workspace)
    # What was started in Instantly while all is stopped is paused as soon as it is read.
    if is_stopped(workspace):
        for change in pause_what_sends(workspace, by=None, reason=STOPPED_WORDS):
            enqueue(carry_out_change, change.pk, queue=queue_of(change.verb))
    read_seed_kinds(workspace)
    for test_pk in due_for_reading(workspace).values_list("pk", flat=True):
        enqueue(read_results_of, test_pk)


@shared_task(base=EachWorkspace, time_limit=30)
def report_unconfirmed_pauses(pk: int) -> None:
    """Open an incident for each pause that Instantly does not confirm, and close those of pauses that it has."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        sync_unconfirmed_pauses(workspace)


@shared_task(base=OfTest, time_limit=120)
def read_results_of(pk: int) -> None:
    """Read where the e-mails of one test landed."""
    connected = connected_workspaces().order_by()
    test = PlacementTest.objects.filter(pk=pk, workspace__in=connected).select_related("workspace").first()
    if test is not None:
        read_results(test)
