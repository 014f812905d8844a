"""`manage.py reply THREAD --text T --as EMAIL [--wait]`: answer, after 20 s in which it can be undone."""

import time
from argparse import ArgumentParser
from typing import Any, ClassVar

from django.utils import timezone

from iexdg.inbox.errors import InboxError, UnfilledError, UnknownThreadError
from iexdg.inbox.facts import reply_facts
from iexdg.inbox.models import Reply, ReplyState, Thread
from iexdg.inbox.queries import thread_of, threads_of
from iexdg.inbox.replies import carry_out, queue_reply
from iexdg.team.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.roles import Action
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError

_TIMEOUT_S = 180.0
_POLL_EVERY_S = 0.5
_OPEN = (ReplyState.WAITING, ReplyState.SENDING, ReplyState.UNKNOWN)


class Command(PlainCommand):
    """The same rules and audit events as the page."""

    help = "Answer a conversation by its id; with --wait until Instantly reads it back."
    expected: ClassVar[tuple[type[Exception], ...]] = (InboxError, WorkspaceError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Conversation, words, member."""
        parser.add_argument("thread", metavar="THREAD", help="id as `manage.py inbox` prints it, or Instantly's")
        parser.add_argument("--text", required=True, help="what the answer says")
        parser.add_argument("--wait", action="store_true", help="wait until it was sent and read back")
        parser.add_argument("--as-is", action="store_true", help="send it although a {{variable}} has no value")
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Let it leave, and wait for it where that was asked for."""
        member = acting_member(options, Action.ANSWER)
        thread = _thread(options["thread"])
        # What the page keeps as a draft is another text.
        said = {"text": options["text"], "as_is": options["as_is"], "keeps_draft": False}
        try:
            reply = queue_reply(thread, by=member, seen=None, via=Via.CLI, **said)
        except UnfilledError as refusal:
            words = f"{refusal} Nothing was sent. Write it yourself, or send the text as it is with --as-is."
            raise UnfilledError(words) from None
        if not options["wait"]:
            return Outcome(reply_facts(reply), f"The answer to {thread.lead} leaves in 20 s unless it is undone.")
        reply = _settled(reply)
        if reply.state == ReplyState.SENT:
            return Outcome(reply_facts(reply), f"The answer to {thread.lead} was sent from {reply.mailbox}.")
        return Outcome(reply_facts(reply), "", f"The answer is {reply.get_state_display()}. {reply.error}")


def _thread(text: str) -> Thread:
    """Raises: UnknownThreadError - the workspace has no such conversation."""
    workspace = current_workspace()
    found = thread_of(workspace, int(text)) if text.isascii() and text.isdigit() and len(text) < 16 else None
    if found is None:
        found = threads_of(workspace).select_related("workspace", "campaign").filter(remote_id=text).first()
    if found is None:
        raise UnknownThreadError(f"No conversation {text} is in this workspace. `manage.py inbox` lists them.")
    return found


def _settled(reply: Reply) -> Reply:
    """Send it here once its time has come, unless a worker does; then wait for what is read back."""
    ends_at = time.monotonic() + _TIMEOUT_S
    while time.monotonic() < ends_at:
        if reply.due_at is not None and reply.due_at <= timezone.now():
            reply = carry_out(reply.pk) or reply
        if reply.state not in _OPEN and (reply.state != ReplyState.SENT or reply.confirmed_at is not None):
            break
        time.sleep(_POLL_EVERY_S)
        reply.refresh_from_db()
    return reply
