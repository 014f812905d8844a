"""The background tasks of the CRM. They take ids, may run twice, and find their work in the database."""

from celery import shared_task

from iexdg.crm.automations import ensure_shipped
from iexdg.crm.carry_out import drain
from iexdg.crm.demo import try_shipped, wants_test
from iexdg.crm.queries import backlog_of, for_a_person
from iexdg.crm.watch import collect, watch_ledger
from iexdg.operations.enqueue import enqueue
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.workspaces.connected import connected_workspaces


@shared_task(base=EachWorkspace, time_limit=60)
def sweep_ledger(pk: int) -> None:
    """Record the events that the mirror shows, and have what is due carried out."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    shipped = ensure_shipped(workspace)
    if wants_test(shipped):
        enqueue(try_demo, workspace.pk)
    collect(workspace)
    watch_ledger(workspace)
    # What is unknown is looked for as well.
    if backlog_of(workspace).exists() or for_a_person(workspace).exists():
        enqueue(carry_out_ledger, workspace.pk)


@shared_task(base=WorkspaceTask, time_limit=120)
def carry_out_ledger(pk: int) -> None:
    """Carry out what is due; a second one at the same time takes other rows."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        drain(workspace)


@shared_task(base=WorkspaceTask, time_limit=60)
def try_demo(pk: int) -> None:
    """Test the demo's automation once."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        try_shipped(ensure_shipped(workspace))
