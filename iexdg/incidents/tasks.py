"""What workers do for incidents: telling people."""

from celery import shared_task
from django.core.cache import caches

from iexdg.incidents.delivery import send_due

_LOCK = "incidents:sending"
_TIME_LIMIT_S = 50


@shared_task(time_limit=_TIME_LIMIT_S)
def send_notifications() -> None:
    """Send what is due, one run at a time.

    Claims keep messages from going out twice; the lock keeps a mail server that hangs from taking every worker of the
    safety queue, which pauses need too.
    """
    if not caches["shared"].add(_LOCK, 1, timeout=_TIME_LIMIT_S):
        return
    try:
        send_due()
    finally:
        caches["shared"].delete(_LOCK)
