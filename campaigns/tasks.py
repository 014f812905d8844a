"""What workers do for campaigns. Every task carries ids, may run twice, and finds its work in the database."""

import time
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from campaigns.approvals import expire_lapsed_approvals
from campaigns.lifecycle import carry_out, read_status
from campaigns.models import Campaign, ReadingWhy
from campaigns.queries import campaigns_to_watch, requests_to_carry_out
from campaigns.sync import sync_campaign as sync_one
from campaigns.sync import sync_workspace as sync_all
from iexdg.clients.http.limiter import Lane
from iexdg.workspaces.enqueue import enqueue
from iexdg.workspaces.models import Workspace

# One scan leaves the safety queue after this long; who was not read is first in the next one.
_SCAN_BUDGET_S = 10.0


@shared_task(time_limit=30)
def sync_workspaces() -> None:
    """Start a sync of every connected workspace."""
    for pk in Workspace.objects.values_list("pk", flat=True):
        enqueue(sync_workspace, pk)


@shared_task(time_limit=280)
def sync_workspace(pk: int) -> None:
    """Mirror one workspace; a second one at the same time leaves at once."""
    workspace = Workspace.objects.filter(pk=pk).first()
    if workspace is not None:
        sync_all(workspace)


@shared_task(time_limit=120)
def sync_campaign(pk: int) -> None:
    """Mirror one campaign."""
    campaign = Campaign.objects.select_related("workspace").filter(pk=pk).first()
    if campaign is not None:
        sync_one(campaign)


@shared_task(time_limit=60)
def read_statuses() -> None:
    """Read everything that could send, the longest unread first, in the safety lane.

    What was read just now, by whomever, is left out, so that two scans at once do the work of one.
    """
    ends_at = time.monotonic() + _SCAN_BUDGET_S
    unread_since = timezone.now() - timedelta(seconds=settings.SCAN_INTERVAL_S / 2)
    for campaign in campaigns_to_watch(unread_since):
        if time.monotonic() > ends_at:
            return
        read_status(campaign, why=ReadingWhy.SCAN, lane=Lane.SAFETY)


@shared_task(time_limit=60)
def carry_out_request(pk: int) -> None:
    """Pause or activate as asked and read back; the row's lease lets one worker through."""
    carry_out(pk)


@shared_task(time_limit=30)
def sweep_status_requests() -> None:
    """Take up what was asked for and is not settled: a lost broker or a killed worker loses nothing."""
    for pk in requests_to_carry_out().values_list("pk", flat=True):
        enqueue(carry_out_request, pk, queue="safety")


@shared_task(time_limit=60)
def expire_approvals() -> None:
    """Close requests and sign-offs whose time is over."""
    expire_lapsed_approvals(timezone.now())
