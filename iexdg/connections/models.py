"""The connections that an admin made, with their keys encrypted. That of the environment has no row."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Transport(models.TextChoices):
    """The way to Instantly."""

    DIRECT = "direct", "direct"
    MATON = "maton", "through Maton"


class Connection(models.Model):
    """A key that an admin entered, and where it is used. The key is stored encrypted and leaves with the connection.

    `digest` names the connection in `Workspace.connected_as`. It is computed once: a new SECRET_KEY changes nothing.
    """

    name = models.CharField(max_length=120)
    transport = models.CharField(max_length=8, choices=Transport.choices)
    base_url = models.CharField(max_length=200, help_text="Instantly's, or the Maton gateway's")
    maton_connection = models.CharField(max_length=64, blank=True, help_text="id at Maton, sent with every request")
    is_sandbox = models.BooleanField(default=False)
    credential = models.TextField(blank=True, help_text="the key, encrypted with FIELD_KEYS; blank once disconnected")
    last4 = models.CharField(max_length=4)
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    disconnected_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Connection"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=models.Q(disconnected_at=None), name="connection_one_per_digest"
            ),
            models.CheckConstraint(
                condition=models.Q(transport=Transport.DIRECT, maton_connection="")
                | (models.Q(transport=Transport.MATON) & ~models.Q(maton_connection="")),
                name="connection_maton_names_its_id",
            ),
            models.CheckConstraint(
                condition=(models.Q(disconnected_at=None) & ~models.Q(credential=""))
                | models.Q(disconnected_at__isnull=False, credential=""),
                name="connection_key_while_connected",
            ),
        ]

    def __str__(self) -> str:
        return self.name
