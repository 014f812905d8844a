"""The background tasks of the CRM. They take ids, may run twice, and find their work in the database."""

from contextlib import suppress

from celery import shared_task

from iexdg.clients.http.errors import ClientError
from iexdg.connections.errors import StoredConnectionError
from iexdg.crm.automations import ensure_shipped
from iexdg.crm.carry_out import drain, to_read_back
from iexdg.crm.demo import try_shipped, wants_test
from iexdg.crm.errors import CrmError
from iexdg.crm.lead_events import forget_known
from iexdg.crm.lists import claim_reading, read_lists
from iexdg.crm.models import UnmatchedReply
from iexdg.crm.own_actions import drain_own
from iexdg.crm.queries import backlog_of, connection_of, undecided_of
from iexdg.crm.unmatched import find_unmatched, leads_to_look_for, look_sooner
from iexdg.crm.verbs import check, wants_check
from iexdg.crm.watch import collect, watch_ledger
from iexdg.operations.enqueue import enqueue
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.workspaces.connected import connected_workspaces
from leads.mirror import mirror_addresses


@shared_task(base=EachWorkspace, time_limit=60)
def sweep_ledger(pk: int) -> None:
    """Record the events that the mirror shows, delete what all know, and have what is due carried out."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    shipped = ensure_shipped(workspace)
    if wants_test(shipped):
        enqueue(try_demo, workspace.pk)
    if claim_reading(workspace):
        enqueue(read_lists_of_location, workspace.pk)
    if wants_check(workspace):
        enqueue(check_connection, workspace.pk)
    if connection_of(workspace) is not None:
        find_unmatched(workspace)
    for row in leads_to_look_for(workspace):
        enqueue(look_for_lead, row)
    collect(workspace)
    forget_known(workspace)
    watch_ledger(workspace)
    # What is unknown is looked for as well.
    if backlog_of(workspace).exists() or undecided_of(workspace).exists() or to_read_back(workspace).exists():
        enqueue(carry_out_ledger, workspace.pk)


@shared_task(base=WorkspaceTask, time_limit=120)
def carry_out_ledger(pk: int) -> None:
    """Carry out what is due; a second one at the same time takes other rows."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        drain_own(workspace)
        drain(workspace)


@shared_task(base=WorkspaceTask, time_limit=60)
def check_connection(pk: int) -> None:
    """Read the location, its scopes and limits, where that is due."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None and wants_check(workspace):
        # What it failed for is stored, and the page shows it.
        with suppress(CrmError, StoredConnectionError, ClientError):
            check(workspace)


class OfUnmatched(WorkspaceTask):
    """A task whose argument is the id of an unmatched reply."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the reply."""
        return UnmatchedReply.objects.filter(pk=pk).values_list("workspace", flat=True).first()


@shared_task(base=OfUnmatched, time_limit=60)
def look_for_lead(pk: int) -> None:
    """Ask Instantly for the lead of a reply whose address is not mirrored yet; the next sweep finds it then."""
    row = UnmatchedReply.objects.filter(pk=pk).select_related("thread__campaign__workspace").first()
    if row is None or row.thread.campaign is None or not row.thread.lead:
        return
    try:
        mirror_addresses(row.thread.campaign, [row.thread.lead])
    except ClientError:
        look_sooner(row)


@shared_task(base=WorkspaceTask, time_limit=60)
def try_demo(pk: int) -> None:
    """Test the demo's automation once."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        try_shipped(ensure_shipped(workspace))


@shared_task(base=WorkspaceTask, time_limit=60)
def read_lists_of_location(pk: int) -> None:
    """Read the workflows and pipelines that the form of an automation offers."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    with suppress(CrmError, StoredConnectionError, ClientError):
        read_lists(workspace)
