"""Celery tasks. They take ids only, are safe to run twice, and are queued again by a sweep if the broker loses them."""

from celery import shared_task

from campaigns.models import Campaign
from iexdg.clients.http.errors import ClientError
from iexdg.operations.enqueue import enqueue
from iexdg.operations.watchers import Watching, record_check_everywhere
from iexdg.workspaces.connected import connected_workspaces
from leads.blocklist.mirror import mirror_block_list
from leads.imports.drive import advance, due_imports
from leads.loading.canary import canaries, release_passed, sync_canary_incidents
from leads.mirror import campaigns_to_mirror, mirror_campaign_leads


@shared_task(name="leads.tasks.advance_import", time_limit=300)
def advance_import(import_pk: int) -> None:
    """Process one import for a slice; queue the next slice at once if there is more to do, otherwise the sweep does."""
    if advance(import_pk) and due_imports().filter(pk=import_pk).exists():
        enqueue(advance_import, import_pk)


@shared_task(name="leads.tasks.sweep_imports", time_limit=30)
def sweep_imports() -> None:
    """Queue every due import."""
    for import_pk in due_imports().values_list("pk", flat=True)[:50]:
        advance_import.apply_async(args=(import_pk,), expires=10.0)
    record_check_everywhere(Watching.SETTLE)


@shared_task(name="leads.tasks.release_canaries", time_limit=60)
def release_canaries() -> None:
    """Load the rest of imports whose canary passed."""
    for imported in canaries()[:50]:
        if release_passed(imported):
            enqueue(advance_import, imported.pk)
    for workspace in connected_workspaces():
        sync_canary_incidents(workspace)


@shared_task(name="leads.tasks.mirror_leads", time_limit=300)
def mirror_leads() -> None:
    """Read the block list and the leads of campaigns with an outdated mirror; the next run retries a failed read."""
    for workspace in connected_workspaces():
        try:
            mirror_block_list(workspace)
        except ClientError:
            continue
    for campaign in Campaign.objects.filter(pk__in=campaigns_to_mirror()):
        try:
            mirror_campaign_leads(campaign)
        except ClientError:
            continue
