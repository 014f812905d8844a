"""What tells an open page that the connection to GoHighLevel has changed."""

from iexdg.crm.models import CrmConnection
from iexdg.workspaces.changes import declare, newest_of_workspace

declare(
    "crm",
    tried=lambda: newest_of_workspace(CrmConnection, "tried_at"),
    connected=lambda: newest_of_workspace(CrmConnection, "connected_at"),
    ended=lambda: newest_of_workspace(CrmConnection, "disconnected_at"),
)
