"""Reads of incidents."""

from django.db.models import QuerySet

from iexdg.incidents.models import UNRESOLVED, Incident
from iexdg.workspaces.models import Workspace


def open_incidents(workspace: Workspace) -> QuerySet[Incident]:
    """What needs a person, oldest first."""
    return Incident.objects.filter(workspace=workspace, state__in=UNRESOLVED).order_by("opened_at")
