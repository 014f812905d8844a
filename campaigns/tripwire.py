"""Looks at a campaign's status around a load and pauses it when it sends without a live approval (Law 7)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from campaigns.lifecycle import ask_pause, carry_out, live_approval_of, read_status
from campaigns.models import Campaign, RequestState, StatusReading
from campaigns.models.campaign import SENDING
from iexdg.clients.http.limiter import Lane
from iexdg.incidents.models import Incident, IncidentKind
from iexdg.incidents.record import open_incident


@dataclass(frozen=True)
class Look:
    """What one look found. `status` None: the read failed, so nothing may be taken for granted.

    `is_new`: this look found the flip; False where another one did, and has paused it or is about to.
    """

    status: int | None
    flipped: bool = False
    is_new: bool = False
    incident: Incident | None = None

    @property
    def is_clear(self) -> bool:
        """Whether loading may go on."""
        return self.status is not None and not self.flipped


def is_sending_unapproved(campaign: Campaign, status: int | None) -> bool:
    """Whether e-mails may be leaving that nobody signed off."""
    return status in SENDING and live_approval_of(campaign) is None


def look(
    campaign: Campaign,
    *,
    why: str,
    since: datetime | None,
    cause: str,
    sleep: Callable[[float], None] = time.sleep,
) -> Look:
    """Read the status; if it sends without a live approval: pause, read back, open an incident.

    Shapes: since - when the load that may have caused it was answered; cause - words for the incident.
    A failed read is not repeated here (the client already did); the caller must look again before it goes on.
    A flip since `since` that somebody else caught and paused in the meantime is a flip for this caller too.
    """
    status = read_status(campaign, why=why, lane=Lane.SAFETY)
    if not is_sending_unapproved(campaign, status):
        caught = _caught_since(campaign, since) if since and status is not None else None
        return Look(status, flipped=caught is not None, incident=caught)
    seen_at = timezone.now()
    request = ask_pause(campaign, by=None, reason="turned active by itself")
    request = carry_out(request.pk, sleep=sleep)
    confirmed = request.state == RequestState.CONFIRMED
    began = since or _last_quiet_reading(campaign) or seen_at
    seconds = round(((request.confirmed_at or timezone.now()) - began).total_seconds(), 1)
    took = f"after {seconds} s" if seconds >= 0.1 else "in under 0.1 s"
    outcome = f"paused {took}, read back" if confirmed else "pause not confirmed yet, trying on"
    incident, is_new = open_incident(
        campaign.workspace,
        IncidentKind.FLIP,
        dedupe_key=f"flip:{campaign.pk}:{request.pk}",
        summary=f"{campaign.name} turned active by itself: {outcome}",
        detail=f"{cause} Nobody here started it: adding leads can flip a campaign. No further batch was sent.",
        details={"seconds_to_pause": seconds, "seen_at": seen_at.isoformat(), "confirmed": confirmed},
        campaign_ref=campaign.pk,
        campaign_name=campaign.name,
        url=f"/campaigns/{campaign.pk}/",
    )
    return Look(status, flipped=True, is_new=is_new, incident=incident)


def _caught_since(campaign: Campaign, since: datetime) -> Incident | None:
    flips = Incident.objects.filter(kind=IncidentKind.FLIP, campaign_ref=campaign.pk, opened_at__gte=since)
    return flips.order_by("-opened_at").first()


def _last_quiet_reading(campaign: Campaign) -> datetime | None:
    readings = StatusReading.objects.filter(campaign=campaign, status__isnull=False).exclude(status__in=SENDING)
    return readings.order_by("-id").values_list("at", flat=True).first()
