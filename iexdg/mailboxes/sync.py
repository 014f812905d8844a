"""Mirrors Instantly's sending accounts."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from iexdg.clients.http.errors import ClientError, PartlyUnreadError
from iexdg.clients.instantly.accounts import Account
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.model import text
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.queries import status_words
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

_MOST_WARMUP = 10_000
_FIELDS = (
    "first_name",
    "last_name",
    "status",
    "warmup_status",
    "warmup_score",
    "daily_limit",
    "sending_gap",
    "warmup_limit",
    "warmup_reply_rate",
    "warmup_increment",
    "provider_code",
    "tracking_domain",
    "reason",
    "setup_pending",
    "synced_at",
    "vanished_at",
)


def sync_mailboxes(workspace: Workspace) -> int:
    """Read every sending account and store it; returns how many there are.

    One that is no longer listed is marked, not deleted. Nothing is marked unless the whole list was read.
    Raises: ClientError - the list could not be read; nothing was changed. PartlyUnreadError - some accounts could not
        be understood; the others were stored, and none is marked.
    """
    accounts, problem = collected(client_for(workspace).accounts.list())
    store_mailboxes(workspace, accounts, is_complete=problem is None)
    if problem is not None:
        raise problem
    return len(accounts)


def sync_sent_today(workspace: Workspace) -> None:
    """Read how much each sending account has sent today, all campaigns together; its cap goes by UTC days.

    Raises: ClientError - it could not be read; every count is unknown then, or those that were not understood.
    """
    boxes = Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=True)
    now = timezone.now()
    today = now.astimezone(UTC).date()
    emails = list(boxes.order_by("email").values_list("email", flat=True))
    if not emails:
        return
    problem: PartlyUnreadError | None = None
    try:
        # A day earlier than needed: Instantly refuses a range that begins and ends on one day.
        rows = client_for(workspace).accounts.daily(emails, start=today - timedelta(days=1))
    except PartlyUnreadError as error:
        rows, problem = list(error.understood), error
    except ClientError:
        boxes.update(sent_today=None)
        raise
    # Instantly lists no day on which nothing happened, and its clock may be ahead of ours.
    # Where a record was not understood, it may be the one of any account that is not among the others.
    sent: dict[str, int | None] = dict.fromkeys(emails, 0 if problem is None else None)
    for row in sorted(rows, key=lambda row: row.day or date.min):
        if row.day is not None and row.day >= today and row.email in sent:
            sent[row.email] = row.sent or 0
    changed = list(boxes.filter(email__in=emails))
    for box in changed:
        box.sent_today, box.sent_read_at = sent[box.email], now
    Mailbox.objects.bulk_update(changed, ["sent_today", "sent_read_at"], batch_size=500)
    if problem is not None:
        raise problem


def store_mailboxes(workspace: Workspace, accounts: Iterable[Account], *, is_complete: bool = True) -> None:
    """Store a list of accounts; only a complete one says that the others are gone."""
    now = timezone.now()
    rows = {account.email.lower(): _mirror_of(workspace, account, now) for account in accounts if account.email}
    with transaction.atomic():
        _note_problems(workspace, rows, now)
        Mailbox.objects.bulk_create(
            rows.values(), update_conflicts=True, unique_fields=["workspace", "email"], update_fields=_FIELDS
        )
        if is_complete:
            gone = Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=True).exclude(email__in=list(rows))
            gone.update(vanished_at=now)


def mark_vanished(workspace: Workspace, emails: Collection[str]) -> None:
    """Mark mailboxes that Instantly certainly no longer has."""
    there = Mailbox.objects.filter(workspace=workspace, email__in=emails, vanished_at__isnull=True)
    there.update(vanished_at=timezone.now())


def _mirror_of(workspace: Workspace, account: Account, now: datetime) -> Mailbox:
    reason = _reason(account)
    is_failing = account.status is not None and account.status < 0
    return Mailbox(
        workspace=workspace,
        email=account.email.lower(),
        first_name=(account.first_name or "")[:120],
        last_name=(account.last_name or "")[:120],
        status=account.status,
        warmup_status=account.warmup_status,
        warmup_score=account.warmup_score,
        daily_limit=account.daily_limit,
        sending_gap=account.sending_gap_minutes,
        **warmup_settings(account),
        provider_code=account.provider_code,
        tracking_domain=(account.tracking_domain or "")[:255],
        reason=reason,
        setup_pending=account.is_setup_pending is True,
        problem=_problem(account, reason) if is_failing else "",
        problem_at=now if is_failing else None,
        synced_at=now,
        vanished_at=None,
    )


def warmup_settings(account: Account) -> dict[str, Any]:
    """Return the limits of the warm-up under our names; None, or "" for the increment, where not reported."""
    limit = _number(account.warmup.get("limit"))
    return {
        "warmup_limit": None if limit is None else int(limit),
        "warmup_reply_rate": _number(account.warmup.get("reply_rate")),
        "warmup_increment": (text(account.warmup.get("increment")) or "")[:16],
    }


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _MOST_WARMUP else None


def _note_problems(workspace: Workspace, rows: Mapping[str, Mailbox], now: datetime) -> None:
    """Note which mailboxes fail that did not when they were last read, and which work again.

    One that fails when it is first listed was failing before we looked: it has a problem, but did not disconnect.
    """
    there = Mailbox.objects.filter(workspace=workspace)
    failing = [row for row in rows.values() if row.status is not None and row.status < 0]
    working = [row.email for row in rows.values() if row.status is not None and row.status >= 0]
    began = there.filter(email__in=[row.email for row in failing], status__gte=0)
    for row in failing:
        known = there.filter(email=row.email)
        (known.exclude(problem=row.problem) | known.filter(status__gte=0)).update(problem=row.problem, problem_at=now)
    began.update(disconnected_at=now)
    there.filter(email__in=working, disconnected_at__isnull=False).update(disconnected_at=None)


def _reason(account: Account) -> str:
    """Instantly's own words about what is wrong, the server's answer first."""
    said = account.status_message
    return next((words[:300] for name in ("response", "code") if (words := text(said.get(name)))), "")


def _problem(account: Account, reason: str) -> str:
    words = status_words(account.status)[0]
    return f"{words}: {reason}"[:300] if reason else words
