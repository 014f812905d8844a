"""Answers that people write here: kept as a draft, sent after a while in which they can be undone, then read back.

Only this module writes their states:

    -> draft | waiting
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
from iexdg.inbox.errors import AnsweredMeanwhileError, ReplyRefusedError
from iexdg.inbox.mirror import read_thread
from iexdg.inbox.models import InboxReading, Kind, Message, Reply, ReplyKind, ReplyState, Thread
from iexdg.inbox.queries import has_newer_answer
from iexdg.inbox.store import store_emails
from iexdg.inbox.typed import filled_in, written
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
    starts=(ReplyState.DRAFT, ReplyState.WAITING),
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


def target_of(thread: Thread) -> Message | None:
    """The e-mail that an answer goes to: the newest that a person sent, else the newest of all."""
    messages = Message.objects.filter(thread=thread)
    newest = messages.filter(kind=Kind.RECEIVED).order_by("is_automatic", "-at", "-pk").first()
    return newest or messages.exclude(kind=Kind.SCHEDULED).order_by("-at", "-pk").first()


def save_draft(thread: Thread, *, by: Member, **typed: str) -> Reply:
    """Keep what someone is typing; one draft for each member, conversation and kind.

    Shapes: typed - text, and for a forward kind, to; cc and bcc as typed.
    Raises: NotAllowedError, ReplyRefusedError - something is too long; nothing was kept.
    """
    require(by, Action.ANSWER, thread.workspace)
    facts = {**written(typed), "saved_at": timezone.now()}
    drafts = Reply.objects.filter(thread=thread, by=by, state=ReplyState.DRAFT, kind=facts["kind"])
    draft, is_new = drafts.get_or_create(thread=thread, by=by, kind=facts["kind"], defaults=facts)
    if not is_new:
        for name, value in facts.items():
            setattr(draft, name, value)
        draft.save(update_fields=list(facts))
    _changed(thread)
    return draft


def queue_reply(
    thread: Thread,
    *,
    by: Member,
    seen: str | None,
    via: str | None = None,
    as_is: bool = False,
    keeps_draft: bool = True,
    **typed: str,
) -> Reply:
    """Fill in the variables of the person, and let it leave after the time in which it can be undone.

    Shapes: seen - `answers_seen` of the page that was answered from; None checks only for answers on their way. as_is -
        send it although a variable has no value. keeps_draft - what was typed is the draft of the page: it is kept
        where it is refused; else nothing is kept then, and the draft of the page stays as it is.
    Raises: NotAllowedError, ObserveModeError, ReplyRefusedError - nothing is sent. AnsweredMeanwhileError - someone
        else answered since `seen`. UnfilledError - a variable has no value.
    """
    require(by, Action.ANSWER, thread.workspace)
    draft = save_draft(thread, by=by, **typed) if keeps_draft else Reply(thread=thread, by=by, **written(typed))
    require_write_mode(thread.workspace)
    if is_stopped(thread.workspace):
        raise ReplyRefusedError(STOPPED_WORDS)
    target = target_of(thread)
    if target is None:
        raise ReplyRefusedError("There is no e-mail in this conversation that could be answered.")
    _require_sendable(draft, target)
    draft.text = filled_in(thread, draft.text, as_is=as_is)
    with transaction.atomic():
        Thread.objects.select_for_update().get(pk=thread.pk)
        _refuse_second_answer(thread, by, seen)
        _let_wait(draft, target)
        _record(draft, "asked", f"{draft.get_kind_display().title()} leaves in 20 s", by=by, via=via)
    _changed(thread)
    draft.refresh_from_db()
    return draft


def _let_wait(draft: Reply, target: Message) -> None:
    """Make a draft, or one that is not stored yet, an answer that leaves. Raises: ReplyRefusedError."""
    subject, now = reply_subject if draft.kind == ReplyKind.REPLY else forward_subject, timezone.now()
    facts = {
        "answers": target,
        "mailbox": (target.mailbox or draft.thread.mailbox).lower(),
        "subject": subject(target.subject)[:300],
        "text": draft.text,
        "due_at": now + UNDO_FOR,
        "error": "",
    }
    if draft.pk is not None:
        if not REPLIES.move(_this(draft), to=ReplyState.WAITING, expected=ReplyState.DRAFT, **facts):
            raise ReplyRefusedError("It is on its way already, from another tab.")
        return
    for name, value in {**facts, "state": ReplyState.WAITING, "saved_at": now}.items():
        setattr(draft, name, value)
    draft.save()


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
        f"{who} answered this conversation meanwhile. Nothing was sent. "
        "Read the other answer, then send yours as well or leave it."
    )


def undo_reply(thread: Thread, *, by: Member, reply: int | None = None) -> Reply | None:
    """Take back an answer that has not left yet; it is a draft of whoever wrote it again. None where it has left.

    Shapes: reply - which one, also a colleague's: whoever may answer may stop an answer; else the member's own.
    """
    require(by, Action.ANSWER, thread.workspace)
    here = Reply.objects.filter(thread=thread)
    with transaction.atomic():
        Thread.objects.select_for_update().get(pk=thread.pk)
        asked = here.filter(by=by) if reply is None else here.filter(pk=reply)
        waiting = asked.filter(state=ReplyState.WAITING).select_related("by").order_by("pk").first()
        if waiting is None:
            return None
        drafts = here.filter(by=waiting.by, kind=waiting.kind, state=ReplyState.DRAFT)
        # A draft from before it is another text, which the command left alone; a later one is this text, kept late.
        older = drafts.filter(saved_at__lt=waiting.saved_at).first()
        text = _joined(waiting.text, older.text if older else "")
        drafts.delete()
        if not REPLIES.move(_this(waiting), to=ReplyState.DRAFT, expected=ReplyState.WAITING, due_at=None, text=text):
            transaction.set_rollback(True)
            return None
        _record(waiting, "undone", "Answer undone before it left", by=by)
    _changed(thread)
    return waiting


def _joined(text: str, older: str) -> str:
    if not older.strip() or same_words(text, older):
        return text
    return f"{text}\n\n{older}"


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
