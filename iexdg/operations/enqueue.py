"""Queues a task for a row's id. Losing the broker loses nothing: the sweep finds the row."""

import logging
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def enqueue(task: "Task[Any, Any]", *ids: int, queue: str = "bulk") -> None:
    """Start a task for some ids once the surrounding transaction has committed."""

    def send() -> None:
        try:
            task.apply_async(args=ids, queue=queue)
        except (OperationalError, OSError):
            logger.warning("%s%s could not be queued; the sweep will find it", task.name, ids)

    transaction.on_commit(send)
