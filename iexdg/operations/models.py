"""When each watcher last completed a check."""

from typing import ClassVar

from django.db import models

from iexdg.workspaces.models import Workspace


class Watcher(models.Model):
    """One regular check and when it last completed; older than its limit means that it has stopped."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="watchers")
    name = models.CharField(max_length=32)
    looked_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Watcher"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="watcher_one_per_name")]

    def __str__(self) -> str:
        return self.name
