"""Searches: recording one, and requesting to count it again. Reading spends nothing."""

from typing import Any

from django.utils import timezone

from iexdg.supersearch.models import Search
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace


def new_search(
    workspace: Workspace, name: str, filters: dict[str, Any], *, skip_owned: bool, one_per_company: bool, by: Member
) -> Search:
    """Record a search; a worker counts it. Shapes: filters - by Instantly's names.

    Raises: NotAllowedError.
    """
    require(by, Action.SUPERSEARCH, workspace)
    now = timezone.now()
    search = Search.objects.create(
        workspace=workspace,
        name=name,
        filters=filters,
        skip_owned=skip_owned,
        one_per_company=one_per_company,
        by=by,
        made_at=now,
        asked_at=now,
        changed_at=now,
    )
    record(
        "supersearch:search", f"Search: {name}", subject=f"supersearch:{workspace.pk}:{search.pk}", by=by, after=filters
    )
    return search


def count_again(search: Search, *, by: Member) -> None:
    """Request that a search is counted again. Raises: NotAllowedError."""
    require(by, Action.SUPERSEARCH, search.workspace)
    now = timezone.now()
    Search.objects.filter(pk=search.pk).update(asked_at=now, error="", changed_at=now)
