"""Blocked addresses and domains: the mirror of Instantly's block list."""

from typing import ClassVar

from django.db import models

from iexdg.workspaces.models import Workspace


class Suppression(models.Model):
    """One address, or one whole domain, as Instantly last listed it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="suppressions")
    value = models.CharField(max_length=320, help_text="address or domain, lower case")
    is_domain = models.BooleanField()
    synced_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Suppression"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "value"], name="suppression_once_per_value")]


class BlockListLook(models.Model):
    """When the block list of a workspace was last read completely; no row if it never was."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="block_list_look")
    read_at = models.DateTimeField()
    changes = models.IntegerField(default=0, help_text="how many reads found a list that differed from the one before")

    objects: ClassVar[models.Manager["BlockListLook"]] = models.Manager()
