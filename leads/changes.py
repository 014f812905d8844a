"""What tells an open page that an import has moved on: every step of it is a line in its log."""

from iexdg.workspaces.changes import declare, newest_ids
from leads.models import ImportEvent

declare("imports", event=lambda: newest_ids(ImportEvent))
