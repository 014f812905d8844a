"""Has a workspace that was just connected read at once, instead of with the next sync."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from iexdg.workspaces.models import Workspace

logger = logging.getLogger(__name__)


def queue_first_sync(workspace: Workspace) -> None:
    """Queue a sync. The task is in an app above this one, and known here by its name only."""

    def send() -> None:
        try:
            current_app.send_task("campaigns.tasks.sync_workspace", [workspace.pk], queue="bulk")
        except (OperationalError, OSError):
            logger.warning("the first sync of workspace %s could not be queued; beat starts it", workspace.pk)

    transaction.on_commit(send)
