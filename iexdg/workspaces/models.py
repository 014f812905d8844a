"""The workspaces at Instantly."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Mode(models.TextChoices):
    """What the product may do at the vendor automatically or for a member."""

    OBSERVE = "observe", "observe mode"
    WRITE = "write", "write mode"


class Workspace(models.Model):
    """One workspace at Instantly, known by its id there. The key is never stored, only where it is read from."""

    name = models.CharField(max_length=120)
    base_url = models.CharField(max_length=200)
    transport = models.CharField(max_length=16, default="direct")
    key_source = models.CharField(max_length=16, help_text="file, environment or sandbox")
    is_sandbox = models.BooleanField(default=False)
    remote_id = models.CharField(max_length=64, blank=True)
    connected_as = models.CharField(
        max_length=64, blank=True, help_text="digest of the connection that was identified as this workspace"
    )
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.OBSERVE)
    credits_left = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    credits_read_at = models.DateTimeField(null=True)
    credits_error = models.CharField(max_length=300, blank=True)
    synced_at = models.DateTimeField(null=True)
    sync_started_at = models.DateTimeField(null=True)
    sync_error = models.CharField(max_length=300, blank=True)
    unknown_since = models.DateTimeField(null=True, help_text="first failed sync since the last good one")
    created_at = models.DateTimeField(auto_now_add=True)
    first_look_at = models.DateTimeField(null=True, help_text="when its campaigns were listed for the first time")
    kill_switch_at = models.DateTimeField(null=True, help_text="set while all sending is stopped")
    kill_switch_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    kill_switch_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Workspace"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["remote_id", "is_sandbox"],
                condition=~models.Q(remote_id=""),
                name="workspace_one_per_remote_id",
            ),
            models.UniqueConstraint(
                fields=["connected_as"], condition=~models.Q(connected_as=""), name="workspace_one_per_connection"
            ),
            models.CheckConstraint(
                condition=models.Q(connected_as="") | ~models.Q(remote_id=""), name="workspace_connected_is_identified"
            ),
            models.CheckConstraint(condition=models.Q(mode__in=Mode.values), name="workspace_known_mode"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_write(self) -> bool:
        """Whether the product may load, activate and act automatically."""
        return self.mode == Mode.WRITE

    @property
    def is_stopped(self) -> bool:
        """Whether the kill switch is on: nothing may be loaded or activated, whatever was approved."""
        return settings.KILL_SWITCH or self.kill_switch_at is not None
