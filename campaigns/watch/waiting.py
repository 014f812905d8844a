"""What waits for a person: a go-live, an adoption, a status that cannot be read, a pause that is not confirmed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from campaigns.incident_kinds import (
    ADOPTION,
    GO_LIVE_REQUESTED,
    PAUSE_UNCONFIRMED,
    SUBSEQUENCE_PAUSE_UNCONFIRMED,
    UNREADABLE,
)
from campaigns.models import (
    Approval,
    ApprovalState,
    Campaign,
    CampaignStatus,
    RequestState,
    StatusRequest,
    Subsequence,
    Wanted,
)
from campaigns.models.campaign import SENDING
from campaigns.models.request import OPEN_REQUEST
from campaigns.queries import open_approvals
from iexdg.incidents.standing import StandingIncident, sync_standing_incidents
from iexdg.ui.formatting import plural, zoned_words
from iexdg.workspace_objects.models import OPEN_CHANGE, ObjectChange, ObjectKind, ObjectState, Verb
from iexdg.workspaces.models import Workspace

_KINDS = (
    GO_LIVE_REQUESTED,
    ADOPTION,
    UNREADABLE,
    PAUSE_UNCONFIRMED,
    SUBSEQUENCE_PAUSE_UNCONFIRMED,
)
# Instantly accepts a pause at once; one that is not confirmed after this long needs attention.
UNCONFIRMED_AFTER = timedelta(seconds=30)
_RETRIED = "The pause was sent to Instantly and is retried. Pause it in Instantly's own app if this lasts."
_GIVEN_UP = "The pause is no longer retried. Pause it in Instantly's own app, or press Pause on its page."
_NOT_SENDING = (CampaignStatus.DRAFT, CampaignStatus.PAUSED, CampaignStatus.COMPLETED)


def sync_waiting_incidents(workspace: Workspace) -> None:
    """Keep one incident open for each item that waits, and close those that no longer wait."""
    workspace.refresh_from_db()
    now = timezone.now()
    waits = [*_go_lives(workspace), *_adoptions(workspace), *_unreadable(workspace, now), *_pauses(workspace, now)]
    waits += _subsequence_pauses(workspace, now)
    sync_standing_incidents(workspace, _KINDS, waits)


def grace() -> timedelta:
    """How long a status may be unreadable before an incident opens: the next reads may succeed."""
    return timedelta(seconds=max(60.0, 2 * settings.SCAN_INTERVAL_S))


def _go_lives(workspace: Workspace) -> Iterator[StandingIncident]:
    for approval in open_approvals(workspace):
        note = f"“{approval.note}” " if approval.note else ""
        yield StandingIncident(
            GO_LIVE_REQUESTED,
            f"go_live_requested:{approval.pk}",
            f"Go-live requested for {approval.campaign.name} by {approval.requested_by.name}",
            f"{note}At most {plural(approval.audience_cap, 'person', 'people')}.",
            approval.campaign.as_subject,
            {"approval": approval.pk, "requester": approval.requested_by_id, "expires_at": _iso(approval.expires_at)},
        )


def _adoptions(workspace: Workspace) -> Iterator[StandingIncident]:
    waiting = Campaign.objects.filter(
        workspace=workspace,
        awaits_adoption_since__isnull=False,
        remote_status__in=SENDING,
        vanished_at__isnull=True,
    )
    for campaign in waiting:
        yield StandingIncident(
            ADOPTION,
            f"adoption:{campaign.pk}",
            f"{campaign.name} is sending without a live approval",
            "It was sending before we were connected. An approver adopts it as it is, or pauses it.",
            campaign.as_subject,
        )


def _unreadable(workspace: Workspace, now: datetime) -> Iterator[StandingIncident]:
    """Campaigns that cannot be read. Where nothing of the workspace can, the silent watchers report the one cause."""
    if workspace.unknown_since is not None:
        return
    lost = Campaign.objects.filter(
        workspace=workspace, status_unknown_since__lte=now - grace(), vanished_at__isnull=True
    )
    for campaign in lost:
        since = campaign.status_unknown_since or now
        yield StandingIncident(
            UNREADABLE,
            f"unreadable:{campaign.pk}",
            f"The status of {campaign.name} is unknown since {zoned_words(since.astimezone(UTC), now=now)}",
            f"Last read as {campaign.status_label}. {campaign.sync_error}".strip(),
            campaign.as_subject,
            {"unknown_since": _iso(since)},
        )


def _pauses(workspace: Workspace, now: datetime) -> Iterator[StandingIncident]:
    """A pause that is not read back, and one that was refused while the campaign may still be sending."""
    newest = StatusRequest.objects.filter(campaign=OuterRef("pk")).order_by("-id").values("pk")[:1]
    shown = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).annotate(newest=Subquery(newest))
    is_open = Q(state__in=OPEN_REQUEST, asked_at__lte=now - UNCONFIRMED_AFTER)
    is_not_sending = Q(campaign__remote_status__in=_NOT_SENDING, campaign__status_unknown_since__isnull=True)
    refused = Q(state=RequestState.REFUSED) & ~is_not_sending
    requests = StatusRequest.objects.filter(is_open | refused, wanted=Wanted.PAUSE, pk__in=shown.values("newest"))
    # If it was adopted or approved since, someone has decided that it sends.
    approved = Approval.objects.filter(campaign=OuterRef("campaign"), state=ApprovalState.APPROVED)
    requests = requests.filter(~Exists(approved))
    for request in requests.select_related("campaign"):
        campaign, read = request.campaign, request.last_read_status
        words = CampaignStatus.label_of(read) if read is not None else "unreadable"
        yield StandingIncident(
            PAUSE_UNCONFIRMED,
            f"pause_unconfirmed:{campaign.pk}",
            f"Pausing {campaign.name} is not confirmed: last read as {words}",
            "The pause was sent to Instantly and is retried. Pause it in Instantly's own app if this lasts.",
            campaign.as_subject,
            {"request": request.pk, "attempts": request.attempts},
        )


def _subsequence_pauses(workspace: Workspace, now: datetime) -> Iterator[StandingIncident]:
    """The same of subsequences: a pause that was given up leaves one that may send, and nothing else would say so."""
    changes = ObjectChange.objects.filter(
        workspace=OuterRef("workspace"), kind=ObjectKind.SUBSEQUENCE, remote_id=OuterRef("remote_id")
    )
    newest = Subquery(changes.order_by("-id").values("pk")[:1])
    there = Subsequence.objects.filter(workspace=workspace, vanished_at__isnull=True).annotate(newest=newest)
    rows = {row.newest: row for row in there.filter(newest__isnull=False).select_related("campaign")}
    is_open = Q(state__in=OPEN_CHANGE, asked_at__lte=now - UNCONFIRMED_AFTER)
    pauses = ObjectChange.objects.filter(is_open | Q(state=ObjectState.REFUSED), verb=Verb.PAUSE, pk__in=rows)
    for change in pauses:
        row = rows[change.pk]
        if change.state == ObjectState.REFUSED and (_is_not_sending(row) or _was_approved_since(row, change)):
            continue
        yield StandingIncident(
            SUBSEQUENCE_PAUSE_UNCONFIRMED,
            f"subsequence_pause_unconfirmed:{row.pk}",
            f"Pausing the subsequence {row.name} is not confirmed: last read as {row.status_label}",
            f"{_GIVEN_UP if change.state == ObjectState.REFUSED else _RETRIED} {change.error}".strip(),
            row.as_subject,
            {"change": change.pk, "attempts": change.attempts},
        )


def _is_not_sending(row: Subsequence) -> bool:
    return row.remote_status in _NOT_SENDING and row.unknown_since is None


def _was_approved_since(row: Subsequence, change: ObjectChange) -> bool:
    """Whether someone has decided since that it sends."""
    approvals = Approval.objects.filter(campaign=row.campaign_id, state=ApprovalState.APPROVED)
    return row.campaign_id is not None and approvals.filter(decided_at__gt=change.closed_at).exists()


def _iso(at: datetime) -> str:
    return at.isoformat()
