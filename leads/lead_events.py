"""Records what happened to a lead in the transaction that writes the lead; the only writer of these rows.

A change of interest is known by Instantly's time of it, so that one back to a former interest is a change too, and what
is read twice, late or out of order is none. Where Instantly has no time it is one when a reading shows another interest
than the one before, and readers know it by the interest alone: it counts once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import takewhile

from django.utils import timezone

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.models import Lead, LeadEvent, LeadEventKind, LeadStatus
from leads.models.lead import NO_TIME
from leads.queries import among

_KINDS: dict[int, LeadEventKind] = {
    LeadStatus.COMPLETED: LeadEventKind.FINISHED,
    LeadStatus.BOUNCED: LeadEventKind.BOUNCED,
    LeadStatus.UNSUBSCRIBED: LeadEventKind.UNSUBSCRIBED,
}
_AT_ONCE = 1000


def mirrored(campaign: Campaign, emails: Iterable[str]) -> dict[str, Lead]:
    """What the mirror of a campaign has of these addresses, as far as an event depends on it; those that it has.

    The rows are locked: two who write the same person must not both take what was there before for the newest.
    """
    found = Lead.objects.filter(campaign=campaign, email__in=among(emails)).select_for_update().order_by("pk")
    return {one.email: one for one in found.only("email", "remote_id", "status", "interest", "interest_changed_at")}


def never_older(before: Mapping[str, Lead], after: Mapping[str, Lead]) -> None:
    """Let those that were read before a change that is mirrored already keep the interest that it led to."""
    for email, now in after.items():
        known = before.get(email)
        if known is not None and known.remote_id == now.remote_id and _time(now) < _time(known):
            now.interest, now.interest_changed_at = known.interest, known.interest_changed_at


def record_changes(campaign: Campaign, before: Mapping[str, Lead], after: Mapping[str, Lead]) -> None:
    """Record the statuses and interests that are others now.

    Shapes: before - from `mirrored`, read before the leads were written; after - address -> the lead as it was written.
        A lead that is new in a campaign whose list was never read to its end has been what it is, for all that is
        known, except where Instantly says when its interest changed.
    """
    is_first_reading = campaign.leads_mirrored_at is None
    events: list[tuple[str, LeadEvent]] = []
    for email, now in after.items():
        known = before.get(email)
        kind = _KINDS.get(now.status) if now.status is not None else None
        if kind is not None and (not is_first_reading if known is None else known.status != now.status):
            events.append((email, LeadEvent(kind=kind)))
        if _has_changed_interest(known, now):
            events.append((email, _of_interest(now)))
    _record(campaign, events)


def _has_changed_interest(known: Lead | None, now: Lead) -> bool:
    if now.interest is None:
        return False
    if known is None or known.remote_id != now.remote_id or known.interest_changed_at is None:
        # Nothing is known of what it was before.
        return _time(now) > NO_TIME
    return (known.interest, _time(known)) != (now.interest, _time(now))


def _of_interest(lead: Lead) -> LeadEvent:
    return LeadEvent(
        kind=LeadEventKind.INTEREST,
        interest=lead.interest,
        happened_at=None if _time(lead) == NO_TIME else lead.interest_changed_at,
        detail=interest_detail(lead),
    )


def interest_detail(lead: Lead) -> str:
    """Return what tells the last change of a lead's interest from its others: the interest, and Instantly's time."""
    at = _time(lead)
    return f":{lead.interest}" if at == NO_TIME else f":{lead.interest}:{at.astimezone(UTC).isoformat()}"


def _time(lead: Lead) -> datetime:
    return lead.interest_changed_at or NO_TIME


def record_loaded(campaign: Campaign, emails: Iterable[str]) -> None:
    """Record that a batch of ours loaded these people into a campaign."""
    _record(campaign, [(email, LeadEvent(kind=LeadEventKind.LOADED)) for email in emails])


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


def _record(campaign: Campaign, events: Sequence[tuple[str, LeadEvent]]) -> None:
    """Record events of the people with these addresses, in two statements however many they are."""
    if not events:
        return
    found = Lead.objects.filter(campaign=campaign, email__in=among({email for email, _ in events}))
    pks = dict(found.values_list("email", "pk"))
    now = timezone.now()
    rows = [event for email, event in events if email in pks]
    for email, event in events:
        if email in pks:
            event.workspace_id, event.lead_id, event.at = campaign.workspace_id, pks[email], now
    LeadEvent.objects.bulk_create(rows, batch_size=500)
