"""What this app erases of a person."""

from collections.abc import Mapping

from iexdg.webhooks.retention import forget
from iexdg.workspaces.models import Workspace
from leads.person import erases


@erases
def erase(workspace: Workspace, email: str) -> Mapping[str, int]:
    """Delete the deliveries that name the person."""
    return {"deliveries": forget(workspace, email)}
