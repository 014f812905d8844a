"""Background tasks of the team."""

from celery import shared_task

from iexdg.team.password_links import send_links


@shared_task(time_limit=50)
def send_password_links() -> None:
    """Send the links for new passwords that were asked for."""
    send_links()
