"""Reads mailboxes at Instantly outside the sync: after a change, their days, and the mail records of their domains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import ClientError, NotFoundError, PartlyUnreadError, ValidationError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.instantly.accounts import Account, AccountDay
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.warmup import AccountWarmup
from iexdg.mailboxes.models import Mailbox, MailboxDay
from iexdg.mailboxes.sync import mark_vanished, store_mailboxes
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

# More are cheaper to read as the whole list, a hundred at once.
_MOST_ONE_BY_ONE = 3
# Instantly keeps 31 days; the last of them is today.
DAYS = 30
_FIGURES_LIVE = timedelta(minutes=5)
_FIELDS = ("sent", "bounced", "warmup_sent", "warmup_inbox", "warmup_spam", "warmup_received")


@dataclass(frozen=True)
class Read:
    """What mailboxes read as now. Shapes: accounts - by address; gone - those that Instantly does not have."""

    accounts: Mapping[str, Account]
    gone: frozenset[str]
    problem: str = ""

    def knows(self, email: str) -> bool:
        """Whether it was read, or certainly is not there."""
        return email in self.accounts or email in self.gone


def read_back(workspace: Workspace, emails: Sequence[str], *, lane: Lane = Lane.BULK) -> Read:
    """Read these mailboxes and store what was read; what could not be read is neither there nor gone."""
    if not emails:
        return Read({}, frozenset())
    found = _read_each(workspace, emails, lane) if len(emails) <= _MOST_ONE_BY_ONE else _read_all(workspace, lane)
    if found.gone or found.problem or len(emails) <= _MOST_ONE_BY_ONE:
        return found
    return Read(found.accounts, frozenset(email for email in emails if email not in found.accounts))


def _read_each(workspace: Workspace, emails: Sequence[str], lane: Lane) -> Read:
    accounts, gone, problem = {}, set(), ""
    for email in emails:
        try:
            accounts[email] = client_for(workspace).accounts.get(email, lane=lane)
        except NotFoundError:
            gone.add(email)
        except ClientError as error:
            problem = str(error)
    store_mailboxes(workspace, accounts.values(), is_complete=False)
    mark_vanished(workspace, gone)
    return Read(accounts, frozenset(gone), problem)


def _read_all(workspace: Workspace, lane: Lane) -> Read:
    try:
        accounts, problem = collected(client_for(workspace).accounts.list(lane=lane))
    except ClientError as error:
        return Read({}, frozenset(), str(error))
    store_mailboxes(workspace, accounts, is_complete=problem is None)
    return Read({one.email.lower(): one for one in accounts}, frozenset(), str(problem or ""))


# -- days ------------------------------------------------------------------------------------------


def without_fresh_figures(workspace: Workspace, now: datetime) -> QuerySet[Mailbox]:
    """The mailboxes whose days were not read in the last minutes."""
    old = Q(figures_read_at__isnull=True) | Q(figures_read_at__lt=now - _FIGURES_LIVE) | Q(figures_read_at__gt=now)
    return Mailbox.objects.filter(old, workspace=workspace, vanished_at__isnull=True)


def read_days(workspace: Workspace) -> int:
    """Read the last 30 days of all mailboxes, where that was not done in the last minutes; returns of how many.

    Raises: ClientError - they could not be read; what was known stays.
    """
    now = timezone.now()
    boxes = {box.email: box for box in without_fresh_figures(workspace, now).order_by("email")}
    if not boxes:
        return 0
    client, emails = client_for(workspace), list(boxes)
    first = now.astimezone(UTC).date() - timedelta(days=DAYS - 1)
    try:
        sent = client.accounts.daily(emails, start=first)
    except PartlyUnreadError as error:
        sent = list(error.understood)
    rows = _rows_of(boxes, sent, client.warmup.analytics(emails))
    MailboxDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["mailbox", "day"], update_fields=_FIELDS, batch_size=500
    )
    Mailbox.objects.filter(pk__in=[box.pk for box in boxes.values()]).update(figures_read_at=now)
    return len(boxes)


def _rows_of(
    boxes: Mapping[str, Mailbox], sent: Sequence[AccountDay], warmups: Sequence[AccountWarmup]
) -> list[MailboxDay]:
    rows: dict[tuple[str, date], MailboxDay] = {}

    def row(email: str, day: date) -> MailboxDay:
        # A day that one of the two lists does not name had nothing of that kind.
        return rows.setdefault(
            (email, day), MailboxDay(mailbox=boxes[email], day=day, sent=0, bounced=0, warmup_sent=0)
        )

    for one in sent:
        if one.email in boxes and one.day is not None:
            row(one.email, one.day).sent = one.sent
            row(one.email, one.day).bounced = one.bounced
    for warmup in warmups:
        for text, counts in warmup.days.items():
            day = _day(text)
            if warmup.email.lower() in boxes and day is not None:
                kept = row(warmup.email.lower(), day)
                kept.warmup_sent, kept.warmup_received = counts.sent, counts.received
                kept.warmup_inbox, kept.warmup_spam = counts.landed_inbox, counts.landed_spam
    return list(rows.values())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


# -- mail records ----------------------------------------------------------------------------------


def read_vitals(mailbox: Mailbox) -> None:
    """Read which mail records the domain of a mailbox has, and whether its tracking domain works; store both."""
    this, client = Mailbox.objects.filter(pk=mailbox.pk), client_for(mailbox.workspace)
    try:
        domains = client.accounts.vitals([mailbox.email])
        tracking = _tracking(mailbox)
    except ClientError as error:
        this.update(vitals_error=str(error)[:300], vitals_asked_at=None)
        return
    facts: dict[str, Any] = {"domain": mailbox.email.rpartition("@")[2]}
    for found in domains[:1]:
        facts |= {"domain": found.domain, "mx": found.mx, "spf": found.spf, "dkim": found.dkim, "dmarc": found.dmarc}
    this.update(vitals=facts | tracking, vitals_read_at=timezone.now(), vitals_error="", vitals_asked_at=None)


def _tracking(mailbox: Mailbox) -> dict[str, Any]:
    if not mailbox.tracking_domain:
        return {}
    try:
        found = client_for(mailbox.workspace).accounts.tracking_domain(mailbox.tracking_domain)
    except ValidationError:
        # Instantly's way of saying that it leads nowhere.
        return {"tracking": False}
    return {"tracking": found.is_working}
