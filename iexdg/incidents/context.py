"""How many incidents wait, for the navigation of every page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from iexdg.incidents.queries import how_many_unresolved


def incident_count(request: HttpRequest) -> dict[str, Any]:
    """Add `incident_count` for signed-in members; lazy, because a fragment has no navigation."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"incident_count": SimpleLazyObject(how_many_unresolved)}
