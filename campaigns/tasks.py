"""The background tasks of campaigns. Every task takes ids, may run twice, and finds its work in the database."""

import time
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from campaigns.guardrails.evaluate import evaluate
from campaigns.mirror.sync import sync_campaign as sync_one
from campaigns.mirror.sync import sync_workspace as sync_all
from campaigns.models import Campaign, ReadingWhy
from campaigns.queries import campaigns_to_watch, requests_to_carry_out
from campaigns.sending.approvals import expire_lapsed_approvals
from campaigns.sending.lifecycle import carry_out, read_status, send_open_pauses
from campaigns.sending.unapproved import complete_pause_incidents
from campaigns.watch.deadman import check_watchers as check_watchers_of
from campaigns.watch.drift import watch_drift
from campaigns.watch.outcome import record_pause_outcomes
from campaigns.watch.scan import carry_out_all, discovered, judge, judge_sending, mirror_live
from campaigns.watch.stopping import continue_stopping
from campaigns.watch.waiting import sync_waiting_incidents
from iexdg.clients.http.limiter import Lane
from iexdg.operations.enqueue import enqueue
from iexdg.operations.watchers import Watching, record_check
from iexdg.workspaces.connected import connect_if_needed, connected_workspaces
from iexdg.workspaces.models import Workspace

# One scan ends after this long; campaigns that were not read come first in the next one.
_SCAN_BUDGET_S = 10.0


@shared_task(time_limit=60)
def connect() -> None:
    """Connect where no workspace is connected yet, and sync it at once."""
    if not connected_workspaces().exists() and connect_if_needed():
        sync_workspaces()


@shared_task(time_limit=30)
def sync_workspaces() -> None:
    """Start a sync of every connected workspace."""
    for pk in connected_workspaces().values_list("pk", flat=True):
        enqueue(sync_workspace, pk)


@shared_task(time_limit=280)
def sync_workspace(pk: int) -> None:
    """Mirror one workspace; a second one at the same time returns at once."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    result = sync_all(workspace)
    if not workspace.connected_as:
        return
    judge_sending(workspace)
    watch_drift(workspace)
    _guard(workspace)
    if result.ran and not any(error.startswith("campaigns:") for error in result.errors):
        record_check(workspace, Watching.SYNC)


@shared_task(time_limit=120)
def sync_campaign(pk: int) -> None:
    """Mirror one campaign."""
    campaign = Campaign.objects.select_related("workspace").filter(pk=pk, workspace__in=connected_workspaces()).first()
    if campaign is not None:
        sync_one(campaign)
        watch_drift(campaign.workspace)
        _guard(campaign.workspace, [campaign])


@shared_task(time_limit=60)
def read_statuses() -> None:
    """Read everything that could send, the longest unread first, in the safety lane; pause what may not send.

    Campaigns that were read just now are left out, so that two scans at once do the work of one. What is to be
    paused is recorded at once and carried out after the last reading.
    """
    ends_at = time.monotonic() + _SCAN_BUDGET_S
    unread_since = _unread_since()
    found, tried, blind = [], 0, 0
    for campaign in campaigns_to_watch(unread_since):
        if time.monotonic() > ends_at:
            break
        status = read_status(campaign, why=ReadingWhy.SCAN, lane=Lane.SAFETY)
        tried, blind = tried + 1, blind + (status is None)
        found.append(judge(campaign, status))
    workspaces = list(connected_workspaces())
    for workspace in workspaces:
        found += [judge(campaign, campaign.remote_status) for campaign in discovered(workspace)]
    carry_out_all([one for one in found if one is not None])
    for workspace in workspaces:
        mirror_live(workspace)
        watch_drift(workspace)
        complete_pause_incidents(workspace)
        record_pause_outcomes(workspace)
        if not tried or blind < tried:
            record_check(workspace, Watching.SCAN)


@shared_task(time_limit=60)
def watch_guardrails() -> None:
    """Check every campaign's guardrails, by what was last read."""
    for workspace in connected_workspaces():
        _guard(workspace)


def _guard(workspace: Workspace, campaigns: list[Campaign] | None = None) -> None:
    """Start the pauses of new trips; the sweep finds them if the broker is unavailable."""
    for trip in evaluate(workspace, campaigns):
        if trip.request_id is not None:
            enqueue(carry_out_request, trip.request_id, queue="safety")


def _unread_since() -> datetime:
    """What was read after this is not read again; what was read before the kill switch was turned on must be."""
    half = timezone.now() - timedelta(seconds=settings.SCAN_INTERVAL_S / 2)
    stopped: datetime | None = connected_workspaces().aggregate(last=Max("kill_switch_at"))["last"]
    return max(half, stopped) if stopped else half


@shared_task(time_limit=60)
def send_pauses() -> None:
    """Send every requested pause, before any of them is read back."""
    send_open_pauses()


@shared_task(time_limit=60)
def carry_out_request(pk: int) -> None:
    """Pause or activate as requested and read back; the row's lease lets one worker run."""
    request = carry_out(pk)
    record_pause_outcomes(request.campaign.workspace)


@shared_task(time_limit=30)
def sweep_status_requests() -> None:
    """Retry requests that are not closed: a lost broker or a killed worker loses nothing."""
    for workspace in connected_workspaces():
        continue_stopping(workspace)
        sync_waiting_incidents(workspace)
        record_check(workspace, Watching.REQUESTS)
    waiting = list(requests_to_carry_out().values_list("pk", flat=True))
    if len(waiting) > 1:
        enqueue(send_pauses, queue="safety")
    for pk in waiting:
        enqueue(carry_out_request, pk, queue="safety")


@shared_task(time_limit=30)
def check_watchers() -> None:
    """Check whether a watcher stopped reporting. Beat runs this in its own process: the workers may have crashed."""
    for workspace in connected_workspaces():
        check_watchers_of(workspace, timezone.now())


@shared_task(time_limit=60)
def expire_approvals() -> None:
    """Close requests and approvals that have expired."""
    if expire_lapsed_approvals(timezone.now()):
        for workspace in connected_workspaces():
            sync_waiting_incidents(workspace)
