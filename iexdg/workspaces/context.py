"""What the top bar of every page shows about the connection."""

from typing import Any

from django.http import HttpRequest

from iexdg.workspaces.queries import workspace_bar_facts


def workspace_bar(request: HttpRequest) -> dict[str, Any]:
    """Add `workspace_bar` for signed-in members; nobody else may see the connection."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"workspace_bar": workspace_bar_facts()}
