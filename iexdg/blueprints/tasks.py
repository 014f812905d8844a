"""The background tasks of blueprints: they take ids, may run twice, and a sweep finds what the broker lost."""

from datetime import timedelta

from celery import shared_task
from django.db.models import F, Q
from django.utils import timezone

from iexdg.blueprints.drafts.comparing import compare_draft
from iexdg.blueprints.drafts.requests import carry_out, close_abandoned, requests_to_continue
from iexdg.blueprints.models import ApplyRequest, Draft
from iexdg.blueprints.settling import settle_writes
from iexdg.blueprints.watch import watch_unknown
from iexdg.operations.enqueue import enqueue
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.workspaces.connected import connected_workspaces

# A comparison that was just requested is with a worker already; one that is older is not waited for any more.
_SWEEP_AFTER, _SWEEP_WITHIN = timedelta(seconds=20), timedelta(hours=1)


class OfDraft(WorkspaceTask):
    """A task whose argument is the id of a draft."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the draft."""
        return Draft.objects.filter(pk=pk).values_list("workspace", flat=True).first()


class OfApplyRequest(WorkspaceTask):
    """A task whose argument is the id of a request to apply."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the request."""
        return ApplyRequest.objects.filter(pk=pk).values_list("workspace", flat=True).first()


@shared_task(base=OfDraft, time_limit=60)
def plan_draft(pk: int) -> None:
    """Compare a draft with what Instantly has, and keep the plan."""
    connected = connected_workspaces().order_by()
    there = Draft.objects.filter(pk=pk, workspace__in=connected)
    draft = there.select_related("workspace", "campaign").first()
    if draft is not None:
        compare_draft(draft)


@shared_task(base=OfApplyRequest, time_limit=110)
def apply_request(pk: int) -> None:
    """Apply a request and read back; it is taken by one worker, once."""
    carry_out(pk)


@shared_task(base=EachWorkspace, time_limit=120)
def sweep_campaign_writes(pk: int) -> None:
    """Read back the campaigns of a workspace that were sent and not confirmed; nothing is sent again.

    Whatever stays unknown has an incident. Also starts the comparisons and requests to apply that no worker took.
    """
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    settle_writes(workspace)
    watch_unknown(workspace)
    close_abandoned(workspace)
    for request in requests_to_continue(workspace).values_list("pk", flat=True):
        enqueue(apply_request, request)
    now = timezone.now()
    unplanned = Q(planned_at__isnull=True) | Q(planned_at__lt=F("plan_asked_at"))
    waiting = Draft.objects.filter(unplanned, workspace=workspace, plan_error="")
    waiting = waiting.filter(plan_asked_at__lte=now - _SWEEP_AFTER, plan_asked_at__gt=now - _SWEEP_WITHIN)
    for draft in waiting.values_list("pk", flat=True):
        enqueue(plan_draft, draft)
