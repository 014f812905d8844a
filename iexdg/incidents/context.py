"""How many incidents wait, for the navigation of every page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from iexdg.incidents.queries import open_incidents
from iexdg.workspaces.context import workspace_of_frame


def incident_count(request: HttpRequest) -> dict[str, Any]:
    """Add `incident_count` for signed-in members; lazy, because a fragment has no navigation."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"incident_count": SimpleLazyObject(lambda: _unresolved(request))}


def _unresolved(request: HttpRequest) -> int:
    workspace = workspace_of_frame(request)
    return open_incidents(workspace).count() if workspace is not None else 0
