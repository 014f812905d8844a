"""Mirrors Instantly's sending accounts."""

from collections.abc import Iterable
from datetime import UTC, date, timedelta

from django.db import transaction
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.accounts import Account
from iexdg.mailboxes.models import Mailbox
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

_FIELDS = (
    "first_name",
    "last_name",
    "status",
    "warmup_status",
    "warmup_score",
    "daily_limit",
    "setup_pending",
    "synced_at",
    "vanished_at",
)


def sync_mailboxes(workspace: Workspace) -> int:
    """Read every sending account and store it; returns how many there are.

    One that is no longer listed is marked, not deleted. Nothing is marked unless the whole list was read.
    Raises: ClientError - the list could not be read; nothing was changed.
    """
    accounts = list(client_for(workspace).accounts.list())
    store_mailboxes(workspace, accounts)
    return len(accounts)


def sync_sent_today(workspace: Workspace) -> None:
    """Read how much each sending account has sent today, all campaigns together; its cap goes by UTC days.

    Raises: ClientError - it could not be read; every count is unknown then.
    """
    boxes = Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=True)
    now = timezone.now()
    today = now.astimezone(UTC).date()
    emails = list(boxes.order_by("email").values_list("email", flat=True))
    if not emails:
        return
    try:
        # A day earlier than needed: Instantly refuses a range that begins and ends on one day.
        rows = client_for(workspace).accounts.daily(emails, start=today - timedelta(days=1))
    except ClientError:
        boxes.update(sent_today=None)
        raise
    # Instantly lists no day on which nothing happened, and its clock may be ahead of ours.
    sent = dict.fromkeys(emails, 0)
    for row in sorted(rows, key=lambda row: row.day or date.min):
        if row.day is not None and row.day >= today and row.email in sent:
            sent[row.email] = row.sent or 0
    changed = list(boxes.filter(email__in=emails))
    for box in changed:
        box.sent_today, box.sent_read_at = sent[box.email], now
    Mailbox.objects.bulk_update(changed, ["sent_today", "sent_read_at"], batch_size=500)


def store_mailboxes(workspace: Workspace, accounts: Iterable[Account]) -> None:
    """Store a complete list of accounts."""
    now = timezone.now()
    rows = {
        account.email.lower(): Mailbox(
            workspace=workspace,
            email=account.email.lower(),
            first_name=(account.first_name or "")[:120],
            last_name=(account.last_name or "")[:120],
            status=account.status,
            warmup_status=account.warmup_status,
            warmup_score=account.warmup_score,
            daily_limit=account.daily_limit,
            setup_pending=account.is_setup_pending is True,
            synced_at=now,
            vanished_at=None,
        )
        for account in accounts
        if account.email
    }
    with transaction.atomic():
        Mailbox.objects.bulk_create(
            rows.values(), update_conflicts=True, unique_fields=["workspace", "email"], update_fields=_FIELDS
        )
        gone = Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=True).exclude(email__in=list(rows))
        gone.update(vanished_at=now)
