"""Reads of history."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from iexdg.team.audit.models import AuditEvent


@dataclass(frozen=True)
class Filters:
    """What to search for; an empty field matches everything. `about` is the first part of the tag."""

    words: str = ""
    about: str = ""
    via: str = ""
    member: int | None = None
    campaign: int | None = None


def events(filters: Filters) -> QuerySet[AuditEvent]:
    """Events that match, the newest first."""
    found = AuditEvent.objects.all()
    for word in filters.words.split():
        found = found.filter(Q(summary__icontains=word) | Q(note__icontains=word) | Q(actor_name__icontains=word))
    if filters.about:
        found = found.filter(action__startswith=f"{filters.about}:")
    if filters.via:
        found = found.filter(via=filters.via)
    if filters.member is not None:
        found = found.filter(actor=filters.member)
    if filters.campaign is not None:
        found = found.filter(campaign_ref=filters.campaign)
    return found.order_by("-id")
