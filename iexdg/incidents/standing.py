"""Incidents that state a current condition: opened when it begins, closed automatically when it ends.

A go-live that waits for its approver cannot be closed with a note; it closes with the decision. Running twice changes
nothing: the database allows one unresolved row per cause.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from iexdg.incidents.kinds import IncidentKind
from iexdg.incidents.models import UNRESOLVED, Incident
from iexdg.incidents.record import open_incident, resolve_incident
from iexdg.incidents.subject import Subject
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class StandingIncident:
    """One condition that waits for a person. Shapes: key - the same for as long as the condition lasts."""

    kind: IncidentKind
    key: str
    summary: str
    detail: str
    about: Subject
    details: dict[str, Any] = field(default_factory=dict)


def sync_standing_incidents(
    workspace: Workspace, kinds: Collection[IncidentKind], wanted: Iterable[StandingIncident]
) -> None:
    """Open and close incidents of these kinds until exactly the wanted ones are unresolved. May run concurrently."""
    if not all(kind.closes_itself for kind in kinds):
        raise ValueError("only kinds that close by themselves can be synced")
    by_key = {one.key: one for one in wanted}
    codes = [kind.code for kind in kinds]
    open_ones = Incident.objects.filter(workspace=workspace, kind__in=codes, state__in=UNRESOLVED)
    for incident in open_ones:
        if by_key.pop(incident.dedupe_key, None) is None:
            resolve_incident(incident, by=None, note="It is over.")
    for one in by_key.values():
        open_incident(
            workspace,
            one.kind,
            dedupe_key=one.key,
            summary=one.summary,
            detail=one.detail,
            details=one.details,
            about=one.about,
        )
