"""Answers that people write here: kept as a draft, sent after a while in which they can be undone, then read back.

Only this module writes their states:

    -> draft
    draft -> waiting
    waiting -> draft | sending | refused
    sending -> sent | refused | unknown
    unknown -> sent | refused

An answer leaves when its time has come, by a sweep: a worker that dies before loses nothing, since the row waits, and
one that dies in flight doubles nothing. What is left in flight is *unknown*: it is looked for in the conversation, by
what it says, and never sent again.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.emails import Draft, Email
from iexdg.inbox.budget import take_list_call
from iexdg.inbox.errors import AnsweredMeanwhileError, ReplyRefusedError, UnfilledError
from iexdg.inbox.filling import unfilled
from iexdg.inbox.mirror import read_thread
from iexdg.inbox.models import InboxReading, Kind, Message, Reply, ReplyKind, ReplyState, Thread
from iexdg.inbox.queries import has_newer_answer
from iexdg.inbox.store import store_emails
from iexdg.inbox.words import begins_with_words, forward_subject, reply_subject, same_words, text_of_html
from iexdg.states import StateTable
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.connected import client_for, connected_workspaces, require_write_mode
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped
from iexdg.workspaces.models import Mode, Workspace
from iexdg.workspaces.writes import perform_write

REPLIES = StateTable(
    "Reply",
    starts=(ReplyState.DRAFT,),
    moves={
        ReplyState.DRAFT: (ReplyState.WAITING,),
        ReplyState.WAITING: (ReplyState.DRAFT, ReplyState.SENDING, ReplyState.REFUSED),
        ReplyState.SENDING: (ReplyState.SENT, ReplyState.REFUSED, ReplyState.UNKNOWN),
        ReplyState.UNKNOWN: (ReplyState.SENT, ReplyState.REFUSED),
    },
)
UNDO_FOR = timedelta(seconds=20)
# A call ends long before this; what is still in flight then has no process any more.
SENDING_FOR = timedelta(seconds=90)
# How long an answer without an outcome is looked for before it counts as not sent.
LOOKED_FOR = timedelta(minutes=15)
_MOST_WORDS = 100_000


def target_of(thread: Thread) -> Message | None:
    """The e-mail that an answer goes to: the newest that a person sent, else the newest of all."""
    messages = Message.objects.filter(thread=thread)
    newest = messages.filter(kind=Kind.RECEIVED).order_by("is_automatic", "-at", "-pk").first()
    return newest or messages.exclude(kind=Kind.SCHEDULED).order_by("-at", "-pk").first()


def save_draft(thread: Thread, *, by: Member, **typed: str) -> Reply:
    """Keep what someone is typing; one draft for each member and conversation.

    Shapes: typed - text, and for a forward kind, to; cc and bcc as typed.
    """
    require(by, Action.ANSWER, thread.workspace)
    kept: dict[str, Any] = {name: typed[name][:1000] for name in ("to", "cc", "bcc") if name in typed}
    kind = ReplyKind.FORWARD if typed.get("kind") == ReplyKind.FORWARD else ReplyKind.REPLY
    facts: dict[str, Any] = {**kept, "kind": kind, "text": typed.get("text", "")[:_MOST_WORDS]}
    drafts = Reply.objects.filter(thread=thread, by=by, state=ReplyState.DRAFT)
    draft, _ = drafts.get_or_create(thread=thread, by=by, defaults={"saved_at": timezone.now()})
    for name, value in {**facts, "saved_at": timezone.now()}.items():
        setattr(draft, name, value)
    draft.save(update_fields=[*facts, "saved_at"])
    _changed(thread)
    return draft


def queue_reply(
    thread: Thread, *, by: Member, seen: str | None, via: str | None = None, as_is: bool = False, **typed: str
) -> Reply:
    """Keep what was typed and let it leave after the time in which it can be undone.

    Shapes: seen - `answers_seen` of the page that was answered from; None checks only for answers on their way. as_is -
        send it although a variable has no value.
    Raises: NotAllowedError, ObserveModeError, ReplyRefusedError - nothing is sent; what was typed is a draft then.
        AnsweredMeanwhileError - someone else answered since `seen`. UnfilledError - a variable has no value.
    """
    draft = save_draft(thread, by=by, **typed)
    require_write_mode(thread.workspace)
    if is_stopped(thread.workspace):
        raise ReplyRefusedError(STOPPED_WORDS)
    target = target_of(thread)
    if target is None:
        raise ReplyRefusedError("There is no e-mail in this conversation that could be answered.")
    _require_sendable(draft, target)
    if not as_is and (names := unfilled(draft.text)):
        raise UnfilledError(f"No value for {', '.join(names[:5])}. Write it yourself, or send the text as it is.")
    with transaction.atomic():
        Thread.objects.select_for_update().get(pk=thread.pk)
        _refuse_second_answer(thread, by, seen)
        now = timezone.now()
        subject = reply_subject if draft.kind == ReplyKind.REPLY else forward_subject
        facts = {
            "answers": target,
            "mailbox": (target.mailbox or thread.mailbox).lower(),
            "subject": subject(target.subject)[:300],
            "due_at": now + UNDO_FOR,
            "error": "",
        }
        if not REPLIES.move(_this(draft), to=ReplyState.WAITING, expected=ReplyState.DRAFT, **facts):
            raise ReplyRefusedError("It is on its way already, from another tab.")
        _record(draft, "asked", f"{draft.get_kind_display().title()} leaves in 20 s", by=by, via=via)
    _changed(thread)
    draft.refresh_from_db()
    return draft


def _require_sendable(draft: Reply, target: Message) -> None:
    """Raises: ReplyRefusedError - it says nothing, or goes to nobody."""
    if draft.kind == ReplyKind.REPLY and not draft.text.strip():
        raise ReplyRefusedError("Write something first: an empty answer is not sent.")
    if draft.kind == ReplyKind.FORWARD and not draft.to.strip():
        raise ReplyRefusedError("Say to whom it is forwarded.")
    if not target.mailbox:
        raise ReplyRefusedError("Instantly does not say which mailbox received it. Answer it in Instantly.")


def _refuse_second_answer(thread: Thread, by: Member, seen: str | None) -> None:
    """Raises: AnsweredMeanwhileError - who was first; the caller's transaction holds the conversation."""
    others = Reply.objects.filter(thread=thread).exclude(by=by).select_related("by").order_by("-pk")
    on_its_way = others.filter(state__in=[ReplyState.WAITING, ReplyState.SENDING, ReplyState.UNKNOWN]).first()
    if seen is None and on_its_way is None:
        return
    if seen is not None and not has_newer_answer(thread, seen):
        return
    first = on_its_way or others.filter(state=ReplyState.SENT).first()
    who = first.by.name if first else "Someone"
    raise AnsweredMeanwhileError(
        f"{who} answered this conversation meanwhile. Nothing was sent; your text is kept. "
        "Read the other answer, then send yours as well or leave it."
    )


def undo_reply(thread: Thread, *, by: Member) -> bool:
    """Take back the answer of a member that has not left yet; it is a draft again. False where it has left."""
    require(by, Action.ANSWER, thread.workspace)
    mine = Reply.objects.filter(thread=thread, by=by)
    with transaction.atomic():
        Thread.objects.select_for_update().get(pk=thread.pk)
        waiting = mine.filter(state=ReplyState.WAITING).order_by("pk").first()
        if waiting is None:
            return False
        mine.filter(state=ReplyState.DRAFT).delete()
        if not REPLIES.move(_this(waiting), to=ReplyState.DRAFT, expected=ReplyState.WAITING, due_at=None):
            transaction.set_rollback(True)
            return False
        _record(waiting, "undone", "Answer undone before it left", by=by)
    _changed(thread)
    return True


def carry_out(reply_pk: int) -> Reply | None:
    """Do what is due for one answer: send it, read it back, or look for it. May run twice and at the same time."""
    found = Reply.objects.select_related("thread__workspace", "thread__campaign", "by", "answers")
    reply = found.filter(pk=reply_pk, thread__workspace__in=connected_workspaces()).first()
    if reply is None:
        return None
    if reply.state == ReplyState.WAITING:
        _send(reply)
    elif reply.state == ReplyState.SENDING:
        _give_up_in_flight(reply)
    reply.refresh_from_db()
    if reply.state == ReplyState.UNKNOWN:
        _look_for(reply)
    elif reply.state == ReplyState.SENT and reply.confirmed_at is None:
        _read_back(reply)
    reply.refresh_from_db()
    return reply


def _send(reply: Reply) -> None:
    refusal = _why_not(reply)
    if refusal:
        if REPLIES.move(_due(reply), to=ReplyState.REFUSED, expected=ReplyState.WAITING, error=refusal):
            _record(reply, "refused", f"Answer was not sent: {refusal}")
            _changed(reply.thread)
        return
    emails = client_for(reply.thread.workspace).emails
    target = str(reply.answers.remote_id) if reply.answers else ""
    draft = Draft(subject=reply.subject, text=reply.text, cc=_listed(reply.cc), bcc=_listed(reply.bcc))
    if reply.kind == ReplyKind.FORWARD:
        perform_write(
            _Sending(reply), lambda: emails.forward(target, draft, sender=reply.mailbox, to=_listed(reply.to))
        )
    else:
        perform_write(_Sending(reply), lambda: emails.reply(target, draft, sender=reply.mailbox))


def _why_not(reply: Reply) -> str:
    """Check once more before it leaves: what was allowed when it was written may be forbidden now."""
    workspace = reply.thread.workspace
    if reply.answers is None:
        return "The e-mail that it answers was deleted."
    if is_stopped(workspace):
        return STOPPED_WORDS
    if not Workspace.objects.filter(pk=workspace.pk, mode=Mode.WRITE).exists():
        return "The workspace was put into observe mode."
    return ""


class _Sending:
    """An answer as the intent of a write."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    def begin(self) -> bool:
        """Claim it; False where it is not due, was undone, or another process has it."""
        newest = Message.objects.filter(thread=self.reply.thread_id).aggregate(newest=Max("pk"))["newest"]
        facts = {"sending_at": timezone.now(), "known_message": newest or 0, "read_at": None}
        # As it was read: what was undone, rewritten and requested again meanwhile has another time to leave.
        this = _due(self.reply).filter(due_at=self.reply.due_at)
        return bool(REPLIES.move(this, to=ReplyState.SENDING, expected=ReplyState.WAITING, **facts))

    def done(self, answer: Email) -> None:
        """Instantly accepted it, and says under which id."""
        facts = {"sent_at": timezone.now(), "remote_id": answer.remote_id[:64], "error": ""}
        if self._move(ReplyState.SENT, **facts):
            store_emails(self.reply.thread.workspace, [answer])
            _record(self.reply, "sent", f"Answer sent from {self.reply.mailbox}")

    def refused(self, error: ClientError) -> None:
        """It was certainly not sent."""
        if self._move(ReplyState.REFUSED, error=str(error)[:300]):
            _record(self.reply, "refused", "Answer was not sent", note=str(error))

    def unknown(self, error: ClientError) -> None:
        """It may have been sent; the conversation is read to find out."""
        if self._move(ReplyState.UNKNOWN, error=str(error)[:300]):
            _record(self.reply, "unknown", "It is not known whether an answer was sent")

    def _move(self, to: ReplyState, **facts: Any) -> bool:
        moved = REPLIES.move(_this(self.reply), to=to, expected=ReplyState.SENDING, **facts)
        _changed(self.reply.thread)
        return bool(moved)


def _give_up_in_flight(reply: Reply) -> None:
    """Its process has ended: nobody knows whether the call was made."""
    left = _this(reply).filter(sending_at__lte=timezone.now() - SENDING_FOR)
    words = "The process ended while it was sent."
    if REPLIES.move(left, to=ReplyState.UNKNOWN, expected=ReplyState.SENDING, error=words, read_at=None):
        _record(reply, "unknown", "It is not known whether an answer was sent", note=words)
        _changed(reply.thread)


def _look_for(reply: Reply) -> None:
    """Read the conversation and look for the answer by what it says; it is never sent again."""
    if not take_list_call(reply.thread.workspace):
        return
    _this(reply).update(read_at=timezone.now())
    try:
        read_thread(reply.thread)
    except ClientError:
        return
    found = _found(reply)
    now = timezone.now()
    if found is not None:
        facts = {"remote_id": found.remote_id, "sent_at": found.at or now, "confirmed_at": now, "error": ""}
        if REPLIES.move(_this(reply), to=ReplyState.SENT, expected=ReplyState.UNKNOWN, **facts):
            _record(reply, "sent", "Answer was sent: it is in the conversation")
    elif reply.sending_at is not None and now - reply.sending_at > LOOKED_FOR:
        words = "It is not in the conversation 15 minutes later, so it was not sent. The text is kept; send it again."
        if REPLIES.move(_this(reply), to=ReplyState.REFUSED, expected=ReplyState.UNKNOWN, error=words):
            _record(reply, "refused", "Answer was not sent", note=words)
    _changed(reply.thread)


def _found(reply: Reply) -> Message | None:
    """The e-mail in the conversation that is this answer: new, from the same mailbox, with the same words."""
    taken = Reply.objects.filter(thread=reply.thread).exclude(pk=reply.pk).exclude(remote_id="").values("remote_id")
    candidates = Message.objects.filter(
        thread=reply.thread, kind=Kind.MANUAL, mailbox__iexact=reply.mailbox, pk__gt=reply.known_message
    )
    for message in candidates.exclude(remote_id__in=taken).order_by("pk"):
        if reply.kind == ReplyKind.FORWARD and reply.to.strip().lower() not in message.recipients.lower():
            continue
        says = message.text or text_of_html(message.html)
        if same_words(says, reply.text) or begins_with_words(says, reply.text):
            return message
    return None


def _read_back(reply: Reply) -> None:
    """Read what was sent by its id: only then it is confirmed. A sweep tries again."""
    _this(reply).update(read_at=timezone.now())
    workspace = reply.thread.workspace
    try:
        email = client_for(workspace).emails.get(reply.remote_id)
    except ClientError:
        return
    store_emails(workspace, [email])
    _this(reply).filter(confirmed_at=None).update(confirmed_at=timezone.now())
    _changed(reply.thread)


def _due(reply: Reply) -> QuerySet[Reply]:
    return _this(reply).filter(due_at__lte=timezone.now())


def _this(reply: Reply) -> QuerySet[Reply]:
    return Reply.objects.filter(pk=reply.pk)


def _listed(addresses: str) -> list[str]:
    return [one.strip() for one in addresses.replace(";", ",").split(",") if one.strip()]


def _changed(thread: Thread) -> None:
    """Open pages read themselves again."""
    InboxReading.objects.filter(workspace=thread.workspace_id).update(changed_at=timezone.now())


def _record(
    reply: Reply, verb: str, summary: str, *, by: Member | None = None, via: str | None = None, note: str = ""
) -> None:
    thread = reply.thread
    # The conversation by its number: what an audit row says outlives the erasure of a person.
    record(
        f"inbox:{reply.kind}:{verb}",
        f"{summary}, conversation {thread.pk}"[:300],
        subject=f"thread:{thread.pk}",
        campaign_ref=thread.campaign_id,
        by=by or reply.by,
        via=via,
        after={"reply": reply.pk},
        note=note[:300],
    )
