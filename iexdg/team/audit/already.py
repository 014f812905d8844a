"""What the second of two people, or of two tabs, reads: who did it before, and when."""

from datetime import datetime

from django.utils import timezone

from iexdg.team.audit.models import AuditEvent
from iexdg.ui.formatting import moment_words


def done_already(what: str, who: str, at: datetime) -> str:
    """Return "Already started by Olive Operator, 06:25.", in the reader's zone."""
    words = moment_words(at, now=timezone.now(), zone=timezone.get_current_timezone())
    return f"Already {what} by {who}, {words}."


def already(what: str, subject: str, *actions: str) -> str:
    """The same by the newest of these events about a subject; "" where there is none."""
    event = AuditEvent.objects.filter(subject=subject, action__in=actions).order_by("-id").first()
    return done_already(what, event.actor_name, event.at) if event else ""
