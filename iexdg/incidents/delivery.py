"""Sends the notifications that are due: one e-mail per person, one webhook message, again later where it failed.

    -> due
    due -> due | sent | failed

A failed try leaves it due for later, until the tries are used up.

A row is claimed by a conditional UPDATE that moves its next try ahead, so that two workers send one message. A worker
that crashes between sending and recording it leaves the row due: a duplicate notification is better than none.
"""

import smtplib
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.db.models import F
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.redaction import redact
from iexdg.clients.http.webhook import post_webhook
from iexdg.incidents import wording
from iexdg.incidents.models import Channel, Incident, Notification
from iexdg.incidents.models import NotificationState as State
from iexdg.incidents.notifications import BATCH
from iexdg.states import StateTable, has_come
from iexdg.team.current import connected_slugs
from iexdg.ui.addresses import public_url

NOTIFICATIONS = StateTable(
    "Notification", starts=(State.DUE,), moves={State.DUE: (State.DUE, State.SENT, State.FAILED)}
)
MOST_ATTEMPTS = 8
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)
# Longer than any try can take; a claim of a worker that crashed expires after this.
_CLAIM = timedelta(seconds=60)
# The workers check every 5 s: what has waited for this long has no worker that sends it.
_OVERDUE = timedelta(seconds=30)
# The queue is shared with other work: stop soon, the next tick continues.
_BUDGET_S = 5.0


class DeliveryError(Exception):
    """A message was not delivered; the text says why and holds no secret."""

    code = "delivery"


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed tries: 30 s, 1 min, 2 min, … at most an hour."""
    doubled: int = 2 ** max(0, attempts - 1)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


def is_overdue() -> bool:
    """Whether something has been due for much longer than a running worker would allow."""
    return Notification.objects.filter(state=State.DUE, next_try_at__lt=timezone.now() - _OVERDUE).exists()


def send_due(now: datetime | None = None) -> int:
    """Send what is due, message by message; returns how many messages went out."""
    moment = now or timezone.now()
    ends_at = time.monotonic() + _BUDGET_S
    sent = 0
    for group in _messages(moment):
        if time.monotonic() > ends_at:
            break
        claimed = [row for row in group if _claim(row, moment)]
        if claimed:
            sent += _try(claimed, moment)
    return sent


def _messages(now: datetime) -> list[list[Notification]]:
    """Group what is due into messages; what is due within the batch time is sent along with what is due now."""
    is_due = has_come("next_try_at", now + BATCH, longest=_LONGEST_WAIT)
    rows = Notification.objects.filter(state=State.DUE).filter(is_due)
    found = rows.select_related("incident__workspace", "member")
    ordered = found.order_by("channel", "member_id", "incident__workspace", "id")
    groups = [list(group) for _, group in groupby(ordered, _message_of)]
    return [group for group in groups if any(not now < row.next_try_at <= now + _LONGEST_WAIT for row in group)]


def _message_of(row: Notification) -> tuple[str, int, int]:
    """What is sent together: what one person receives about one workspace; a test is a message of its own."""
    return row.channel, row.member_id or 0, row.incident.workspace_id if row.incident else 0


def _claim(row: Notification, now: datetime) -> bool:
    untouched = Notification.objects.filter(pk=row.pk, state=State.DUE, next_try_at=row.next_try_at)
    if not untouched.update(next_try_at=now + _CLAIM, attempts=F("attempts") + 1):
        return False
    row.attempts += 1
    return True


def _try(rows: Sequence[Notification], now: datetime) -> int:
    try:
        _send(rows)
    except DeliveryError as error:
        for row in rows:
            is_over = row.attempts >= MOST_ATTEMPTS
            NOTIFICATIONS.move(
                Notification.objects.filter(pk=row.pk),
                to=State.FAILED if is_over else State.DUE,
                expected=State.DUE,
                error=str(error)[:300],
                next_try_at=now + wait_after(row.attempts),
            )
        return 0
    these = Notification.objects.filter(pk__in=[row.pk for row in rows])
    NOTIFICATIONS.move(these, to=State.SENT, expected=State.DUE, sent_at=timezone.now(), error="")
    return 1


def _send(rows: Sequence[Notification]) -> None:
    incidents = [row.incident for row in rows if row.incident is not None]
    if rows[0].channel == Channel.WEBHOOK:
        _send_webhook(incidents)
    else:
        _send_email(rows[0], incidents)


def _send_webhook(incidents: Sequence[Incident]) -> None:
    if not settings.NOTIFY_WEBHOOK_URL:
        raise DeliveryError("The webhook is off: NOTIFY_WEBHOOK_URL is not set.")
    text = wording.TEST_TEXT
    if incidents:
        text = wording.slack_text(incidents, public_url(), says_where=_says_where())
    try:
        post_webhook(
            settings.NOTIFY_WEBHOOK_URL,
            {"text": text},
            https_only=not settings.USES_SANDBOX,
            allowed_hosts=settings.WEBHOOK_ALLOWED_HOSTS,
        )
    except ClientError as error:
        answered = f"answered {error.status}" if error.status else f"did not answer ({error.code})"
        raise DeliveryError(f"The webhook {answered}: {error.detail}".rstrip(": ")) from None


def _send_email(row: Notification, incidents: Sequence[Incident]) -> None:
    if not settings.EMAIL_HOST:
        raise DeliveryError("E-mail is off: EMAIL_HOST is not set.")
    if row.member is None or not row.member.is_active:
        raise DeliveryError("The member is not active any more.")
    if row.incident is not None and not row.member.role_in(row.incident.workspace):
        raise DeliveryError("The member has no role in this workspace any more.")
    subject, body = wording.TEST_SUBJECT, f"{wording.TEST_TEXT}\n"
    if incidents:
        subject = wording.subject_of(incidents, says_where=_says_where())
        body = wording.email_text(incidents, public_url(), says_where=_says_where())
    try:
        EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [row.member.email]).send()
    except (smtplib.SMTPException, OSError, BadHeaderError) as error:
        # A mail server's message may contain addresses and hosts; the type of the error and its code are enough.
        code = getattr(error, "smtp_code", "")
        raise DeliveryError(redact(f"The mail server: {type(error).__name__} {code}".strip())) from None


def _says_where() -> bool:
    """Whether a message names its workspace: where one of several could be meant."""
    return len(connected_slugs()) > 1
