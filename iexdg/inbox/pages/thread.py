"""One conversation: its messages, what is being answered, the person, and every earlier contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from iexdg.inbox.models import Kind, Message, Reply, ReplyKind, ReplyState, Thread
from iexdg.inbox.pages.inbox import ThreadLine, kind_words, line_of
from iexdg.inbox.panels import Panel, panels_of
from iexdg.inbox.queries import answers_seen, messages_of, other_threads, people_of, reading_of, replies_of
from iexdg.inbox.replies import UNDO_FOR, target_of
from iexdg.inbox.words import has_remote_images, split_quoted
from iexdg.team.models import Member
from iexdg.team.queries import members_of
from iexdg.team.roles import Action
from iexdg.workspace_objects.interests import own_labels
from iexdg.workspaces.models import Workspace
from leads.companies import company_domain_of
from leads.models import Lead
from leads.pages.people import status_label

_WRITING_FOR = timedelta(minutes=10)
_STATES = {
    ReplyState.WAITING: ("Leaves soon", "busy"),
    ReplyState.SENDING: ("Sending", "busy"),
    ReplyState.SENT: ("Sent", "ok"),
    ReplyState.REFUSED: ("Not sent", "bad"),
    ReplyState.UNKNOWN: ("Awaiting confirmation", "warn"),
}


@dataclass(frozen=True)
class MessageView:
    """One e-mail: what was written, the history below it, and where its HTML is shown in a frame."""

    message: Message
    label: str
    tone: str
    own: str
    quoted: str
    is_ours: bool
    frame_url: str
    has_remote_images: bool


@dataclass(frozen=True)
class ReplyView:
    """An answer that was written here and is not in the conversation yet, or was not sent."""

    reply: Reply
    label: str
    tone: str
    is_mine: bool
    may_undo: bool


@dataclass(frozen=True)
class PersonView:
    """The person in one campaign."""

    lead: Lead
    name: str
    status: str
    tone: str


@dataclass(frozen=True)
class ThreadPage:
    """The page of one conversation for one reader."""

    thread: Thread
    line: ThreadLine
    messages: list[MessageView]
    outgoing: list[ReplyView]
    drafts: list[Reply]
    others_writing: list[Reply]
    seen: str
    step: str
    people: list[PersonView]
    others: list[ThreadLine]
    members: list[Member]
    may_answer: bool
    may_block: bool
    may_change_people: bool
    may_write: bool
    domain: str
    is_busy: bool
    undo_s: int
    as_of: datetime | None
    panels: tuple[Panel, ...]

    @property
    def can_be_unread(self) -> bool:
        """Whether there is an e-mail that can be marked as unread."""
        return not self.thread.unread and self.thread.received_at is not None

    @property
    def in_campaign(self) -> PersonView | None:
        """The person in the campaign of this conversation, while Instantly lists them there."""
        own = (one for one in self.people if one.lead.campaign_id == self.thread.campaign_id)
        return next((one for one in own if one.lead.vanished_at is None), None)

    @property
    def person(self) -> PersonView | None:
        """The person in the campaign of this conversation."""
        return self.people[0] if self.people else None


def thread_page(thread: Thread, reader: Member) -> ThreadPage:
    """Build the page, in a fixed number of queries."""
    messages, replies = messages_of(thread), replies_of(thread)
    may_answer, own = reader.may(Action.ANSWER, thread.workspace), own_labels(thread.workspace)
    outgoing = [_reply(one, reader, may_answer=may_answer) for one in replies if _is_shown(one)]
    drafts = [one for one in replies if one.state == ReplyState.DRAFT]
    return ThreadPage(
        thread=thread,
        line=line_of(thread, own=own),
        messages=[_message(one, thread) for one in messages],
        outgoing=outgoing,
        drafts=_own(drafts, reader),
        others_writing=_writing(drafts, reader),
        seen=answers_seen(thread),
        step=step_words(messages),
        people=[_person(lead) for lead in people_of(thread)],
        others=[line_of(one, own=own) for one in other_threads(thread)],
        members=who_may_answer(thread.workspace),
        may_answer=may_answer,
        may_block=reader.may(Action.BLOCK, thread.workspace) and bool(thread.lead),
        may_change_people=reader.may(Action.PEOPLE, thread.workspace),
        domain=company_domain_of(thread.lead),
        may_write=may_answer and not _is_mine_waiting(outgoing) and target_of(thread) is not None,
        is_busy=any(one.reply.state in (ReplyState.WAITING, ReplyState.SENDING) for one in outgoing),
        undo_s=int(UNDO_FOR.total_seconds()),
        as_of=_as_of(thread),
        panels=panels_of(thread),
    )


def who_may_answer(workspace: Workspace) -> list[Member]:
    """The members to whom a conversation can be assigned."""
    return [one for one in members_of(workspace) if one.may(Action.ANSWER, workspace)]


def _own(drafts: Sequence[Reply], reader: Member) -> list[Reply]:
    return [one for one in drafts if one.by_id == reader.pk]


def _writing(drafts: Sequence[Reply], reader: Member) -> list[Reply]:
    recent = [one for one in sorted(drafts, key=lambda one: one.saved_at) if _is_recent(one)]
    return list({one.by_id: one for one in recent if one.by_id != reader.pk}.values())


def _is_mine_waiting(outgoing: Sequence[ReplyView]) -> bool:
    return any(one.is_mine and one.reply.state == ReplyState.WAITING for one in outgoing)


def _as_of(thread: Thread) -> datetime | None:
    reading = reading_of(thread.workspace)
    return thread.complete_at or (reading.read_at if reading else None)


def step_words(messages: Sequence[Message]) -> str:
    """Which step of the campaign led here: "0_1_0" of the last one that was sent -> "step 2"."""
    step = next((one.step for one in reversed(messages) if one.step), "")
    parts = step.split("_")
    if len(parts) != 3 or not all(part.isdigit() and len(part) < 5 for part in parts):
        return ""
    variant = f", variant {chr(ord('A') + int(parts[2]))}" if 0 < int(parts[2]) < 26 else ""
    return f"step {int(parts[1]) + 1}{variant}"


def _message(message: Message, thread: Thread) -> MessageView:
    label, tone = kind_words(message.kind, is_automatic=message.is_automatic)
    words = split_quoted(message.text or message.preview)
    return MessageView(
        message=message,
        label=label,
        tone=tone,
        own=words.own,
        quoted=words.quoted,
        is_ours=message.kind != Kind.RECEIVED,
        frame_url=reverse("inbox:message", args=[message.pk]) if message.html else "",
        has_remote_images=has_remote_images(message.html),
    )


def _is_shown(reply: Reply) -> bool:
    """Whether it is not in the conversation as a message, and still says something."""
    if reply.state == ReplyState.SENT:
        return reply.confirmed_at is None or reply.kind == ReplyKind.FORWARD
    return reply.state != ReplyState.DRAFT


def _is_recent(reply: Reply) -> bool:
    return bool(reply.text.strip()) and timezone.now() - reply.saved_at < _WRITING_FOR


def _reply(reply: Reply, reader: Member, *, may_answer: bool) -> ReplyView:
    label, tone = _STATES[ReplyState(reply.state)]
    is_mine = reply.by_id == reader.pk
    return ReplyView(reply, label, tone, is_mine, may_answer and reply.state == ReplyState.WAITING)


def _person(lead: Lead) -> PersonView:
    label, tone = status_label(lead.status)
    return PersonView(lead, f"{lead.first_name} {lead.last_name}".strip(), label, tone)
