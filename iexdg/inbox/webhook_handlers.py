"""What a delivery makes the inbox read. It is never stored as an e-mail: the list of Instantly is."""

from iexdg.inbox.hints import want_conversation, want_replies
from iexdg.inbox.tasks import read_hinted
from iexdg.operations.enqueue import enqueue
from iexdg.webhooks.handlers import Hint, handles
from iexdg.webhooks.models import EventKind


@handles(EventKind.REPLY)
def read_the_reply(hint: Hint) -> str:
    """Have the newest replies read, and the conversation with the person first."""
    want_replies(hint.workspace)
    want_conversation(hint.workspace, hint.event.lead)
    enqueue(read_hinted, hint.workspace.pk)
    return "The inbox is read."


@handles(EventKind.INTEREST)
def read_the_conversation(hint: Hint) -> str:
    """Have the conversation with the person read: it shows what Instantly has for them now."""
    return "The conversation is read." if want_conversation(hint.workspace, hint.event.lead) else ""
