"""`manage.py workspaces`: every workspace that is known here, connected or not."""

from typing import Any

from iexdg.team.commands import Outcome, PlainCommand
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.queries import workspaces_with_campaigns


class Command(PlainCommand):
    """Reads the database only; asks nothing of Instantly."""

    help = "List the workspaces with slug, transport, mode, connection, credits and number of campaigns."

    def work(self, **options: Any) -> Outcome:
        """List the connected ones first."""
        rows = [_facts(*one) for one in workspaces_with_campaigns()]
        words = "\n".join(_line(row) for row in rows) or "No workspace is connected yet."
        return Outcome({"workspaces": rows}, words)


def _facts(workspace: Workspace, is_connected: bool, campaigns: int) -> dict[str, Any]:
    return {
        "slug": workspace.slug,
        "name": workspace.name,
        "transport": workspace.transport,
        "mode": workspace.mode,
        "connected": is_connected,
        "credits_left": workspace.credits_left,
        "campaigns": campaigns,
    }


def _line(row: dict[str, Any]) -> str:
    left = row["credits_left"]
    credits = "credits unknown" if left is None else f"{left:,} credits left"
    state = "connected" if row["connected"] else "not connected"
    campaigns = plural(row["campaigns"], "campaign")
    return f"{row['slug']}  {row['name']}, {row['transport']}, {row['mode']} mode, {state}, {credits}, {campaigns}"
