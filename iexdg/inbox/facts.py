"""Conversations and answers as plain data for `--json`."""

from typing import Any

from iexdg.inbox.models import Reply, Thread
from iexdg.workspace_objects.interests import Interest


def thread_facts(thread: Thread) -> dict[str, Any]:
    """One conversation of `manage.py inbox --json`."""
    code = thread.interest
    return {
        "id": thread.pk,
        "lead": thread.lead,
        "campaign": thread.campaign.name if thread.campaign else None,
        "mailbox": thread.mailbox,
        "received_at": thread.received_at,
        "automatic": thread.is_automatic,
        "interest": Interest(code).label if code in Interest.values else code,
        "answered": thread.is_answered,
    }


def reply_facts(reply: Reply) -> dict[str, Any]:
    """The object that `manage.py reply --json` prints."""
    return {
        "reply_id": reply.pk,
        "thread": reply.thread_id,
        "lead": reply.thread.lead,
        "state": reply.state,
        "mailbox": reply.mailbox,
        "leaves_at": reply.due_at,
        "sent_at": reply.sent_at,
        "confirmed_at": reply.confirmed_at,
        "remote_id": reply.remote_id or None,
        "error": reply.error,
    }
