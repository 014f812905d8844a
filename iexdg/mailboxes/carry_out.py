"""Carries out requested changes of mailboxes at Instantly, and reads back what became of them.

May run twice and at the same time: a lease lets one process have a change. What a worker that died left behind is read
back first. Only what repeating cannot harm is sent again, and only where the read-back shows that it is not done.
"""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import ClientError, NotFoundError
from iexdg.clients.http.limiter import Lane
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.accounts import Account
from iexdg.clients.instantly.background_jobs import BackgroundJob, JobOutcome
from iexdg.mailboxes.connecting import follow
from iexdg.mailboxes.limit_words import read_words
from iexdg.mailboxes.models import ChangeState, MailboxChange, Wanted
from iexdg.mailboxes.orders import OrderIntent, claim, confirm, leave_unknown, refuse, release, still_allowed
from iexdg.mailboxes.queries import status_words, warmup_words
from iexdg.mailboxes.reading import Read, read_back
from iexdg.mailboxes.sync import warmup_settings
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import perform_write

# At most so many addresses a call (docs/api/instantly-facts.md §2.4).
_MOST_AT_ONCE = 100
# How long one process waits for a job before the rest is left to the sweep, and how often it asks; seconds.
_JOB_FOR_S, _JOB_EVERY_S = 12.0, 2.0
_READ_BACK_WAITS_S = (0.0, 0.5, 1.5, 3.0)
GIVE_UP_AFTER = timedelta(minutes=15)
_MOST_ATTEMPTS = 5
_IN_ONE_CALL = frozenset({Wanted.WARMUP_ON, Wanted.WARMUP_OFF, Wanted.PAUSE})
# Doing these twice leaves a mailbox as doing them once. Deleting is not sent again: it may have been connected anew.
_REPEATABLE = frozenset(Wanted) - {Wanted.DELETE}
# Our name of a limit of the warm-up -> Instantly's, and the other settings that its form has (OpenAPI, patchAccount).
WARMUP_NAMES = {"warmup_limit": "limit", "warmup_reply_rate": "reply_rate", "warmup_increment": "increment"}
_WARMUP_KEPT = ("limit", "reply_rate", "increment", "advanced", "warmup_custom_ftag")
_DONE_STATUS = {Wanted.PAUSE: 2, Wanted.RESUME: 1}


def carry_out(group: int, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Take every open change of a group as far as it goes now; what stays open is continued by the sweep."""
    changes = claim(group)
    try:
        changes = still_allowed(changes)
        if changes:
            _continue(changes, sleep)
    finally:
        release(changes)


def _continue(changes: list[MailboxChange], sleep: Callable[[float], None]) -> None:
    wanted, workspace = Wanted(changes[0].wanted), changes[0].workspace
    before = [one for one in changes if one.state != ChangeState.ASKED]
    if wanted == Wanted.CONNECT:
        follow(changes)
        _refuse_what_is_late(_rows(changes))
        return
    if before:
        _follow_jobs(workspace, _rows(before), sleep)
        _settle(_rows(before), wanted, read_back(workspace, _addresses(_rows(before)), lane=_lane(wanted)))
    _refuse_what_is_late(_rows(changes))
    to_send = [one for one in _open(changes) if _is_due(one)]
    if not to_send:
        return
    for first in range(0, len(to_send), _MOST_AT_ONCE):
        _send(workspace, wanted, to_send[first : first + _MOST_AT_ONCE])
    _follow_jobs(workspace, _rows(to_send), sleep)
    _confirm_soon(workspace, wanted, _rows(to_send), sleep)


def _is_due(change: MailboxChange) -> bool:
    """Whether it is sent now: for the first time, or again because no answer came and it does not read as done."""
    if change.state == ChangeState.ASKED:
        return True
    is_unanswered = change.answered_at is None or change.wanted == Wanted.PAUSE
    return is_unanswered and change.wanted in _REPEATABLE and change.attempts < _MOST_ATTEMPTS


def _refuse_what_is_late(rows: QuerySet[MailboxChange]) -> None:
    since = timezone.now() - GIVE_UP_AFTER
    # A pause is sent however late; whoever requested something else may no longer want it.
    late = rows.filter(asked_at__lt=since).exclude(state=ChangeState.ASKED, wanted=Wanted.PAUSE)
    refuse(late, "It was not confirmed in 15 minutes.")


def _send(workspace: Workspace, wanted: Wanted, changes: Sequence[MailboxChange]) -> None:
    client, emails = client_for(workspace), [one.email for one in changes]
    if wanted == Wanted.WARMUP_ON:
        perform_write(OrderIntent(changes), lambda: client.warmup.enable(emails))
    elif wanted == Wanted.WARMUP_OFF:
        perform_write(OrderIntent(changes), lambda: client.warmup.disable(emails))
    elif wanted == Wanted.PAUSE:
        perform_write(OrderIntent(changes), lambda: client.accounts.pause_many(emails, lane=Lane.SAFETY))
    else:
        for change in changes:
            _send_one(client, wanted, change)


def _send_one(client: InstantlyClient, wanted: Wanted, change: MailboxChange) -> None:
    email, intent = change.email, OrderIntent([change])
    if wanted == Wanted.RESUME:
        perform_write(intent, lambda: client.accounts.resume(email))
    elif wanted == Wanted.FIX:
        perform_write(intent, lambda: client.accounts.mark_fixed(email))
    elif wanted == Wanted.LIMITS:
        settings = _settings_of(client, change)
        if settings is not None:
            perform_write(intent, lambda: client.accounts.patch(email, settings))
    elif wanted == Wanted.DELETE:
        perform_write(intent, lambda: client.accounts.delete(email))


def _settings_of(client: InstantlyClient, change: MailboxChange) -> dict[str, Any] | None:
    """Return what is sent for new limits; None where the warm-up could not be read: it stays requested, for the sweep.

    Those of the warm-up go with its other settings as they are now, since Instantly may take them as a whole.
    """
    plain = {name: value for name, value in change.values.items() if name not in WARMUP_NAMES}
    wanted = {WARMUP_NAMES[name]: value for name, value in change.values.items() if name in WARMUP_NAMES}
    if wanted:
        try:
            now = client.accounts.get(change.email).warmup
        except ClientError as error:
            _rows([change]).update(error=str(error)[:300], changed_at=timezone.now())
            return None
        plain["warmup"] = {name: now[name] for name in _WARMUP_KEPT if name in now} | wanted
    return plain


def _follow_jobs(workspace: Workspace, rows: QuerySet[MailboxChange], sleep: Callable[[float], None]) -> None:
    """Read the jobs of changes until they have ended, for a while; what failed is refused."""
    ends_at = time.monotonic() + _JOB_FOR_S
    waiting = set(rows.filter(state__in=_sent()).exclude(job="").order_by().values_list("job", flat=True))
    while waiting:
        for remote_id in sorted(waiting):
            if _has_ended(workspace, remote_id, rows.filter(job=remote_id)):
                waiting.discard(remote_id)
        if not waiting or time.monotonic() + _JOB_EVERY_S > ends_at:
            return
        sleep(_JOB_EVERY_S)


def _has_ended(workspace: Workspace, remote_id: str, rows: QuerySet[MailboxChange]) -> bool:
    try:
        job = client_for(workspace).background_jobs.get(remote_id)
    except NotFoundError:
        # It is no longer listed: the read-back decides.
        rows.update(progress=100.0)
        return True
    except ClientError as error:
        leave_unknown(rows, str(error))
        return True
    rows.update(progress=_progress(job), changed_at=timezone.now())
    if job.outcome in {JobOutcome.FAILED, JobOutcome.CANCELLED}:
        refuse(rows, f"Instantly's job ended as {job.outcome}. Try again; nothing else was changed.")
    return job.has_ended


def _progress(job: BackgroundJob) -> float | None:
    return 100.0 if job.has_ended else job.progress


def _confirm_soon(
    workspace: Workspace, wanted: Wanted, rows: QuerySet[MailboxChange], sleep: Callable[[float], None]
) -> None:
    for number, wait_s in enumerate(_READ_BACK_WAITS_S, 1):
        if wait_s:
            sleep(wait_s)
        emails = _addresses(rows)
        if not emails:
            return
        is_last = number == len(_READ_BACK_WAITS_S)
        _settle(rows, wanted, read_back(workspace, emails, lane=_lane(wanted)), is_last=is_last)


def _settle(rows: QuerySet[MailboxChange], wanted: Wanted, found: Read, *, is_last: bool = True) -> None:
    """Close what reads as requested, and after the last read what Instantly accepted and still shows otherwise."""
    waiting = list(rows.filter(state__in=_sent()))
    done = [one for one in waiting if found.knows(one.email) and _is_done(one, found)]
    if done:
        confirm(_rows(done))
    if not is_last:
        return
    for change in waiting:
        if change in done or _job_runs(change):
            continue
        if found.knows(change.email) and _is_final(change, found):
            refuse(_rows([change]), _still(change, found))
        else:
            leave_unknown(_rows([change]), found.problem)


def _is_final(change: MailboxChange, found: Read) -> bool:
    """Whether reading it once more cannot show it as done."""
    if change.email in found.gone or change.wanted == Wanted.DELETE:
        return True
    return change.answered_at is not None and change.wanted != Wanted.PAUSE


def _job_runs(change: MailboxChange) -> bool:
    return bool(change.job) and (change.progress or 0.0) < 100


def _is_done(change: MailboxChange, found: Read) -> bool:
    wanted, account = Wanted(change.wanted), found.accounts.get(change.email)
    if account is None:
        return wanted == Wanted.DELETE
    if wanted in {Wanted.WARMUP_ON, Wanted.WARMUP_OFF}:
        return (account.warmup_status == 1) == (wanted == Wanted.WARMUP_ON) and account.warmup_status is not None
    if wanted == Wanted.LIMITS:
        return not _other_limits(change, account)
    if wanted == Wanted.FIX:
        return account.status is not None and account.status >= 0
    return wanted in _DONE_STATUS and account.status == _DONE_STATUS[wanted]


def _still(change: MailboxChange, found: Read) -> str:
    account = found.accounts.get(change.email)
    if account is None:
        return "Instantly no longer lists this mailbox."
    if change.wanted in {Wanted.WARMUP_ON, Wanted.WARMUP_OFF}:
        return f"Instantly still reads as: {warmup_words(account.warmup_status)[0]}."
    if change.wanted == Wanted.LIMITS:
        return f"Instantly still reads: {read_words(_other_limits(change, account))}."
    return f"Instantly still reads as: {status_words(account.status)[0]}."


def _other_limits(change: MailboxChange, account: Account) -> dict[str, object]:
    """The limits that read otherwise than requested, as they read."""
    now = {"daily_limit": account.daily_limit, "sending_gap": account.sending_gap_minutes, **warmup_settings(account)}
    return {name: now.get(name) for name, value in change.values.items() if now.get(name) != value}


def _lane(wanted: Wanted) -> Lane:
    return Lane.SAFETY if wanted == Wanted.PAUSE else Lane.BULK


def _sent() -> tuple[str, str]:
    return ChangeState.SENT, ChangeState.UNKNOWN


def _rows(changes: Sequence[MailboxChange]) -> QuerySet[MailboxChange]:
    return MailboxChange.objects.filter(pk__in=[one.pk for one in changes])


def _open(changes: Sequence[MailboxChange]) -> list[MailboxChange]:
    found = _rows(changes).filter(state__in=[ChangeState.ASKED, *_sent()])
    return list(found.select_related("workspace").order_by("pk"))


def _addresses(rows: QuerySet[MailboxChange]) -> list[str]:
    waiting = rows.filter(state__in=_sent())
    return [one.email for one in waiting if one.state == ChangeState.UNKNOWN or not _job_runs(one)]
