"""The inbox: every e-mail that was sent or came in."""

from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

# Source: instantly-facts.md §2.0, Email.ue_type.
SENT, RECEIVED, MANUAL = 1, 2, 3


class Mail(TypedDict):
    """One e-mail. What a campaign sent has no words of its own: they are those of its step.

    Shapes: step - from 0, missing for what people wrote; words - {subject, html, text}; at - epoch seconds;
        campaign - of a subsequence's e-mail the parent.
    """

    id: str
    thread: str
    at: float
    type: int
    campaign: str | None
    lead_id: str | None
    lead: str | None
    account: str
    subsequence: NotRequired[str]
    step: NotRequired[int]
    variant: NotRequired[int]
    is_auto: NotRequired[bool]
    unread: NotRequired[bool]
    words: NotRequired[dict[str, str]]
    recipients: NotRequired[str]
    cc: NotRequired[str]
    bcc: NotRequired[str]
    reply_to: NotRequired[str]
    reminder: NotRequired[str | None]
    files: NotRequired[list[dict[str, Any]]]


@dataclass
class Inbox:
    """The e-mails of one workspace by id, as they came to be, and the threads that were answered last by us."""

    mails: dict[str, Mail] = field(default_factory=dict)
    answered: dict[str, bool] = field(default_factory=dict)

    def thread(self, thread_id: str) -> list[Mail]:
        """Return the e-mails of one conversation, oldest first."""
        return [mail for mail in self.mails.values() if mail["thread"] == thread_id]
