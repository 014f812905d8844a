"""Keeps an incident open for each write of a blueprint of which nothing could be read for a while."""

from datetime import timedelta

from django.utils import timezone

from iexdg.blueprints.incident_kinds import WRITE_UNKNOWN
from iexdg.blueprints.models import OPEN_WRITE, CampaignWrite
from iexdg.incidents.standing import StandingIncident, sync_standing_incidents
from iexdg.incidents.subject import Subject
from iexdg.workspaces.models import Workspace

# A read-back takes seconds, and the sweep reads again each minute: after this Instantly does not answer.
UNKNOWN_AFTER = timedelta(minutes=3)


def watch_unknown(workspace: Workspace) -> None:
    """Open and close incidents until there is one for each write that is unknown for too long. May run twice."""
    since = timezone.now() - UNKNOWN_AFTER
    left = CampaignWrite.objects.filter(workspace=workspace, state__in=OPEN_WRITE, asked_at__lt=since)
    sync_standing_incidents(workspace, [WRITE_UNKNOWN], [_incident(one) for one in left.select_related("campaign")])


def _incident(write: CampaignWrite) -> StandingIncident:
    return StandingIncident(
        kind=WRITE_UNKNOWN,
        key=f"blueprint-write:{write.pk}",
        summary=f"{write}: not known whether it was done",
        detail=write.error or "No answer came, and it was not read yet.",
        about=write.campaign.as_subject if write.campaign is not None else Subject(None, ""),
        details={"campaign": write.name},
    )
