"""What is kept of rehearsals: one row for each campaign that was played."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace


class RehearsalState(models.TextChoices):
    """The state of a rehearsal; iexdg/rehearsals/orders.py defines and makes the moves.

    asked: recorded, a worker takes it. running: it is being played, under a lease. done: its result is kept. failed:
    it could not be played, or the process that played it ended before its end.
    """

    ASKED = "asked", "requested"
    RUNNING = "running", "in progress"
    DONE = "done", "done"
    FAILED = "failed", "failed"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return {"done": "ok", "failed": "bad"}.get(self.value, "busy")


OPEN_REHEARSAL = (RehearsalState.ASKED, RehearsalState.RUNNING)


class Rehearsal(models.Model):
    """One campaign of one rehearsal. `campaign` None: it was not at Instantly yet, and is found by its name."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="rehearsals")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.CASCADE, related_name="rehearsals")
    name = models.CharField(max_length=300, help_text="of the campaign")
    state = models.CharField(max_length=16, choices=RehearsalState.choices, default=RehearsalState.ASKED)
    source = models.CharField(max_length=255, blank=True, help_text="file of the blueprint; empty: as it was last read")
    leads_source = models.CharField(max_length=255, blank=True, help_text="file of the people; empty: those it has")
    file_path = models.CharField(max_length=300, blank=True, help_text="relative to MEDIA_ROOT, until it was read")
    pairs = models.JSONField(default=list, help_text="Column=field, over what the header of the file suggests")
    starts_on = models.DateField(null=True, help_text="first day to play; None: at once")
    fingerprint = models.CharField(max_length=64, blank=True, help_text="of what a go-live approves, as it was played")
    result = models.JSONField(null=True, help_text="see iexdg/rehearsals/report.py; no addresses of people")
    samples = models.JSONField(default=list, help_text="rendered e-mails of a few people, see samples.py")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    day_reached = models.DateField(null=True, help_text="while it runs: how far it was played")
    emails_so_far = models.IntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager["Rehearsal"]] = models.Manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"], condition=models.Q(state__in=OPEN_REHEARSAL), name="rehearsal_one_open"
            ),
            models.CheckConstraint(condition=models.Q(state__in=RehearsalState.values), name="rehearsal_known_state"),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(result__isnull=False), name="rehearsal_done_has_result"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "state"], name="rehearsal_open"),
            models.Index(fields=["campaign", "-id"], name="rehearsal_of_campaign"),
            models.Index(fields=["workspace", "name"], name="rehearsal_by_name"),
        ]

    def __str__(self) -> str:
        return f"Rehearsal of {self.name}"

    @property
    def tone(self) -> str:
        """Tone word of the state's pill."""
        return RehearsalState(self.state).tone

    @property
    def is_open(self) -> bool:
        """Whether it waits or is being played."""
        return self.state in OPEN_REHEARSAL
