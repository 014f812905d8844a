"""The request to change a campaign's status at Instantly: written before the call, closed by a read-back."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from campaigns.models.campaign import Campaign, CampaignStatus


class Wanted(models.TextChoices):
    """The requested status."""

    PAUSE = "pause", "pause"
    ACTIVATE = "activate", "activate"

    @property
    def status(self) -> int:
        """The status that a read-back must show before the request counts as done."""
        return CampaignStatus.PAUSED if self == Wanted.PAUSE else CampaignStatus.ACTIVE


class RequestState(models.TextChoices):
    """The state of a request; campaigns/sending/lifecycle.py defines and makes the moves.

    asked: recorded only. sent: the call was made, its answer or read-back is due. unknown: no answer came, and we
    are still reading. refused: Instantly refused, or still reads as something else after every read-back.
    """

    ASKED = "asked", "requested"
    SENT = "sent", "sent"
    CONFIRMED = "confirmed", "confirmed"
    REFUSED = "refused", "refused"
    UNKNOWN = "unknown", "unknown"


OPEN_REQUEST = (RequestState.ASKED, RequestState.SENT, RequestState.UNKNOWN)


class StatusRequest(models.Model):
    """One pause or activation that someone (or the tripwire) requested."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="status_requests")
    wanted = models.CharField(max_length=16, choices=Wanted.choices)
    state = models.CharField(max_length=16, choices=RequestState.choices, default=RequestState.ASKED)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    last_read_at = models.DateTimeField(null=True)
    last_read_status = models.IntegerField(null=True)
    attempts = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["StatusRequest"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "wanted"],
                condition=models.Q(state__in=OPEN_REQUEST),
                name="status_request_one_open_per_wish",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether the outcome is not known yet."""
        return self.state in OPEN_REQUEST
