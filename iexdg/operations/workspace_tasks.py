"""Tasks that belong to one workspace: each workspace has messages and slots of its own, so none waits for another."""

from datetime import datetime
from typing import Any

from celery import Task
from django.utils.dateparse import parse_datetime

from iexdg.operations.slots import slot
from iexdg.workspaces.connected import connected_workspaces

# How long a message waits where its workspace uses its whole share of the queue, and for how long it is tried.
_AGAIN_AFTER_S = 1.0
_GIVEN_UP_AFTER_S = 30.0


class WorkspaceTask(Task[Any, Any]):
    """A task whose argument is the id of a workspace, or of something in one (`workspace_of`).

    Where the workspace uses its whole share of the queue, the message is sent again a moment later; once it has
    expired, the sweep or the next tick of beat sends another.
    """

    abstract = True

    def workspace_of(self, pk: int) -> int | None:
        """Return the id of the workspace that an argument belongs to; None where there is none any more."""
        return pk

    def __call__(self, *ids: int) -> Any:
        """Run it in a worker within the share of its workspace; called directly, it just runs."""
        if self.request.called_directly:
            return self.run(*ids)
        workspace = self.workspace_of(*ids)
        if workspace is None:
            return None
        with slot(workspace, self.queue_here, workspaces=connected_workspaces().count()) as is_free:
            if is_free:
                return self.run(*ids)
        self.apply_async(args=ids, queue=self.queue_here, countdown=_AGAIN_AFTER_S, expires=self.until)
        return None

    @property
    def queue_here(self) -> str:
        """The queue whose worker runs this message."""
        info: Any = self.request.delivery_info or {}
        return str(info.get("routing_key") or "bulk")

    @property
    def until(self) -> datetime | float:
        """When this message expires if it is sent again: as it was sent, or a while from now."""
        sent = self.request.expires
        return (parse_datetime(sent) if isinstance(sent, str) else sent) or _GIVEN_UP_AFTER_S


class EachWorkspace(WorkspaceTask):
    """A task of every workspace: beat starts it without an id, and it sends a message for each connected one.

    Called directly without an id, it runs for one after the other.
    """

    abstract = True
    # Without this, Celery refuses a message of beat: it has no id, and `run` takes one.
    typing = False

    def __call__(self, *ids: int) -> Any:
        """Run for one workspace, or start every one."""
        if ids:
            return super().__call__(*ids)
        connected = list(connected_workspaces().values_list("pk", flat=True))
        if self.request.called_directly or len(connected) == 1:
            for pk in connected:
                self.run(pk)
            return None
        for pk in connected:
            self.apply_async(args=(pk,), queue=self.queue_here, expires=self.life_s)
        return None

    @property
    def life_s(self) -> float:
        """How long the message of a workspace lives: as long as beat's own, counted from now.

        A slow machine has used most of beat's by then. With what is left of it every message would expire before it
        is run, and the watch would be silent for as long as the machine is slow.
        """
        schedule = self.app.conf.beat_schedule.values()
        ticks = (entry.get("options", {}) for entry in schedule if entry["task"] == self.name)
        return float(next((one["expires"] for one in ticks if "expires" in one), _GIVEN_UP_AFTER_S))
