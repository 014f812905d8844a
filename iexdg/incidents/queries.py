"""Reads of incidents and notifications."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from iexdg.incidents.models import UNRESOLVED, Incident, Notification, NotificationState
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.ui.folding import has_words
from iexdg.workspaces.models import Workspace

# One failed try is a hiccup; two are worth showing.
_WORTH_SHOWING = 2


@dataclass(frozen=True)
class Filters:
    """What to search for; an empty field matches everything."""

    state: str = ""
    kind: str = ""
    campaign: int | None = None


def open_incidents(workspace: Workspace) -> QuerySet[Incident]:
    """What needs attention, oldest first; acknowledged incidents included."""
    found = Incident.objects.filter(workspace=workspace, state__in=UNRESOLVED)
    return found.select_related("owner").order_by("opened_at")


def incidents(workspace: Workspace, filters: Filters) -> QuerySet[Incident]:
    """Incidents that match: unresolved ones first, then the newest."""
    found = Incident.objects.filter(workspace=workspace)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.campaign is not None:
        found = found.filter(campaign_ref=filters.campaign)
    is_over = Case(When(state__in=UNRESOLVED, then=Value(False)), default=Value(True), output_field=BooleanField())
    return found.select_related("owner", "resolved_by").order_by(is_over, "-opened_at", "-id")


def incidents_with(workspace: Workspace, words: str) -> QuerySet[Incident]:
    """Incidents whose summary has every word, in the order of the list."""
    return incidents(workspace, Filters()).filter(has_words(words, "summary"))


def events_of(incident: Incident) -> QuerySet[AuditEvent]:
    """What happened to an incident, the newest first."""
    return AuditEvent.objects.filter(subject=f"incident:{incident.pk}").order_by("-id")


def notifications_of(incident: Incident) -> QuerySet[Notification]:
    """Who was notified of an incident."""
    return Notification.objects.filter(incident=incident).select_related("member").order_by("channel", "id")


def notifications_to(member: Member) -> QuerySet[Notification]:
    """What a member was sent, tests of the webhook included, the newest first."""
    return Notification.objects.filter(member=member).select_related("incident").order_by("-id")


def undelivered(workspace: Workspace, since: datetime) -> QuerySet[Notification]:
    """Messages that were given up, or failed more than once and are still retried; the newest first."""
    stuck = Q(state=NotificationState.FAILED) | Q(state=NotificationState.DUE, attempts__gte=_WORTH_SHOWING)
    found = Notification.objects.filter(stuck, incident__workspace=workspace, created_at__gte=since)
    return found.exclude(error="").order_by("-id")


def campaigns_with_incidents(workspace: Workspace) -> dict[int, str]:
    """Name campaigns that have had an incident, by our id."""
    found = Incident.objects.filter(workspace=workspace, campaign_ref__isnull=False).order_by("campaign_name")
    return {ref: name for ref, name in found.values_list("campaign_ref", "campaign_name").distinct() if ref is not None}
