"""Mirror of Instantly's sending accounts."""

from typing import ClassVar

from django.db import models

from iexdg.workspaces.models import Workspace


class Mailbox(models.Model):
    """One sending account. Unknown status codes are stored as received."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="mailboxes")
    email = models.EmailField()
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    status = models.IntegerField(null=True)
    warmup_status = models.IntegerField(null=True)
    warmup_score = models.FloatField(null=True)
    daily_limit = models.IntegerField(null=True)
    setup_pending = models.BooleanField(default=False)
    sent_today = models.IntegerField(null=True, help_text="campaign e-mails on the UTC day of sent_read_at")
    sent_read_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)
    vanished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Mailbox"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "email"], name="mailbox_one_per_address")]

    def __str__(self) -> str:
        return self.email
