"""Mirrors Instantly's inbox: what came in and what was written by hand, the newest first; a conversation as needed.

Two streams are listed, replies and what people wrote by hand. What a campaign sent is read with its conversation, when
someone opens it or when it waits for an answer. Whatever could not be read stays a gap that a later tick reads, and
everything can be read twice. The budget for listing is in iexdg/inbox/budget.py.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import ClientError, PartlyUnreadError
from iexdg.clients.instantly.answers import MOST_PER_PAGE
from iexdg.clients.instantly.emails import Email, EmailFilter
from iexdg.inbox.budget import lease_is_free, take_list_call
from iexdg.inbox.models import Gap, InboxReading, Stream, StreamReading, Thread
from iexdg.inbox.queries import FRESH_FOR, threads_to_complete
from iexdg.inbox.store import store_complete, store_emails
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

LEASE = timedelta(seconds=90)
_GAPS_A_TICK = 3
_THREADS_A_TICK = 3
_MILLISECOND = timedelta(milliseconds=1)


def read_inbox(workspace: Workspace, streams: Sequence[str] = tuple(Stream.values)) -> bool:
    """Read what is new, then a few pages of what is missing, then conversations that are needed.

    Returns False where another process is reading. What fails is recorded and read again by a later tick.
    Shapes: streams - fewer than all are read because of a webhook: then nothing that is missing from before is.
    """
    if not _take_lease(workspace):
        return False
    began_at = timezone.now()
    try:
        error, is_read = _read(workspace, streams)
    finally:
        _of(workspace).update(lease_until=None)
    _of(workspace).update(error=error[:300])
    if is_read:
        # A hint that came while this was read may be about a reply that it did not see.
        _of(workspace).filter(wanted_at__lte=began_at).update(wanted_at=None)
    if is_read and len(streams) == len(Stream.values):
        _of(workspace).update(read_at=began_at)
    return True


def _read(workspace: Workspace, streams: Sequence[str]) -> tuple[str, bool]:
    """Returns what went wrong, and whether the newest e-mails of the streams were read."""
    error, is_read = "", True
    for stream in streams:
        if not take_list_call(workspace):
            return error, False
        try:
            _read_newest(workspace, stream)
        except ClientError as problem:
            error, is_read = error or str(problem), False
    if error:
        return error, is_read
    try:
        if len(streams) == len(Stream.values):
            _read_gaps(workspace)
        _complete_threads(workspace)
    except ClientError as problem:
        error = str(problem)
    return error, is_read


def _read_newest(workspace: Workspace, stream: str) -> None:
    """Read the first page of a stream; what lies between it and what was read before becomes a gap."""
    row, _ = StreamReading.objects.get_or_create(workspace=workspace, stream=stream)
    emails, is_last = _page(workspace, EmailFilter(kind=stream))
    store_emails(workspace, emails)
    times = [_time(one) for one in emails]
    newest, oldest = max(times, default=None), min(times, default=None)
    if newest is None or oldest is None:
        return
    with transaction.atomic():
        known = row.newest_at
        if not is_last and (known is None or oldest > known):
            Gap.objects.create(workspace=workspace, stream=stream, newer_at=oldest, older_at=known)
        if known is None or newest > known:
            StreamReading.objects.filter(pk=row.pk).update(newest_at=newest)


def _read_gaps(workspace: Workspace) -> None:
    for gap in Gap.objects.filter(workspace=workspace).order_by("-newer_at")[:_GAPS_A_TICK]:
        if not take_list_call(workspace):
            break
        _read_gap(workspace, gap)


def _read_gap(workspace: Workspace, gap: Gap) -> None:
    """Read one page of a gap and make it smaller; a page that fails leaves it as it is."""
    # Times are listed in milliseconds: the last one is read again, so that none beside it is missed.
    wanted = EmailFilter(kind=gap.stream, created_from=gap.older_at, created_to=gap.newer_at + _MILLISECOND)
    emails, is_last = _page(workspace, wanted)
    store_emails(workspace, emails)
    oldest = min((_time(one) for one in emails), default=None)
    if is_last or oldest is None or (gap.older_at is not None and oldest <= gap.older_at):
        Gap.objects.filter(pk=gap.pk).delete()
    else:
        Gap.objects.filter(pk=gap.pk).update(newer_at=min(oldest, gap.newer_at - _MILLISECOND))


def _complete_threads(workspace: Workspace) -> None:
    for thread in threads_to_complete(workspace)[:_THREADS_A_TICK]:
        if not take_list_call(workspace):
            break
        read_thread(thread)


def read_thread(thread: Thread) -> None:
    """Read every e-mail of a conversation; those that are no longer listed are removed here too.

    The caller has taken a call out of the budget.
    Raises: ClientError - it could not be read; nothing was changed.
    """
    began_at = timezone.now()
    emails, is_complete = _all(client_for(thread.workspace).emails.of_thread(thread.remote_id))
    store_complete(thread, emails, began_at=began_at, is_complete=is_complete)


def refresh(thread: Thread) -> None:
    """Read a conversation unless it was read lately; where the budget is used up, the next tick begins with it."""
    now = timezone.now()
    if thread.complete_at is not None and now - thread.complete_at < FRESH_FOR:
        return
    if not take_list_call(thread.workspace):
        Thread.objects.filter(pk=thread.pk).update(wanted_at=now)
        return
    try:
        read_thread(thread)
    except ClientError:
        Thread.objects.filter(pk=thread.pk).update(wanted_at=now)
        return
    # What is shown as of a time has changed, whatever was read.
    _of(thread.workspace).update(changed_at=now)


def _all(found: Iterator[Email]) -> tuple[list[Email], bool]:
    emails: list[Email] = []
    try:
        for email in found:
            emails.append(email)
    except PartlyUnreadError:
        return emails, False
    return emails, True


def _page(workspace: Workspace, wanted: EmailFilter) -> tuple[list[Email], bool]:
    """Return one page, the newest first, and whether it is the last one."""
    found = client_for(workspace).emails.list(wanted)
    emails: list[Email] = []
    try:
        for email in islice(found, MOST_PER_PAGE):
            emails.append(email)
    except PartlyUnreadError:
        return emails, True
    return emails, len(emails) < MOST_PER_PAGE


def _time(email: Email) -> datetime:
    """When Instantly made it, by which it lists; an e-mail without any time counts as just now."""
    return email.created_at or email.sent_at or timezone.now()


def _take_lease(workspace: Workspace) -> bool:
    InboxReading.objects.get_or_create(workspace=workspace)
    return bool(_of(workspace).filter(lease_is_free(LEASE)).update(lease_until=timezone.now() + LEASE))


def _of(workspace: Workspace) -> QuerySet[InboxReading]:
    return InboxReading.objects.filter(workspace=workspace)
