"""What workers do for incidents: telling people."""

from celery import shared_task

from iexdg.incidents.delivery import send_due


@shared_task(time_limit=50)
def send_notifications() -> None:
    """Send what is due; claims make a second run at the same time harmless."""
    send_due()
