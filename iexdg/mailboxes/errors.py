"""The errors of this app."""


class MailboxError(Exception):
    """Base of this app's errors; `code` is stable; the message says what happened and what to do next."""

    code = "mailbox"


class UnknownMailboxError(MailboxError):
    """No mailbox has this address; nothing was changed."""

    code = "unknown_mailbox"


class ChangeRefusedError(MailboxError):
    """It cannot be requested now; nothing was changed."""

    code = "change_refused"
