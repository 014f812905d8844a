"""The background tasks of SuperSearch: they take ids, may run twice, and a sweep finds what the broker lost."""

from datetime import timedelta

from celery import shared_task
from django.db.models import F, Q
from django.utils import timezone

from iexdg.operations.enqueue import enqueue
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.supersearch.carry_out import carry_out
from iexdg.supersearch.models import Enrichment, Search
from iexdg.supersearch.orders import enrichments_to_continue
from iexdg.supersearch.reading import read_search
from iexdg.workspaces.connected import connected_workspaces
from leads.tasks import advance_import

# A search that was just requested is with a worker already; one that is older is not waited for any more.
_SWEEP_AFTER, _SWEEP_WITHIN = timedelta(seconds=20), timedelta(hours=1)


class OfSearch(WorkspaceTask):
    """A task whose argument is the id of a search."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the search."""
        return Search.objects.filter(pk=pk).values_list("workspace", flat=True).first()


class OfEnrichment(WorkspaceTask):
    """A task whose argument is the id of an enrichment."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the enrichment."""
        return Enrichment.objects.filter(pk=pk).values_list("workspace", flat=True).first()


@shared_task(base=OfSearch, time_limit=60)
def count_search(pk: int) -> None:
    """Count one search and preview it."""
    connected = connected_workspaces().order_by()
    search = Search.objects.filter(pk=pk, workspace__in=connected).select_related("workspace").first()
    if search is not None:
        read_search(search)


@shared_task(base=OfEnrichment, time_limit=110)
def carry_out_enrichment(pk: int) -> None:
    """Take one enrichment as far as it goes now; a lease lets one worker have it."""
    imported = carry_out(pk)
    if imported is not None:
        enqueue(advance_import, imported.pk)


@shared_task(base=EachWorkspace, time_limit=60)
def sweep_supersearch(pk: int) -> None:
    """Continue enrichments that are due, and count searches that no worker took."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    for enrichment_pk in enrichments_to_continue(workspace).values_list("pk", flat=True):
        enqueue(carry_out_enrichment, enrichment_pk)
    now = timezone.now()
    unread = Q(read_at__isnull=True) | Q(read_at__lt=F("asked_at"))
    waiting = Search.objects.filter(unread, workspace=workspace, error="")
    waiting = waiting.filter(asked_at__lte=now - _SWEEP_AFTER, asked_at__gt=now - _SWEEP_WITHIN)
    for search_pk in waiting.values_list("pk", flat=True):
        enqueue(count_search, search_pk)
