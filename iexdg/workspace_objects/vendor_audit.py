"""Instantly's audit log: the newest entries of a workspace, whoever did it and wherever."""

from itertools import islice

from iexdg.clients.instantly import InstantlyClient
from iexdg.workspace_objects.kinds import Item
from iexdg.workspaces.models import Workspace

# The newest entries, in one request; Instantly has the others.
MOST_ENTRIES = 500
# Source: OpenAPI, AuditLog.activity_type (read 2026-11-28).
ACTIVITIES = {
    1: "Signed in", 2: "People deleted", 3: "Campaign deleted", 4: "Campaign launched", 5: "Campaign paused",
    6: "Mailbox connected", 7: "Mailbox deleted", 8: "People moved", 9: "People added", 10: "People merged",
    11: "Campaign changed", 12: "Subsequence changed", 18: "Webhook created", 19: "Webhook changed",
    20: "Webhook disabled by failures", 21: "Webhook resumed", 22: "Second factor begun", 23: "Second factor turned on",
    24: "Replacement of the second factor begun", 25: "Second factor replaced", 26: "Second factor turned off",
    27: "Recovery codes made", 28: "Recovery code used", 29: "Second factor was wrong",
    30: "Second factor was wrong too often", 31: "Signed in with a second factor", 32: "Import of subscribers started",
    33: "Import of subscribers cancelled", 34: "People exported", 35: "SuperSearch enrichment created",
    36: "Mailbox changed", 37: "API key created", 38: "API key deleted",
}  # fmt: skip


def activity_words(code: int | None) -> str:
    """Return an activity in words; a code that Instantly may add is shown as received."""
    return "Activity not named" if code is None else ACTIVITIES.get(code, f"Unknown activity {code}")


def read_entries(workspace: Workspace, client: InstantlyClient) -> list[Item]:
    """Read the newest entries, without the network addresses and the browsers of people."""
    del workspace
    return [
        {
            "id": one.remote_id,
            "at": one.at.isoformat() if one.at else "",
            "activity": None if one.activity_type is None else int(one.activity_type),
            "campaign": one.campaign_remote_id or "",
            "api": one.is_from_api,
            "key": one.api_key_id or "",
            "who": one.user_name or "",
            "affected": one.affected_count,
        }
        for one in islice(client.audit_logs.list(limit=MOST_ENTRIES), MOST_ENTRIES)
    ]
