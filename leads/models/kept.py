"""Results that take long to compute, kept until something that they depend on changes."""

from typing import ClassVar

from django.db import models


class KeptResult(models.Model):
    """A result and the digest of everything that it depends on; see leads/derived/kept.py."""

    what = models.CharField(max_length=32)
    subject = models.BigIntegerField(help_text="id of the import, campaign or workspace that it is about")
    key = models.CharField(max_length=64)
    valid_until = models.DateTimeField(null=True, help_text="from when time alone makes it wrong; null for never")
    value = models.JSONField()

    objects: ClassVar[models.Manager["KeptResult"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "subject"], name="kept_result_once")]
