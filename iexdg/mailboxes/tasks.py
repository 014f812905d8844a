"""The background tasks of mailboxes: they take ids, may run twice, and a sweep finds what the broker lost."""

import logging

from celery import shared_task
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.mailboxes.carry_out import carry_out
from iexdg.mailboxes.models import Mailbox, MailboxChange, Wanted
from iexdg.mailboxes.queries import groups_to_continue, vitals_to_read
from iexdg.mailboxes.reading import read_days, read_vitals
from iexdg.mailboxes.sync import sync_mailboxes
from iexdg.mailboxes.watch import watch_disconnected, watch_gone
from iexdg.operations.enqueue import enqueue
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.workspaces.connected import connected_workspaces

logger = logging.getLogger(__name__)


class OfMailbox(WorkspaceTask):
    """A task whose argument is the id of a mailbox."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the mailbox."""
        return Mailbox.objects.filter(pk=pk).values_list("workspace", flat=True).first()


class OfGroup(WorkspaceTask):
    """A task whose argument is the number of a group of changes."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the group."""
        return MailboxChange.objects.filter(group=pk).values_list("workspace", flat=True).first()


@shared_task(base=EachWorkspace, time_limit=60)
def watch_mailboxes(pk: int) -> None:
    """Read the list of mailboxes, and open an incident for each that disconnected or is gone."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    try:
        sync_mailboxes(workspace)
    except ClientError as error:
        # What was read of them is stored, and judged all the same; the next scan reads again.
        logger.warning("The mailboxes of %s could not all be read: %s", workspace.slug, error)
    watch_disconnected(workspace)
    watch_gone(workspace)


@shared_task(base=EachWorkspace, time_limit=120)
def read_figures(pk: int) -> None:
    """Read the days of the mailboxes whose days were not read in the last minutes."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    try:
        read_days(workspace)
    except ClientError as error:
        logger.warning("The days of the mailboxes of %s could not be read: %s", workspace.slug, error)


@shared_task(base=OfGroup, time_limit=120)
def carry_out_group(group: int) -> None:
    """Take the changes of a group as far as they go now; a lease lets one worker have each."""
    carry_out(group)


@shared_task(base=OfMailbox, time_limit=60)
def read_vitals_of(pk: int) -> None:
    """Read the mail records that someone asked for."""
    mailbox = Mailbox.objects.select_related("workspace").filter(pk=pk, workspace__in=connected_workspaces()).first()
    if mailbox is not None and mailbox.vitals_asked_at is not None:
        read_vitals(mailbox)


@shared_task(base=EachWorkspace, time_limit=30)
def sweep_changes(pk: int) -> None:
    """Continue changes that are not closed: a lost broker or a killed worker loses nothing."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    for group, wanted in groups_to_continue(workspace):
        enqueue(carry_out_group, group, queue=queue_of(wanted))
    for mailbox_pk in vitals_to_read(workspace, timezone.now()).values_list("pk", flat=True):
        enqueue(read_vitals_of, mailbox_pk)


def queue_of(wanted: str) -> str:
    """Return the queue of a change: a pause waits behind no bulk work."""
    return "safety" if wanted == Wanted.PAUSE else "bulk"
