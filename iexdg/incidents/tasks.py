"""Background tasks of incidents: sending notifications. Beat does it itself where workers fall behind."""

from celery import shared_task
from django.core.cache import caches

from iexdg.incidents.delivery import is_overdue, send_due

_LOCK = "incidents:sending"
_TIME_LIMIT_S = 50


@shared_task(time_limit=_TIME_LIMIT_S)
def send_notifications() -> None:
    """Send what is due, one run at a time.

    Claims prevent duplicate messages; the lock prevents a hanging mail server from occupying every worker of the queue.
    """
    if not caches["shared"].add(_LOCK, 1, timeout=_TIME_LIMIT_S):
        return
    try:
        send_due()
    finally:
        caches["shared"].delete(_LOCK)


@shared_task(time_limit=_TIME_LIMIT_S)
def send_overdue() -> None:
    """Send what no worker has sent for a while: a worker that hangs cannot report itself.

    Beat runs this in a thread of its own. It ignores the lock, since its holder may be the one that hangs.
    """
    if is_overdue():
        send_due()
