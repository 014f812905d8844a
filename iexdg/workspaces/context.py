"""What the top bar of every page shows about the connection."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from iexdg.workspaces.changes import current_changes
from iexdg.workspaces.queries import workspace_bar_facts


def workspace_bar(request: HttpRequest) -> dict[str, Any]:
    """Add `workspace_bar` for signed-in members; no one else may see the connection."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    # Lazy: a fragment that is polled every second has no top bar and must not pay for it.
    return {"workspace_bar": SimpleLazyObject(workspace_bar_facts)}


def changes(request: HttpRequest) -> dict[str, Any]:
    """Add `changes`, the stamps that an open page asks with; read before its figures were (middleware.py)."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"changes": getattr(request, "changes", None) or SimpleLazyObject(current_changes)}
