"""The background tasks of campaigns. Every task takes ids, may run twice, and finds its work in the database.

What asks Instantly runs for one workspace, so that none waits for another one's answers.
"""

import time
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from campaigns.guardrails.evaluate import evaluate
from campaigns.guardrails.kept import keep, replay
from campaigns.mirror.subsequences import read_figures
from campaigns.mirror.sync import sync_campaign as sync_one
from campaigns.mirror.sync import sync_workspace as sync_all
from campaigns.models import Campaign, ReadingWhy, StatusRequest
from campaigns.queries import campaigns_to_watch, requests_to_carry_out
from campaigns.sending.approvals import expire_lapsed_approvals
from campaigns.sending.lifecycle import carry_out, read_status, send_open_pauses
from campaigns.sending.unapproved import complete_pause_incidents
from campaigns.watch.deadman import check_watchers as check_watchers_of
from campaigns.watch.drift import watch_drift
from campaigns.watch.outcome import record_pause_outcomes
from campaigns.watch.scan import carry_out_all, discovered, judge, judge_sending, mirror_live
from campaigns.watch.stopping import continue_stopping
from campaigns.watch.subsequences import watch_where_readable
from campaigns.watch.waiting import sync_waiting_incidents
from iexdg.clients.http.limiter import Lane
from iexdg.operations.enqueue import enqueue
from iexdg.operations.watchers import Watching, record_check
from iexdg.operations.workspace_tasks import EachWorkspace, WorkspaceTask
from iexdg.workspace_objects.tasks import carry_out_change
from iexdg.workspaces.connected import configured_is_connected, connect_if_needed, connected_workspaces
from iexdg.workspaces.demo import connect_demo
from iexdg.workspaces.models import Workspace

# One scan ends after this long; campaigns that were not read come first in the next one.
_SCAN_BUDGET_S = 10.0


@shared_task(time_limit=60)
def connect() -> None:
    """Connect the configured workspace where it is not connected yet, then the demo's second; sync them at once."""
    if not configured_is_connected() and connect_if_needed():
        sync_workspaces()
    second = connect_demo()
    if second is not None:
        enqueue(sync_workspace, second.pk)


class OfCampaign(WorkspaceTask):
    """A task whose argument is the id of a campaign."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the campaign."""
        return Campaign.objects.filter(pk=pk).values_list("workspace", flat=True).first()


class OfRequest(WorkspaceTask):
    """A task whose argument is the id of a request to pause or activate."""

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the workspace of the request's campaign."""
        return StatusRequest.objects.filter(pk=pk).values_list("campaign__workspace", flat=True).first()


@shared_task(time_limit=30)
def sync_workspaces() -> None:
    """Start a sync of every connected workspace."""
    for pk in connected_workspaces().values_list("pk", flat=True):
        enqueue(sync_workspace, pk)


@shared_task(base=WorkspaceTask, time_limit=280)
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
    for pause in watch_where_readable(workspace):
        enqueue(carry_out_change, pause.pk, queue="safety")
    if result.ran and not any(error.startswith("campaigns:") for error in result.errors):
        record_check(workspace, Watching.SYNC)


@shared_task(base=OfCampaign, time_limit=120)
def sync_campaign(pk: int) -> None:
    """Mirror one campaign."""
    campaign = Campaign.objects.select_related("workspace").filter(pk=pk, workspace__in=connected_workspaces()).first()
    if campaign is not None:
        sync_one(campaign)
        watch_drift(campaign.workspace)
        _guard(campaign.workspace, [campaign])


@shared_task(base=EachWorkspace, time_limit=60)
def read_statuses(pk: int) -> None:
    """Read everything of a workspace that could send, the longest unread first, in the safety lane; pause what may not.

    Campaigns that were read just now are left out, so that two scans at once do the work of one. What is to be
    paused is recorded at once and carried out after the last reading.
    """
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    ends_at = time.monotonic() + _SCAN_BUDGET_S
    found, changed, tried, blind = [], [], 0, 0
    for campaign in campaigns_to_watch(workspace, _unread_since(workspace)):
        if time.monotonic() > ends_at:
            break
        before = campaign.remote_status
        status = read_status(campaign, why=ReadingWhy.SCAN, lane=Lane.SAFETY)
        if status != before:
            changed.append(campaign)
        tried, blind = tried + 1, blind + (status is None)
        found.append(judge(campaign, status))
    found += [judge(campaign, campaign.remote_status) for campaign in discovered(workspace)]
    # After every campaign is judged: their pauses are recorded, and nothing of them waits for this list.
    pauses = watch_where_readable(workspace)
    carry_out_all([one for one in found if one is not None])
    for pause in pauses:
        enqueue(carry_out_change, pause.pk, queue="safety")
    mirror_live(workspace)
    watch_drift(workspace)
    complete_pause_incidents(workspace)
    record_pause_outcomes(workspace)
    if not tried or blind < tried:
        record_check(workspace, Watching.SCAN)
    keep(workspace, changed)


@shared_task(base=EachWorkspace, time_limit=60)
def watch_guardrails(pk: int) -> None:
    """Check every campaign's guardrails, by what was last read; then, with every pause on its way, count last month."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        _guard(workspace)
        replay(workspace, timezone.now())


def _guard(workspace: Workspace, campaigns: list[Campaign] | None = None) -> None:
    """Start the pauses of new trips; the sweep finds them if the broker is unavailable."""
    for trip in evaluate(workspace, campaigns):
        if trip.request_id is not None:
            enqueue(carry_out_request, trip.request_id, queue="safety")


def _unread_since(workspace: Workspace) -> datetime:
    """What was read after this is not read again; what was read before the kill switch was turned on must be."""
    half = timezone.now() - timedelta(seconds=settings.SCAN_INTERVAL_S / 2)
    return max(half, workspace.kill_switch_at) if workspace.kill_switch_at else half


@shared_task(base=EachWorkspace, time_limit=60)
def send_pauses(pk: int) -> None:
    """Send every requested pause of a workspace, before any of them is read back."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        send_open_pauses(workspace)


@shared_task(base=OfRequest, time_limit=60)
def carry_out_request(pk: int) -> None:
    """Pause or activate as requested and read back; the row's lease lets one worker run."""
    request = carry_out(pk)
    record_pause_outcomes(request.campaign.workspace)
    workspace = request.campaign.workspace
    if connected_workspaces().filter(pk=workspace.pk).exists():
        keep(workspace, [request.campaign])


@shared_task(base=EachWorkspace, time_limit=30)
def sweep_status_requests(pk: int) -> None:
    """Retry requests that are not closed: a lost broker or a killed worker loses nothing."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is None:
        return
    continue_stopping(workspace)
    sync_waiting_incidents(workspace)
    record_check(workspace, Watching.REQUESTS)
    waiting = list(requests_to_carry_out(workspace).values_list("pk", flat=True))
    if len(waiting) > 1:
        enqueue(send_pauses, workspace.pk, queue="safety")
    for request_pk in waiting:
        enqueue(carry_out_request, request_pk, queue="safety")


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


@shared_task(base=EachWorkspace, time_limit=120)
def read_subsequence_figures(pk: int) -> None:
    """Read what the subsequences of a workspace have sent; a figure that could not be read is marked so."""
    workspace = connected_workspaces().filter(pk=pk).first()
    if workspace is not None:
        read_figures(workspace)
