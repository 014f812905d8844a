"""Requests to Instantly that await confirmation: pauses, activations, loads and paid verifications."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from campaigns.models import CampaignStatus, RequestState, StatusRequest, Wanted
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace
from leads.models import Batch, BatchState, Receipt

# A request that was sent a moment ago is normally still in flight; it is not listed yet.
_GRACE_PERIOD = timedelta(seconds=10)
_MAX_ITEMS = 200


@dataclass(frozen=True)
class PendingOutcome:
    """One request without a confirmed outcome. `words`: what is known and what happens next."""

    title: str
    asked_at: datetime
    words: str
    url: str
    read_at: datetime | None = None
    read_words: str = ""


def pending_outcomes(workspace: Workspace) -> list[PendingOutcome]:
    """All requests whose outcome is unknown, the oldest first; three queries."""
    found = [*_requests(workspace), *_batches(workspace), *_receipts(workspace)]
    return sorted(found, key=lambda one: one.asked_at)


def _requests(workspace: Workspace) -> list[PendingOutcome]:
    waits = Q(state__in=[RequestState.ASKED, RequestState.SENT], asked_at__lt=timezone.now() - _GRACE_PERIOD)
    requests = StatusRequest.objects.filter(Q(state=RequestState.UNKNOWN) | waits, campaign__workspace=workspace)
    return [_of_request(request) for request in requests.select_related("campaign").order_by("id")[:_MAX_ITEMS]]


def _of_request(request: StatusRequest) -> PendingOutcome:
    read = request.last_read_status
    return PendingOutcome(
        title=f"{Wanted(request.wanted).label.capitalize()} {request.campaign.name}",
        asked_at=request.sent_at or request.asked_at,
        words=f"{request.error or _WORDS[RequestState(request.state)]} {_progress_of(request)}.",
        url=reverse("campaigns:detail", args=[request.campaign_id]),
        read_at=request.last_read_at,
        read_words=CampaignStatus.label_of(read).lower() if read is not None else "",
    )


_WORDS = {
    RequestState.ASKED: "It has not been sent yet.",
    RequestState.SENT: "It was sent, and Instantly has not answered.",
    RequestState.UNKNOWN: "The read-back does not show it yet.",
}


def _progress_of(request: StatusRequest) -> str:
    if request.lease_until is not None and request.lease_until > timezone.now():
        return f"Attempt {request.attempts or 1} is under way"
    if request.wanted == Wanted.PAUSE:
        return f"Attempt {request.attempts}; trying again"
    return "Nothing is repeated blindly; the status is read instead"


def _batches(workspace: Workspace) -> list[PendingOutcome]:
    overdue = Q(state=BatchState.SENDING, sent_at__lt=timezone.now() - _GRACE_PERIOD)
    batches = Batch.objects.filter(Q(state=BatchState.UNKNOWN) | overdue, imported__workspace=workspace)
    return [
        PendingOutcome(
            title=f"Load batch {batch.number} of {batch.imported.file_name}",
            asked_at=batch.sent_at or batch.planned_at,
            words=f"{plural(batch.size, 'lead')}; the list is read until it is known who arrived "
            f"({plural(batch.reads, 'read')} so far). "
            "Nothing is sent again before that.",
            url=reverse("leads:import", args=[batch.imported_id]),
        )
        for batch in batches.select_related("imported").order_by("sent_at")[:_MAX_ITEMS]
    ]


def _receipts(workspace: Workspace) -> list[PendingOutcome]:
    waiting = Receipt.objects.filter(
        workspace=workspace,
        # Every receipt has an address. SQLite, which keeps no statistics, would read all of the workspace otherwise,
        # and so it takes the index of those that are open.
        email__gt="",
        answered_at__isnull=True,
        posted_at__isnull=True,
        sent_at__lt=timezone.now() - _GRACE_PERIOD,
    )
    grouped = waiting.values("paid_by_id", "paid_by__file_name").annotate(number=Count("pk"), since=Min("sent_at"))
    return [
        PendingOutcome(
            title=f"Verify {plural(group['number'], 'address', 'addresses')} "
            f"of {group['paid_by__file_name'] or 'an import'}",
            asked_at=group["since"],
            words="They may have been paid for. Instantly is read first; an address is verified again only if "
            "Instantly has no record of it.",
            url=_import_url(group["paid_by_id"]),
        )
        for group in grouped.order_by("since")[:_MAX_ITEMS]
    ]


def _import_url(pk: int | None) -> str:
    return reverse("leads:imports") if pk is None else reverse("leads:import", args=[pk])
