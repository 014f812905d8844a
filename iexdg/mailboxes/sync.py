"""Mirrors Instantly's sending accounts."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from iexdg.clients.instantly.types.workspace import Account
from iexdg.mailboxes.models import Mailbox
from iexdg.workspaces.connection import client_for
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
    """Read every sending account and keep it; returns how many there are.

    One that is no longer listed is marked and kept. Nothing is marked unless the whole list was read.
    Raises: ClientError - the list could not be read; nothing was changed.
    """
    accounts = list(client_for(workspace).accounts.list())
    store_mailboxes(workspace, accounts)
    return len(accounts)


def store_mailboxes(workspace: Workspace, accounts: Iterable[Account]) -> None:
    """Keep a whole list of accounts as it was read."""
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
