"""Reads about the connection."""

import hashlib
from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q

from iexdg.workspaces.connected import connected_workspaces, limiter_for
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class WorkspaceBar:
    """The facts of the top bar; None means unknown and is shown as such."""

    name: str
    transport: str
    mode: str
    may_write: bool
    is_sandbox: bool
    credits_left: Decimal | None
    credits_read_at: datetime | None
    synced_at: datetime | None
    unknown_since: datetime | None
    sync_error: str
    calls_last_minute: int | None

    @property
    def version(self) -> str:
        """A short digest of what is shown."""
        return hashlib.blake2s(repr(astuple(self)).encode(), digest_size=5).hexdigest()


def workspace_bar_facts(workspace: Workspace) -> WorkspaceBar:
    """Return the facts of the connected workspace."""
    return WorkspaceBar(
        name=workspace.name,
        transport=workspace.transport,
        mode=workspace.get_mode_display(),
        may_write=workspace.may_write,
        is_sandbox=workspace.is_sandbox,
        credits_left=workspace.credits_left,
        credits_read_at=workspace.credits_read_at,
        synced_at=workspace.synced_at,
        unknown_since=workspace.unknown_since,
        sync_error=workspace.sync_error,
        calls_last_minute=limiter_for(workspace).used_last_minute(),
    )


def workspaces_with_campaigns() -> list[tuple[Workspace, bool, int]]:
    """Every known workspace, whether it is connected, and how many campaigns it has; the connected ones first."""
    connected = list(connected_workspaces().values_list("pk", flat=True))
    # Asked through the relation's name: the models of campaigns are in an app above this one.
    still_there = Q(campaigns__isnull=False, campaigns__vanished_at__isnull=True)
    rows = Workspace.objects.annotate(count=Count("campaigns", filter=still_there)).order_by("pk")
    found = {row.pk: row for row in rows}
    order = [*connected, *(pk for pk in found if pk not in connected)]
    return [(found[pk], pk in connected, found[pk].count) for pk in order]
