"""Checks a campaign's status around a load and pauses it when it sends without a live approval (Law 7)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from campaigns.incident_kinds import FLIP, UNAPPROVED_ACTIVE
from campaigns.models import Campaign
from campaigns.models.campaign import SENDING
from campaigns.sending.lifecycle import live_approval_of, read_status
from campaigns.sending.unapproved import begin_pause, carry_out_pause, is_being_paused
from iexdg.clients.http.limiter import Lane
from iexdg.incidents.models import Incident
from iexdg.states import CLOCK_SLACK


@dataclass(frozen=True)
class StatusCheck:
    """The result of one check. `status` None: the read failed, so nothing may be assumed.

    `is_pausing`: it sends, and a requested pause is in progress: no flip, and nothing is loaded until it is read back.
    `is_new`: this check found the flip; False where another one did, and has paused it or is about to.
    """

    status: int | None
    flipped: bool = False
    is_pausing: bool = False
    is_new: bool = False
    incident: Incident | None = None

    @property
    def is_clear(self) -> bool:
        """Whether loading may continue."""
        return self.status is not None and not self.flipped and not self.is_pausing


def is_sending_unapproved(campaign: Campaign, status: int | None) -> bool:
    """Whether e-mails may be sent without an approval."""
    return status in SENDING and live_approval_of(campaign) is None


def check_status(
    campaign: Campaign,
    *,
    why: str,
    since: datetime | None,
    cause: str,
    sleep: Callable[[float], None] = time.sleep,
) -> StatusCheck:
    """Read the status; if it sends without a live approval: pause, read back, open an incident.

    Shapes: since - when the load that may have caused it was answered; cause - text for the incident.
    A failed read is not retried here (the client already did); the caller must check again before it continues.
    A flip since `since` that another process caught and paused in the meantime is a flip for this caller too.
    """
    status = read_status(campaign, why=why, lane=Lane.SAFETY)
    if not is_sending_unapproved(campaign, status):
        other = _caught_since(campaign, since) if since and status is not None else None
        return StatusCheck(status, flipped=other is not None, incident=other)
    if campaign.awaits_adoption_since is not None:
        # It was sending before we were connected; a person decides. Nothing is loaded into it until then.
        return StatusCheck(status, flipped=True)
    if is_being_paused(campaign):
        return StatusCheck(status, is_pausing=True)
    caught = begin_pause(campaign, FLIP, cause=f"{cause} No further batch was sent.", since=since)
    incident = carry_out_pause(caught, sleep=sleep)
    return StatusCheck(status, flipped=True, is_new=caught.is_new, incident=incident)


def _caught_since(campaign: Campaign, since: datetime) -> Incident | None:
    kinds = [FLIP.code, UNAPPROVED_ACTIVE.code]
    until = timezone.now() + CLOCK_SLACK
    flips = Incident.objects.filter(kind__in=kinds, campaign_ref=campaign.pk, opened_at__range=(since, until))
    return flips.order_by("-opened_at").first()
