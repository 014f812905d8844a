"""Requests about incidents: closing one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from iexdg.incidents.models import Incident
from iexdg.incidents.record import resolve_incident
from iexdg.team.permissions import member_may, member_of
from iexdg.team.roles import Action
from iexdg.workspaces.connection import current_workspace


@require_POST
@member_may(Action.RESOLVE_INCIDENT)
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an incident; whoever comes second is told so."""
    incident = get_object_or_404(Incident, pk=pk, workspace=current_workspace())
    note = request.POST.get("note", "").strip()[:2000]
    if resolve_incident(incident, by=member_of(request), note=note):
        messages.success(request, f"Resolved: {incident.summary}")
    else:
        messages.info(request, "Somebody resolved this before you. Nothing was changed.")
    return redirect("campaigns:control-room")
