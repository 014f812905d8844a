"""What can go wrong with an answer."""


class InboxError(Exception):
    """Root of this app's errors; `code` is stable."""

    code = "inbox"


class UnknownThreadError(InboxError):
    """There is no such conversation in this workspace; nothing was changed."""

    code = "unknown_thread"


class ReplyRefusedError(InboxError):
    """The answer cannot be sent like this; nothing was sent, and what was typed is kept."""

    code = "reply_refused"


class UnfilledError(ReplyRefusedError):
    """It has variables without a value; whoever wants to send it as it is says so."""

    code = "unfilled"


class AnsweredMeanwhileError(ReplyRefusedError):
    """Someone else answered since the page was made; whoever wants to send a second answer sends it again."""

    code = "answered_meanwhile"
