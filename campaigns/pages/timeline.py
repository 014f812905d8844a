"""What happened to a campaign, newest first: what people did, incidents, and every change of its status."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from campaigns.incident_kinds import GO_LIVE_REQUESTED
from campaigns.models import Campaign, CampaignStatus, StatusReading
from campaigns.queries import readings_that_changed
from iexdg.incidents.models import Incident, IncidentState
from iexdg.team.audit.models import AuditEvent

_GOOD = ("confirmed", "approved", "resolved", "done", "reconciled")
_BAD = ("refused", "rejected", "void", "failed", "flip", "tripped")


@dataclass(frozen=True)
class TimelineEntry:
    """One line; `who` is empty where no person did it."""

    at: datetime
    text: str
    tone: str
    who: str = ""
    detail: str = ""
    url: str = ""


def timeline_of(campaign: Campaign, *, most: int) -> list[TimelineEntry]:
    """Merge the three sources, the newest first. Opening and closing an incident is in the audit log already."""
    events = AuditEvent.objects.filter(campaign_ref=campaign.pk).exclude(action__startswith="incident:")[:most]
    # A request and its decision are in the audit log already.
    incidents = Incident.objects.filter(campaign_ref=campaign.pk).exclude(kind=GO_LIVE_REQUESTED.code)
    incidents = incidents.select_related("resolved_by").order_by("-opened_at")
    entries = [
        *(_of_event(event) for event in events),
        *(entry for incident in incidents[:most] for entry in _of_incident(incident)),
        *(_of_reading(reading) for reading in readings_that_changed(campaign, most=most)),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:most]


def _of_event(event: AuditEvent) -> TimelineEntry:
    verb = event.action.rpartition(":")[2]
    tone = "ok" if verb in _GOOD else "bad" if verb in _BAD else "idle"
    return TimelineEntry(event.at, event.summary, tone, event.actor_name, event.note)


def _of_incident(incident: Incident) -> list[TimelineEntry]:
    url = reverse("incidents:detail", args=[incident.pk])
    opened = TimelineEntry(incident.opened_at, incident.summary, "bad", "", incident.detail, url)
    if incident.state != IncidentState.RESOLVED or incident.resolved_at is None:
        return [opened]
    who = incident.resolved_by.name if incident.resolved_by else "IEXDG Outreach"
    return [opened, TimelineEntry(incident.resolved_at, f"Resolved: {incident.summary}", "ok", who)]


def _of_reading(reading: StatusReading) -> TimelineEntry:
    if reading.status is None:
        return TimelineEntry(reading.at, "The status could not be read", "warn", "", reading.error)
    label, tone = CampaignStatus.label_of(reading.status), CampaignStatus.tone_of(reading.status)
    return TimelineEntry(
        reading.at, f"Read as {label}", "idle" if tone == "done" else tone, "", reading.get_why_display()
    )
