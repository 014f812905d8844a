"""Collects the events of every active automation, and keeps the incidents of the ledger."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.cache import caches
from django.db.models import Min, QuerySet
from django.utils import timezone

from iexdg.crm.events import new_events
from iexdg.crm.incident_kinds import CRM_BACKLOG, CRM_FAILED, CRM_TOKEN
from iexdg.crm.lead_events import known_up_to
from iexdg.crm.ledger import record_events
from iexdg.crm.models import Automation, AutomationState, Trigger
from iexdg.crm.queries import backlog_of, connection_of, for_a_person
from iexdg.inbox.queries import reading_of
from iexdg.incidents.standing import StandingIncident, sync_standing_incidents
from iexdg.incidents.subject import Subject
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace

OLD = timedelta(minutes=15)
_MOST_EVENTS = 500
_WALK_EVERY_S = 60
_KINDS = (CRM_TOKEN, CRM_BACKLOG, CRM_FAILED)


def collect(workspace: Workspace) -> int:
    """Record the new events of every active automation; returns how many.

    Looks only where the inbox has changed, and every minute: a reply whose lead is mirrored later changes no inbox.
    """
    reading = reading_of(workspace)
    changed_at = reading.changed_at if reading is not None else None
    found = 0
    for automation in Automation.objects.filter(workspace=workspace, state=AutomationState.ACTIVE):
        found += _collect(automation, changed_at)
    return found


def _collect(automation: Automation, changed_at: datetime | None) -> int:
    if automation.trigger != Trigger.REPLIED:
        return _collect_of_leads(automation)
    lately = f"crm:walked:{automation.pk}"
    if changed_at is not None and automation.walked_to == changed_at and caches["process"].get(lately):
        return 0
    events = new_events(automation, _MOST_EVENTS)
    record_events(automation, events)
    if len(events) < _MOST_EVENTS:
        _this(automation).update(walked_to=changed_at)
        caches["process"].set(lately, 1, timeout=_WALK_EVERY_S)
    return len(events)


def _collect_of_leads(automation: Automation) -> int:
    events = new_events(automation, _MOST_EVENTS)
    record_events(automation, events)
    if automation.active_since is not None:
        known = known_up_to(automation, automation.active_since)
        if known != automation.walked_lead_event:
            _this(automation).update(walked_lead_event=known)
    return len(events)


def _this(automation: Automation) -> QuerySet[Automation]:
    """The automation as it was read: what another trigger or filter knows begins where that says."""
    return Automation.objects.filter(pk=automation.pk, version=automation.version)


def watch_ledger(workspace: Workspace) -> None:
    """Keep an incident open for a refused token, an old backlog, and entries that wait for a person."""
    sync_standing_incidents(workspace, _KINDS, list(_incidents(workspace)))


def _incidents(workspace: Workspace) -> Iterator[StandingIncident]:
    waiting = backlog_of(workspace)
    oldest = waiting.aggregate(at=Min("asked_at"))["at"]
    connection = connection_of(workspace)
    if connection is not None and connection.is_refused:
        yield StandingIncident(
            kind=CRM_TOKEN,
            key="crm:token",
            summary="GoHighLevel refuses the token",
            detail=f"{connection.error} What is in the ledger waits and is sent once the location is connected again.",
            about=Subject(None, "", "crm"),
            details={"refused_at": str(connection.refused_at)},
        )
    if oldest is not None and timezone.now() - oldest > OLD:
        yield StandingIncident(
            kind=CRM_BACKLOG,
            key="crm:backlog",
            summary="Replies wait for the CRM",
            detail=f"{plural(waiting.count(), 'action')} of automations wait, the oldest for more than 15 minutes.",
            about=Subject(None, "", "crm-ledger"),
            details={"oldest": str(oldest)},
        )
    failed = for_a_person(workspace).count()
    if failed:
        yield StandingIncident(
            kind=CRM_FAILED,
            key="crm:failed",
            summary="Actions in the CRM wait for a person",
            detail="GoHighLevel refused them, or it is not known whether they were carried out.",
            about=Subject(None, "", "crm-ledger"),
        )
