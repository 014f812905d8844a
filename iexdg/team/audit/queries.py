"""Reads of history.

An event names its subject, not its workspace. Each app declares in its module `audit_scope` which events belong to a
workspace: those of its own rows there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from iexdg.team.audit.models import AuditEvent

_declared: list[Callable[[int], Q]] = []
_OF_THE_TEAM = Q(action__startswith="team:")


@dataclass(frozen=True)
class Filters:
    """What to search for; an empty field matches everything. `about` is the first part of the tag."""

    words: str = ""
    about: str = ""
    via: str = ""
    member: int | None = None
    campaign: int | None = None


@dataclass(frozen=True)
class Scope:
    """What a reader may see: the events of one workspace, and those of the team where they have a role in all."""

    workspace: int
    sees_team: bool


def declare_events(of_workspace: Callable[[int], Q]) -> None:
    """Add which events belong to a workspace. Shapes: of_workspace - id of a workspace -> a condition on events."""
    _declared.append(of_workspace)


def events(filters: Filters, scope: Scope | None = None) -> QuerySet[AuditEvent]:
    """Events that match, the newest first. Without a scope of everything, as where there is one workspace only."""
    found = AuditEvent.objects.all()
    if scope is not None:
        visible = _OF_THE_TEAM if scope.sees_team else Q(pk__in=[])
        for of_workspace in _declared:
            visible |= of_workspace(scope.workspace)
        found = found.filter(visible)
    for word in filters.words.split():
        found = found.filter(Q(summary__icontains=word) | Q(note__icontains=word) | Q(actor_name__icontains=word))
    if filters.about:
        found = found.filter(action__startswith=f"{filters.about}:")
    if filters.via:
        found = found.filter(via=filters.via)
    if filters.member is not None:
        found = found.filter(actor=filters.member)
    if filters.campaign is not None:
        found = found.filter(campaign_ref=filters.campaign)
    return found.order_by("-id")
