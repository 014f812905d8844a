"""The append-only record of who did what to which thing."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models


class AppendOnlyError(Exception):
    """An attempt to change or delete history; nothing was changed."""

    code = "append_only"


class Via(models.TextChoices):
    """Where an action came from."""

    WEB = "web", "dashboard"
    CLI = "cli", "command line"
    SYSTEM = "system", "automatic"


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads only: history has no update and no delete."""

    def update(self, **kwargs: Any) -> int:
        """Refuse.

        Raises: AppendOnlyError - always; nothing was changed.
        """
        raise AppendOnlyError("Audit events cannot be changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse.

        Raises: AppendOnlyError - always; nothing was deleted.
        """
        raise AppendOnlyError("Audit events cannot be deleted.")


class AuditEvent(models.Model):
    """One thing that happened. `action` is a tag such as `campaign:pause:asked`."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=120, default="IEXDG Outreach")
    via = models.CharField(max_length=8, choices=Via.choices, default=Via.WEB)
    action = models.CharField(max_length=64)
    summary = models.CharField(max_length=300)
    subject = models.CharField(max_length=64, help_text="kind:id, such as import:12")
    campaign_ref = models.BigIntegerField(null=True, help_text="our id of the campaign whose timeline shows it")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.TextField(blank=True)

    objects: ClassVar[models.Manager["AuditEvent"]] = models.Manager.from_queryset(AuditEventQuerySet)()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["campaign_ref", "-id"], name="audit_campaign_timeline"),
            models.Index(fields=["subject", "-id"], name="audit_subject_history"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert once.

        Raises: AppendOnlyError - the event exists already; nothing was changed.
        """
        if self.pk is not None:
            raise AppendOnlyError("Audit events cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse.

        Raises: AppendOnlyError - always; nothing was deleted.
        """
        raise AppendOnlyError("Audit events cannot be deleted.")
