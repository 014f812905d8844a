"""What tells an open page that a mailbox has changed: the list was read, or a request to change one moved."""

from iexdg.mailboxes.models import Mailbox, MailboxChange
from iexdg.workspaces.changes import declare, newest_of_workspace

declare(
    "mailboxes",
    read=lambda: newest_of_workspace(Mailbox, "synced_at"),
    figures=lambda: newest_of_workspace(Mailbox, "figures_read_at"),
    vitals=lambda: newest_of_workspace(Mailbox, "vitals_read_at"),
    moved=lambda: newest_of_workspace(MailboxChange, "changed_at"),
)
