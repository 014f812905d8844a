"""Records what happened to a lead in the transaction that writes the lead; the only writer of these rows."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import takewhile

from django.utils import timezone

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.models import Lead, LeadEvent, LeadEventKind, LeadStatus
from leads.queries import among

_KINDS: dict[int, LeadEventKind] = {
    LeadStatus.COMPLETED: LeadEventKind.FINISHED,
    LeadStatus.BOUNCED: LeadEventKind.BOUNCED,
    LeadStatus.UNSUBSCRIBED: LeadEventKind.UNSUBSCRIBED,
}
_AT_ONCE = 1000


def statuses_of(campaign: Campaign, emails: Iterable[str]) -> dict[str, int | None]:
    """The status that each of these addresses has in the mirror of a campaign; one that is not there is left out."""
    found = Lead.objects.filter(campaign=campaign, email__in=among(emails))
    return dict(found.values_list("email", "status"))


def record_changes(campaign: Campaign, before: Mapping[str, int | None], after: Mapping[str, int | None]) -> None:
    """Record the statuses that are others now.

    Shapes: before - from `statuses_of`, read before the leads were written; after - address -> status. A lead that is
        new in a campaign whose list was never read to its end has been what it is, for all that is known.
    """
    is_first_reading = campaign.leads_mirrored_at is None
    kinds: dict[str, LeadEventKind] = {}
    for email, status in after.items():
        kind = _KINDS.get(status) if status is not None else None
        is_known = email in before
        if kind is not None and (before[email] != status if is_known else not is_first_reading):
            kinds[email] = kind
    _record(campaign, kinds)


def record_loaded(campaign: Campaign, emails: Iterable[str]) -> None:
    """Record that a batch of ours loaded these people into a campaign."""
    _record(campaign, dict.fromkeys(emails, LeadEventKind.LOADED))


def forget_oldest(workspace: Workspace, kind: LeadEventKind, *, may_go: Callable[[int, datetime], bool]) -> int:
    """Delete the oldest of a kind, up to a thousand at once, as far as the first that may not go; returns how many.

    Shapes: may_go - says it of one by its id and when it was recorded.
    """
    oldest = LeadEvent.objects.filter(workspace=workspace, kind=kind).order_by("pk").values_list("pk", "at")
    first = oldest.first()
    if first is None or not may_go(*first):
        return 0
    pks = [pk for pk, _ in takewhile(lambda one: may_go(*one), oldest[:_AT_ONCE])]
    LeadEvent.objects.filter(pk__in=pks).delete()
    return len(pks)


def _record(campaign: Campaign, kinds: Mapping[str, LeadEventKind]) -> None:
    if not kinds:
        return
    found = Lead.objects.filter(campaign=campaign, email__in=among(kinds))
    now = timezone.now()
    LeadEvent.objects.bulk_create(
        [
            LeadEvent(workspace_id=campaign.workspace_id, lead_id=pk, kind=kinds[email], at=now)
            for pk, email in found.values_list("pk", "email")
        ],
        batch_size=500,
    )
