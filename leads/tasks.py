"""Celery tasks. They take ids only, are safe to run twice, and are queued again by a sweep if the broker loses them."""

from contextlib import suppress
from functools import partial

from celery import shared_task

from campaigns.models import Campaign
from iexdg.clients.http.errors import ClientError
from iexdg.operations.enqueue import enqueue
from iexdg.operations.watchers import Watching, record_check
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.workspaces.connected import connected_workspaces
from leads.blocklist.mirror import mirror_block_list
from leads.blocklist.policy import apply_policy
from leads.blocklist.send import carry_out, has_open_values
from leads.by_list.run import finish_lists
from leads.changing.carry_out import carry_out as carry_out_changes
from leads.changing.carry_out import has_open_changes
from leads.changing.erasure import carry_out_erasure, open_erasures
from leads.imports.drive import advance, due_imports
from leads.lists.mirror import lists_to_read, mirror_lists, mirror_people
from leads.loading.canary import canaries, release_passed, sync_canary_incidents
from leads.mirror import campaigns_to_mirror, mirror_addresses, mirror_campaign_leads
from leads.models import Import, Lead


class OfImport(WorkspaceTask):
    """A task whose argument is the id of an import."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the import."""
        return Import.objects.filter(pk=pk).values_list("workspace", flat=True).first()


class OfLead(WorkspaceTask):
    """A task whose argument is the id of a lead."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the lead."""
        return Lead.objects.filter(pk=pk).values_list("workspace", flat=True).first()


@shared_task(name="leads.tasks.advance_import", base=OfImport, time_limit=300)
def advance_import(import_pk: int) -> None:
    """Process one import for a slice; queue the next slice at once if there is more to do, otherwise the sweep does."""
    next_slice = partial(enqueue, advance_import, import_pk)
    if advance(import_pk, then=next_slice) and due_imports().filter(pk=import_pk).exists():
        next_slice()


@shared_task(name="leads.tasks.sweep_imports", base=EachWorkspace, time_limit=30)
def sweep_imports(pk: int) -> None:
    """Queue every due import of a workspace."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    for import_pk in due_imports().filter(workspace=workspace).values_list("pk", flat=True)[:50]:
        advance_import.apply_async(args=(import_pk,), expires=10.0)
    record_check(workspace, Watching.SETTLE)


@shared_task(name="leads.tasks.release_canaries", base=EachWorkspace, time_limit=60)
def release_canaries(pk: int) -> None:
    """Load the rest of a workspace's imports whose canary passed."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    for imported in canaries().filter(workspace=workspace)[:50]:
        if release_passed(imported):
            enqueue(advance_import, imported.pk)
    sync_canary_incidents(workspace)


@shared_task(name="leads.tasks.mirror_leads", base=EachWorkspace, time_limit=300)
def mirror_leads(pk: int) -> None:
    """Read the block list, and the leads of campaigns with an outdated mirror; the next run retries a failed read."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    with suppress(ClientError):
        mirror_block_list(workspace)
    apply_policy(workspace)
    for campaign in Campaign.objects.filter(pk__in=campaigns_to_mirror(workspace)).select_related("workspace"):
        with suppress(ClientError):
            mirror_campaign_leads(campaign)


@shared_task(name="leads.tasks.read_lead", base=OfLead, time_limit=60)
def read_lead(pk: int) -> None:
    """Read one lead of which something was announced; where that fails, the next mirror of its campaign reads it."""
    lead = (
        Lead.objects.select_related("campaign__workspace").filter(pk=pk, workspace__in=connected_workspaces()).first()
    )
    if lead is None:
        return
    with suppress(ClientError):
        mirror_addresses(lead.campaign, [lead.email])
    apply_policy(lead.campaign.workspace)


@shared_task(name="leads.tasks.send_block_list", base=EachWorkspace, time_limit=300)
def send_block_list(pk: int) -> None:
    """Put on Instantly's block list, and take off it, what was asked for; the next run goes on after a failed read."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None or not workspace.may_write or not has_open_values(workspace):
        return
    with suppress(ClientError):
        carry_out(workspace)


@shared_task(name="leads.tasks.mirror_lead_lists", base=EachWorkspace, time_limit=300)
def mirror_lead_lists(pk: int) -> None:
    """Read the lead lists, and the people of those whose mirror is old; the next run retries a failed read."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    with suppress(ClientError):
        mirror_lists(workspace)
    for lead_list in lists_to_read(workspace):
        with suppress(ClientError):
            mirror_people(lead_list)


@shared_task(name="leads.tasks.change_people", base=EachWorkspace, time_limit=120)
def change_people(pk: int) -> None:
    """Carry out requested changes of lists and people; what is left is continued at once, or by the sweep."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    for erasure in open_erasures(workspace).select_related("workspace", "by")[:5]:
        carry_out_erasure(erasure)
    finish_lists(workspace)
    if has_open_changes(workspace) and carry_out_changes(workspace):
        enqueue(change_people, pk)
