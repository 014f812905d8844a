"""What workers do for incidents: telling people. Where they do not come to it, beat does it itself."""

from celery import shared_task
from django.core.cache import caches

from iexdg.incidents.delivery import is_overdue, send_due

_LOCK = "incidents:sending"
_TIME_LIMIT_S = 50


@shared_task(time_limit=_TIME_LIMIT_S)
def send_notifications() -> None:
    """Send what is due, one run at a time.

    Claims keep messages from going out twice; the lock keeps a mail server that hangs from taking every worker of the
    watch queue, which finds what has to be paused.
    """
    if not caches["shared"].add(_LOCK, 1, timeout=_TIME_LIMIT_S):
        return
    try:
        send_due()
    finally:
        caches["shared"].delete(_LOCK)


@shared_task(time_limit=_TIME_LIMIT_S)
def send_overdue() -> None:
    """Send what no worker has sent for a while: a worker that hangs cannot tell that it does.

    Beat runs this in a thread of its own. It minds no lock, since whoever holds that may be the one who hangs.
    """
    if is_overdue():
        send_due()
