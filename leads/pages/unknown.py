"""What Instantly was asked and has not answered yet: pauses and activations, loads, paid verifications; in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils import timezone

from campaigns.models import CampaignStatus, RequestState, StatusRequest, Wanted
from iexdg.workspaces.models import Workspace
from leads.models import Batch, BatchState, Receipt

# What left a moment ago is still on its way; nobody needs to hear of it.
_ON_ITS_WAY = timedelta(seconds=10)
_MOST = 200


@dataclass(frozen=True)
class Unheard:
    """One thing asked without an answer. `asked_at` is when; `words` say what is known and what happens next."""

    title: str
    asked_at: datetime
    words: str
    url: str
    read_at: datetime | None = None
    read_words: str = ""


def unheard(workspace: Workspace) -> list[Unheard]:
    """Everything whose outcome is unknown, the oldest first; three queries."""
    found = [*_requests(workspace), *_batches(workspace), *_receipts(workspace)]
    return sorted(found, key=lambda one: one.asked_at)


def _requests(workspace: Workspace) -> list[Unheard]:
    requests = StatusRequest.objects.filter(campaign__workspace=workspace, state=RequestState.UNKNOWN)
    return [_of_request(request) for request in requests.select_related("campaign").order_by("id")[:_MOST]]


def _of_request(request: StatusRequest) -> Unheard:
    read = request.last_read_status
    words = "trying again" if request.wanted == Wanted.PAUSE else "nothing is repeated blindly; reading decides"
    return Unheard(
        title=f"{Wanted(request.wanted).label.capitalize()} {request.campaign.name}",
        asked_at=request.sent_at or request.asked_at,
        words=f"{request.error or 'The read-back does not show it yet.'} Attempt {request.attempts}; {words}.",
        url=f"/campaigns/{request.campaign_id}/",
        read_at=request.last_read_at,
        read_words=CampaignStatus.label_of(read).lower() if read is not None else "",
    )


def _batches(workspace: Workspace) -> list[Unheard]:
    batches = Batch.objects.filter(imported__workspace=workspace, state=BatchState.UNKNOWN)
    return [
        Unheard(
            title=f"Load batch {batch.number} of {batch.imported.file_name}",
            asked_at=batch.sent_at or batch.planned_at,
            words=f"{batch.size} leads; the list is read until it is known who arrived ({batch.reads} reads so far). "
            "Nothing is sent again before that.",
            url=f"/imports/{batch.imported_id}/",
        )
        for batch in batches.select_related("imported").order_by("sent_at")[:_MOST]
    ]


def _receipts(workspace: Workspace) -> list[Unheard]:
    waiting = Receipt.objects.filter(
        workspace=workspace,
        answered_at__isnull=True,
        posted_at__isnull=True,
        sent_at__lt=timezone.now() - _ON_ITS_WAY,
    )
    grouped = waiting.values("paid_by_id", "paid_by__file_name").annotate(number=Count("pk"), since=Min("sent_at"))
    return [
        Unheard(
            title=f"Verify {group['number']} addresses of {group['paid_by__file_name'] or 'an import'}",
            asked_at=group["since"],
            words="They may have been paid for. Instantly is read first; an address is asked about again only where "
            "it has never heard of it.",
            url=f"/imports/{group['paid_by_id']}/" if group["paid_by_id"] else "/imports/",
        )
        for group in grouped.order_by("since")[:_MOST]
    ]
