"""What tells an open page that the inbox has changed: e-mails were read, or an answer moved on."""

from iexdg.inbox.models import InboxReading
from iexdg.workspaces.changes import declare, newest_of_workspace

declare("inbox", changed=lambda: newest_of_workspace(InboxReading, "changed_at"))
