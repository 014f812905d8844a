"""The background tasks of the inbox. They take ids, may run twice, and find their work in the database."""

from celery import shared_task
from django.utils import timezone

from iexdg.inbox.hints import take_turn, waits
from iexdg.inbox.mirror import read_inbox, refresh
from iexdg.inbox.models import Stream, Thread
from iexdg.inbox.queries import replies_to_carry_out
from iexdg.inbox.replies import carry_out
from iexdg.inbox.store import forget_deleted
from iexdg.operations.enqueue import enqueue
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.workspaces.connected import connected_workspaces

_MOST_REPLIES = 5


class OfThread(WorkspaceTask):
    """A task whose argument is the id of a conversation."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the conversation."""
        return Thread.objects.filter(pk=pk).values_list("workspace", flat=True).first()


@shared_task(base=EachWorkspace, time_limit=120)
def mirror_inbox(pk: int) -> None:
    """Read the inbox of a workspace; a second one at the same time returns at once."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        read_inbox(workspace)


@shared_task(base=WorkspaceTask, time_limit=120)
def read_hinted(pk: int) -> None:
    """Read the newest replies because a webhook said that one came; too soon, it is left to the next turn."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None and take_turn(workspace):
        read_inbox(workspace, (Stream.RECEIVED,))


@shared_task(base=OfThread, time_limit=60)
def refresh_thread(pk: int) -> None:
    """Read a conversation that someone has opened; where the budget is used up, the next reading begins with it."""
    thread = Thread.objects.select_related("workspace").filter(pk=pk, workspace__in=connected_workspaces()).first()
    if thread is not None:
        refresh(thread)


@shared_task(base=EachWorkspace, time_limit=120)
def send_replies(pk: int) -> None:
    """Send the answers whose time has come, settle those that are unknown, and forget e-mails that were deleted."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    if waits(workspace):
        enqueue(read_hinted, workspace.pk)
    forget_deleted(workspace)
    for reply_pk in replies_to_carry_out(workspace, timezone.now()).values_list("pk", flat=True)[:_MOST_REPLIES]:
        carry_out(reply_pk)
