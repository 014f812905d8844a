"""The actions on incidents: open one per cause, acknowledge it, own it, resolve it.

    -> open
    open -> acknowledged | resolved
    acknowledged -> resolved
    resolved -> open

Every change of state is one conditional UPDATE that must hit one row; the second of two changes nothing. Only a person
reopens a resolved incident.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from iexdg.incidents.kinds import IncidentKind
from iexdg.incidents.models import UNRESOLVED, Incident, IncidentState
from iexdg.incidents.notifications import notify_people
from iexdg.incidents.subject import Subject, address_of
from iexdg.states import StateTable
from iexdg.team.audit.record import record
from iexdg.team.current import in_workspace
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace

INCIDENTS = StateTable(
    "Incident",
    starts=(IncidentState.OPEN,),
    moves={
        IncidentState.OPEN: (IncidentState.ACKNOWLEDGED, IncidentState.RESOLVED),
        IncidentState.ACKNOWLEDGED: (IncidentState.RESOLVED,),
        IncidentState.RESOLVED: (IncidentState.OPEN,),
    },
)


def open_incident(
    workspace: Workspace,
    kind: IncidentKind,
    *,
    dedupe_key: str,
    summary: str,
    detail: str = "",
    details: dict[str, Any] | None = None,
    about: Subject | None = None,
) -> tuple[Incident, bool]:
    """Open an incident and notify people, unless the same cause has one that is not resolved.

    Returns (incident, whether it is new). The database settles races.
    Shapes: about - the campaign, or the import, that it is about; None where it is about the whole workspace.
    """
    with in_workspace(workspace.slug):
        url = address_of(kind, about)
    try:
        with transaction.atomic():
            incident = Incident.objects.create(
                workspace=workspace,
                kind=kind.code,
                dedupe_key=dedupe_key,
                summary=summary[:300],
                detail=detail,
                details=details or {},
                campaign_ref=about.ref if about else None,
                campaign_name=about.name if about else "",
                url=url,
                opened_at=timezone.now(),
            )
            _record(incident, "opened", summary, after=details or {}, note=detail)
            notify_people(incident)
    except IntegrityError:
        # It may have been resolved since: the latest one still has the same cause.
        return Incident.objects.filter(workspace=workspace, dedupe_key=dedupe_key).latest("id"), False
    return incident, True


def amend_incident(incident: Incident, *, summary: str, detail: str, details: dict[str, Any]) -> Incident:
    """Update an incident with what was not known when it was opened; its state stays as it is."""
    with transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(summary=summary[:300], detail=detail, details=details)
        incident.refresh_from_db()
        _record(incident, "amended", summary, after=details, note=detail)
    return incident


def acknowledge_incident(incident: Incident, *, by: Member) -> bool:
    """Record that someone is looking into it; False where it is no longer open."""
    with transaction.atomic():
        seen = {"acknowledged_at": timezone.now(), "acknowledged_by": by}
        if not _moved(incident, IncidentState.ACKNOWLEDGED, IncidentState.OPEN, **seen):
            return False
        _record(incident, "acknowledged", f"Acknowledged: {incident.summary}", by=by)
    return True


def resolve_incident(incident: Incident, *, by: Member | None, note: str = "", is_over: bool = False) -> bool:
    """Resolve an incident; False if it is resolved, or if a person closes one that closes automatically.

    Shapes: is_over - the caller has ended its cause.
    """
    if by is not None and incident.closes_itself and not is_over:
        return False
    with transaction.atomic():
        if not _moved(incident, IncidentState.RESOLVED, UNRESOLVED, resolved_at=timezone.now(), resolved_by=by):
            return False
        _record(incident, "resolved", f"Resolved: {incident.summary}", by=by, note=note)
    return True


def reopen_incident(incident: Incident, *, by: Member) -> bool:
    """Reopen a resolved incident; False if it is not, if it closes automatically, or if its cause has a newer one."""
    if incident.closes_itself:
        return False
    try:
        with transaction.atomic():
            if not _moved(incident, IncidentState.OPEN, IncidentState.RESOLVED, resolved_at=None, resolved_by=None):
                return False
            _record(incident, "reopened", f"Opened again: {incident.summary}", by=by)
    except IntegrityError:
        return False
    return True


def assign_incident(incident: Incident, *, to: Member, by: Member) -> bool:
    """Set the owner; taking it oneself also acknowledges it.

    Returns False where it is resolved, or the owner changed since `incident` was read.
    """
    with transaction.atomic():
        unchanged = Incident.objects.filter(pk=incident.pk, state__in=UNRESOLVED, owner_id=incident.owner_id)
        if not unchanged.update(owner=to):
            return False
        words = "Taken" if to == by else f"Handed to {to.name}"
        before = {"owner": incident.owner.name if incident.owner else None}
        _record(incident, "owned", f"{words}: {incident.summary}", by=by, before=before, after={"owner": to.name})
        if to == by:
            acknowledge_incident(incident, by=by)
    return True


def _moved(incident: Incident, to: IncidentState, expected: str | tuple[str, ...], **columns: Any) -> bool:
    return bool(INCIDENTS.move(Incident.objects.filter(pk=incident.pk), to=to, expected=expected, **columns))


def _record(incident: Incident, verb: str, summary: str, *, by: Member | None = None, **facts: Any) -> None:
    record(
        f"incident:{incident.kind}:{verb}",
        summary,
        subject=f"incident:{incident.pk}",
        by=by,
        campaign_ref=incident.campaign_ref,
        **facts,
    )
