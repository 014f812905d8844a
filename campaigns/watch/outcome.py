"""What an incident says of the pause that it asked for: on its way, then read back or given up.

Whoever opens the incident may be gone when the pause is settled; any process that looks later tells the end of it.
"""

from typing import Any

from campaigns.incident_kinds import AUDIENCE_GROWTH, DRIFT, GUARDRAIL
from campaigns.models import RequestState, StatusRequest
from iexdg.incidents.models import Incident
from iexdg.incidents.record import amend_incident
from iexdg.workspaces.models import Workspace

PAUSING = "It is being paused."
_PAUSED = "It was paused, read back."
_KINDS = (DRIFT.code, AUDIENCE_GROWTH.code, GUARDRAIL.code)


def of_pause(request: StatusRequest | None) -> dict[str, Any]:
    """What an incident keeps in its details of the pause that it asked for, beside `PAUSING` in its words."""
    return {} if request is None else {"request": request.pk, "finished": False}


def record_pause_outcomes(workspace: Workspace) -> int:
    """Say in each incident whose pause is settled what came of it. Returns how many; a second look changes nothing."""
    waiting = Incident.objects.filter(workspace=workspace, kind__in=_KINDS, details__finished=False)
    return sum(_tell(incident) for incident in waiting)


def _tell(incident: Incident) -> bool:
    request = StatusRequest.objects.filter(pk=incident.details["request"]).first()
    if request is None or request.is_open:
        return False
    confirmed = request.state == RequestState.CONFIRMED
    words = _PAUSED if confirmed else f"Its pause was not confirmed. {request.error}".strip()
    amend_incident(
        incident,
        summary=incident.summary,
        detail=incident.detail.replace(PAUSING, words),
        details=incident.details | {"confirmed": confirmed, "finished": True},
    )
    return True
