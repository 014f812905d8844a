"""The location of a workspace at GoHighLevel, and the tokens that open it, encrypted."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from iexdg.workspaces.models import Workspace


class TokenKind(models.TextChoices):
    """What opens the location."""

    TOKEN = "token", "private integration token"
    OAUTH = "oauth", "sign-in at GoHighLevel"


class TokenSource(models.TextChoices):
    """Where the token is."""

    STORED = "stored", "stored encrypted"
    ENVIRONMENT = "environment", "in the environment"


class CrmConnection(models.Model):
    """The one location of a workspace; the row stays when it is disconnected, its tokens do not.

    `generation` counts the tokens that it has had: whoever stores new ones names the one that they replace.
    `refresh_claimed_until` is the lease of the process that renews the access token.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="crm_connection")
    kind = models.CharField(max_length=8, choices=TokenKind.choices)
    source = models.CharField(max_length=12, choices=TokenSource.choices)
    location_id = models.CharField(max_length=64)
    location_name = models.CharField(max_length=200, blank=True)
    company_id = models.CharField(max_length=64, blank=True)
    allows_duplicates = models.BooleanField(null=True)
    credential = models.TextField(blank=True, help_text="token or access token, encrypted with FIELD_KEYS")
    refresh_credential = models.TextField(blank=True, help_text="refresh token, encrypted with FIELD_KEYS")
    expires_at = models.DateTimeField(null=True, help_text="of the access token")
    generation = models.PositiveIntegerField(default=0)
    refresh_claimed_until = models.DateTimeField(null=True)
    scopes = models.JSONField(default=dict, help_text="scope -> true, false, or null where that is not known")
    limit_in_interval = models.PositiveIntegerField(null=True)
    left_in_interval = models.PositiveIntegerField(null=True)
    limit_today = models.PositiveIntegerField(null=True)
    left_today = models.PositiveIntegerField(null=True)
    limits_read_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True, help_text="when it last answered")
    tried_at = models.DateTimeField(null=True, help_text="when it was last asked")
    error = models.CharField(max_length=400, blank=True, help_text="of the last try")
    refused_at = models.DateTimeField(null=True, help_text="since when the token is not accepted")
    connected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    connected_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["CrmConnection"]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(disconnected_at=None)
                | models.Q(disconnected_at__isnull=False, credential="", refresh_credential=""),
                name="crm_no_token_once_disconnected",
            ),
            models.CheckConstraint(
                condition=~models.Q(source=TokenSource.STORED, disconnected_at=None, credential=""),
                name="crm_stored_token_while_connected",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=TokenKind.OAUTH) | models.Q(refresh_credential=""),
                name="crm_refresh_token_of_oauth_alone",
            ),
        ]

    def __str__(self) -> str:
        return self.location_name or self.location_id

    @property
    def is_connected(self) -> bool:
        """Whether it is in use."""
        return self.disconnected_at is None

    @property
    def is_refused(self) -> bool:
        """Whether its token is not accepted any more."""
        return self.refused_at is not None
