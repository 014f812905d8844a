"""What tells an open page that the connection to GoHighLevel has changed."""

from iexdg.crm.models import Automation, CrmConnection, LedgerEntry, UnmatchedReply
from iexdg.workspaces.changes import declare, newest_of_workspace

declare(
    "crm",
    tried=lambda: newest_of_workspace(CrmConnection, "tried_at"),
    connected=lambda: newest_of_workspace(CrmConnection, "connected_at"),
    ledger=lambda: newest_of_workspace(LedgerEntry, "changed_at"),
    automations=lambda: newest_of_workspace(Automation, "changed_at"),
    unmatched=lambda: newest_of_workspace(UnmatchedReply, "changed_at"),
    ended=lambda: newest_of_workspace(CrmConnection, "disconnected_at"),
)
