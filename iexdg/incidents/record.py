"""The verbs of incidents: open one per cause, resolve it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from iexdg.audit.record import record
from iexdg.incidents.models import UNRESOLVED, Incident, IncidentState
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace


def open_incident(
    workspace: Workspace,
    kind: str,
    *,
    dedupe_key: str,
    summary: str,
    detail: str = "",
    details: dict[str, Any] | None = None,
    campaign_ref: int | None = None,
    campaign_name: str = "",
    url: str = "",
) -> tuple[Incident, bool]:
    """Open an incident unless the same cause has one open already.

    Returns (incident, whether it is new). The database settles races.
    """
    try:
        with transaction.atomic():
            incident = Incident.objects.create(
                workspace=workspace,
                kind=kind,
                dedupe_key=dedupe_key,
                summary=summary[:300],
                detail=detail,
                details=details or {},
                campaign_ref=campaign_ref,
                campaign_name=campaign_name,
                url=url,
                opened_at=timezone.now(),
            )
            record(
                f"incident:{kind}:opened",
                summary,
                subject=f"incident:{incident.pk}",
                campaign_ref=campaign_ref,
                after=details or {},
                note=detail,
            )
    except IntegrityError:
        existing = Incident.objects.get(workspace=workspace, dedupe_key=dedupe_key, state__in=UNRESOLVED)
        return existing, False
    return incident, True


def resolve_incident(incident: Incident, *, by: Member | None, note: str = "") -> bool:
    """Resolve an incident; False where somebody else already did."""
    changed = Incident.objects.filter(pk=incident.pk, state__in=UNRESOLVED).update(
        state=IncidentState.RESOLVED, resolved_at=timezone.now(), resolved_by=by
    )
    if not changed:
        return False
    record(
        f"incident:{incident.kind}:resolved",
        f"Resolved: {incident.summary}",
        subject=f"incident:{incident.pk}",
        by=by,
        campaign_ref=incident.campaign_ref,
        note=note,
    )
    return True
