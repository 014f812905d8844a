"""A campaign that sends and may not: the request to pause and the incident first, then the pause, then who did it.

The process may crash after every step: the sweep carries the pause out, `complete_pause_incidents` completes the
incident from its own details.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from campaigns.incident_kinds import FLIP, UNAPPROVED_ACTIVE
from campaigns.models import Campaign, RequestState, StatusReading, StatusRequest, Wanted
from campaigns.models.campaign import SENDING
from campaigns.sending.attribution import attribute
from campaigns.sending.lifecycle import carry_out, open_request_of, request_pause
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.limiter import Lane
from iexdg.incidents.kinds import IncidentKind
from iexdg.incidents.models import UNRESOLVED, Incident
from iexdg.incidents.record import amend_incident, open_incident
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

REASON = "it was sending without a live approval"
_KINDS = (FLIP.code, UNAPPROVED_ACTIVE.code)


@dataclass(frozen=True)
class BegunPause:
    """The request to pause, and its incident."""

    request: StatusRequest
    incident: Incident
    is_new: bool


def begin_pause(campaign: Campaign, kind: IncidentKind, *, cause: str, since: datetime | None = None) -> BegunPause:
    """Record the request to pause, and open the incident. Another process that finds the same flip joins both.

    Shapes: since - when the load that may have caused it was answered; cause - text for the incident.
    """
    seen_at = timezone.now()
    campaign.refresh_from_db()
    began = since or campaign.quiet_read_at
    request = request_pause(campaign, by=None, reason=REASON)
    incident, is_new = open_incident(
        campaign.workspace,
        kind,
        dedupe_key=f"flip:{campaign.pk}:{request.pk}",
        summary=f"{campaign.name} is sending without a live approval: pausing",
        detail=cause,
        details={
            "request": request.pk,
            "seen_at": seen_at.isoformat(),
            "began": began.isoformat() if began else None,
            "sent_before": _sent_before(campaign, began),
            "cause": cause,
            "finished": False,
        },
        about=campaign.as_subject,
    )
    return BegunPause(request, incident, is_new)


def carry_out_pause(caught: BegunPause, *, sleep: Callable[[float], None] = time.sleep) -> Incident:
    """Pause, read back, and record the outcome in the incident."""
    request = carry_out(caught.request.pk, sleep=sleep)
    return complete_incident(caught.incident, request)


def complete_pause_incidents(workspace: Workspace) -> int:
    """Complete incidents whose process crashed, or whose pause took longer. Returns how many."""
    open_ones = Incident.objects.filter(workspace=workspace, kind__in=_KINDS, state__in=UNRESOLVED)
    count = 0
    for incident in open_ones.filter(details__finished=False):
        requests = StatusRequest.objects.select_related("campaign__workspace")
        found = requests.filter(pk=incident.details.get("request")).first()
        if found is not None and not found.is_open:
            complete_incident(incident, found)
            count += 1
    return count


def complete_incident(incident: Incident, request: StatusRequest) -> Incident:
    """Record how long it took, who did it and what was sent meanwhile; final once the pause is closed."""
    campaign, recorded = request.campaign, incident.details
    seen_at = _parsed(recorded.get("seen_at")) or incident.opened_at
    began = _parsed(recorded.get("began"))
    confirmed = request.state == RequestState.CONFIRMED
    ended = request.confirmed_at or timezone.now()
    who = attribute(campaign, after=began, before=seen_at)
    logged = _between(who.at, began, seen_at)
    flipped = logged or began
    seconds = round((ended - (flipped or seen_at)).total_seconds(), 1)
    sent = _sent_meanwhile(campaign, recorded.get("sent_before")) if confirmed else None
    # Without a time of its own, it flipped at some time after it was last read as not sending.
    took = f"{'after' if logged else 'within'} {seconds} s" if seconds >= 0.1 else "in under 0.1 s"
    outcome = f"paused {took}, read back" if confirmed else "pause not confirmed yet, retrying"
    meanwhile = "unknown" if sent is None else str(sent)
    details: dict[str, Any] = {
        **recorded,
        "seconds_to_pause": seconds,
        "flipped_at": logged.isoformat() if logged else None,
        "seen_after_s": round((seen_at - flipped).total_seconds(), 1) if flipped else None,
        "confirmed": confirmed,
        "who": who.actor.value,
        "who_words": who.label,
        "sent_meanwhile": sent,
        "finished": not request.is_open,
    }
    detail = f"{recorded.get('cause', '')} Who did it: {who.label}. Sent meanwhile, as Instantly counts: {meanwhile}."
    return amend_incident(
        incident, summary=f"{campaign.name} {who.what}: {outcome}", detail=detail.strip(), details=details
    )


def is_being_paused(campaign: Campaign) -> bool:
    """Whether a requested pause is in progress, which ended the approval: no flip. The sweep completes it."""
    request = open_request_of(campaign)
    return request is not None and request.wanted == Wanted.PAUSE and request.reason != REASON


def _sent_before(campaign: Campaign, began: datetime | None) -> int | None:
    """What was counted while it last was not sending; None where it has sent since that count."""
    counted_at = campaign.quiet_sent_at
    if began is None or counted_at is None:
        return None
    sent_since = StatusReading.objects.filter(campaign=campaign, status__in=SENDING, at__gt=counted_at, at__lt=began)
    return None if sent_since.exists() else campaign.quiet_sent


def _between(at: datetime | None, began: datetime | None, seen_at: datetime) -> datetime | None:
    """The time that Instantly's log gives, limited to our readings: its clock and ours may differ slightly."""
    return None if at is None else min(max(at, began or at), seen_at)


def _sent_meanwhile(campaign: Campaign, before: object) -> int | None:
    """The difference of Instantly's counter; unknown where one of the two could not be read."""
    if not isinstance(before, int):
        return None
    try:
        rows = client_for(campaign.workspace).campaigns.analytics([campaign.remote_id], lane=Lane.SAFETY)
    except ClientError:
        return None
    now = next((row.sent_count for row in rows if row.remote_id == campaign.remote_id), None)
    return max(0, now - before) if now is not None else None


def _parsed(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
