"""The outcome of a pause in the incident that requested it: in progress, then read back or refused.

The process that opened the incident may have ended when the pause is closed; any later process records the outcome.
"""

from typing import Any

from campaigns.incident_kinds import AUDIENCE_GROWTH, DRIFT, GUARDRAIL
from campaigns.models import RequestState, StatusRequest
from iexdg.incidents.models import Incident
from iexdg.incidents.record import amend_incident
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.models import Workspace

PAUSING = "It is being paused."
_PAUSED = "It was paused, read back."
_KINDS = (DRIFT.code, AUDIENCE_GROWTH.code, GUARDRAIL.code)


def pause_details(request: StatusRequest | None) -> dict[str, Any]:
    """What an incident stores in its details about the pause it requested; its text contains `PAUSING`."""
    return {} if request is None else {"request": request.pk, "finished": False}


def record_pause_outcomes(workspace: Workspace) -> int:
    """Record the outcome in each incident whose pause is closed. Returns how many; a second run changes nothing."""
    connected = Incident.objects.filter(workspace__in=connected_workspaces().filter(pk=workspace.pk))
    waiting = connected.filter(kind__in=_KINDS, details__finished=False)
    return sum(_record_outcome(incident) for incident in waiting)


def _record_outcome(incident: Incident) -> bool:
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
