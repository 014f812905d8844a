"""What people do with a conversation besides answering: assign, mark as read or unread, delete, set the interest."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.inbox.errors import InboxError
from iexdg.inbox.models import InboxReading, Kind, Message, Reply, ReplyState, Thread
from iexdg.inbox.queries import people_of
from iexdg.inbox.store import derive, store_emails
from iexdg.operations.enqueue import enqueue
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.connected import client_for, require_write_mode
from iexdg.workspaces.writes import Outcome, perform_write
from leads.changing.ask import delete_emails
from leads.tasks import read_lead

_FAILED = {Outcome.REFUSED: "Nothing was changed", Outcome.UNKNOWN: "It is not known whether that was done"}


class ThreadChangeError(InboxError):
    """Instantly did not do it, or did not say that it did."""

    code = "thread_change"


def assign(thread: Thread, *, to: Member | None, by: Member) -> None:
    """Hand a conversation to a member, or to nobody. This is kept here, Instantly knows nothing of it.

    Raises: NotAllowedError - the member, or the one it goes to, may not answer e-mails; nothing was changed.
    """
    require(by, Action.ANSWER, thread.workspace)
    if to is not None:
        require(to, Action.ANSWER, thread.workspace)
    Thread.objects.filter(pk=thread.pk).update(assigned_to=to)
    whom = to.name if to else "nobody"
    _record(thread, "inbox:thread:assigned", f"Assigned to {whom}", by)
    _changed(thread)


def mark_as_read(thread: Thread, *, by: Member) -> None:
    """Mark every e-mail of a conversation as read, at Instantly and here.

    Raises: NotAllowedError, ObserveModeError, ThreadChangeError.
    """
    require(by, Action.ANSWER, thread.workspace)
    require_write_mode(thread.workspace)
    emails = client_for(thread.workspace).emails
    intent = _Change(thread, "inbox:read", "Marked as read", by)
    result = perform_write(intent, lambda: emails.mark_thread_as_read(thread.remote_id))
    _raise_failure(result.outcome, result.error)
    _store(thread, lambda rows: rows.update(is_unread=False))


def mark_as_unread(thread: Thread, *, by: Member) -> None:
    """Mark the newest e-mail that came in as unread, at Instantly and here, and read it back.

    Raises: NotAllowedError, ObserveModeError, ThreadChangeError (nothing came in, or it still reads as read).
    """
    require(by, Action.ANSWER, thread.workspace)
    require_write_mode(thread.workspace)
    newest = Message.objects.filter(thread=thread, kind=Kind.RECEIVED).order_by("-at", "-pk").first()
    if newest is None:
        raise ThreadChangeError("Nothing came in, so there is nothing to mark.")
    emails, remote_id = client_for(thread.workspace).emails, newest.remote_id
    intent = _Change(thread, "inbox:unread", "Marked as unread", by)
    result = perform_write(intent, lambda: emails.mark(remote_id, unread=True))
    _raise_failure(result.outcome, result.error)
    try:
        read = emails.get(remote_id)
    except ClientError as error:
        Thread.objects.filter(pk=thread.pk).update(wanted_at=timezone.now())
        raise ThreadChangeError(f"Instantly accepted it, and it could not be read back. {error}") from error
    store_emails(thread.workspace, [read])
    _changed(thread)
    if not read.is_unread:
        raise ThreadChangeError("Instantly accepted it, and the e-mail still reads as read.")


def delete_at_instantly(thread: Thread, *, by: Member) -> int:
    """Request that every e-mail of a conversation is deleted at Instantly; returns the number of the group of requests.

    Each is sent once and read back by leads.changing; what is confirmed is removed here by `store.forget_deleted`.
    Raises: NotAllowedError, ObserveModeError, ThreadChangeError (an answer is on its way), PeopleChangeError.
    """
    open_states = [ReplyState.WAITING, ReplyState.SENDING, ReplyState.UNKNOWN]
    if Reply.objects.filter(thread=thread, state__in=open_states).exists():
        raise ThreadChangeError("An answer is on its way in this conversation. Wait until it has left, or undo it.")
    remote_ids = list(Message.objects.filter(thread=thread).order_by("pk").values_list("remote_id", flat=True))
    person = next(iter(people_of(thread)), None)
    return delete_emails(
        thread.workspace, remote_ids, by=by, conversation=thread.pk, campaign=thread.campaign, lead=person
    )


def set_interest(thread: Thread, interest: int | None, *, by: Member) -> None:
    """Set the interest of the person at Instantly, None for none. Instantly accepts it and carries it out later.

    Raises: NotAllowedError, ObserveModeError, ThreadChangeError.
    """
    require(by, Action.ANSWER, thread.workspace)
    require_write_mode(thread.workspace)
    leads = client_for(thread.workspace).leads
    campaign = thread.campaign.remote_id if thread.campaign else None
    intent = _Change(thread, "inbox:interest", f"Interest set to {interest}", by)
    result = perform_write(intent, lambda: leads.set_interest(thread.lead, interest, campaign_remote_id=campaign))
    _raise_failure(result.outcome, result.error)
    _store(thread, lambda rows: rows.update(interest=interest))
    # What it came to is read with the conversation, and with the lead: that has the time of the change.
    Thread.objects.filter(pk=thread.pk).update(wanted_at=timezone.now())
    for lead in people_of(thread):
        if thread.campaign_id in {None, lead.campaign_id}:
            enqueue(read_lead, lead.pk)


class _Change:
    """A small change as the intent of a write that may be repeated; the audit log has the intent and the outcome."""

    def __init__(self, thread: Thread, action: str, summary: str, by: Member) -> None:
        self.thread, self.action, self.summary, self.by = thread, action, summary, by

    def begin(self) -> bool:
        """Record that it was requested."""
        _record(self.thread, f"{self.action}:asked", f"Requested: {self.summary}", self.by)
        return True

    def done(self, answer: object) -> None:
        """Instantly accepted it."""
        _record(self.thread, f"{self.action}:done", self.summary, self.by)

    def refused(self, error: ClientError) -> None:
        """Nothing was changed."""
        _record(self.thread, f"{self.action}:refused", f"Refused: {self.summary}", self.by, note=str(error)[:300])

    def unknown(self, error: ClientError) -> None:
        """It may have been done; the next reading of the conversation shows it."""
        _record(self.thread, f"{self.action}:unknown", f"Not known: {self.summary}", self.by, note=str(error)[:300])
        Thread.objects.filter(pk=self.thread.pk).update(wanted_at=timezone.now())


def _raise_failure(outcome: Outcome, error: ClientError | None) -> None:
    if error is not None:
        raise ThreadChangeError(f"{_FAILED[outcome]}. {error}")


def _store(thread: Thread, change: Callable[[Any], object]) -> None:
    change(Message.objects.filter(thread=thread))
    derive(thread.workspace, [thread.pk])
    _changed(thread)


def _changed(thread: Thread) -> None:
    InboxReading.objects.filter(workspace=thread.workspace_id).update(changed_at=timezone.now())


def _record(thread: Thread, action: str, summary: str, by: Member, note: str = "") -> None:
    # The conversation by its number: what an audit row says outlives the erasure of a person.
    summary = f"{summary}, conversation {thread.pk}"
    record(action, summary, subject=f"thread:{thread.pk}", campaign_ref=thread.campaign_id, by=by, note=note)
