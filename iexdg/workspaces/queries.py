"""Reads about the connection."""

import hashlib
from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal

from iexdg.workspaces.connected import current_workspace, limiter_for
from iexdg.workspaces.errors import NotConnectedError
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


def workspace_bar_facts() -> WorkspaceBar | None:
    """Return the facts of the current workspace; None before it is connected."""
    try:
        workspace: Workspace = current_workspace()
    except NotConnectedError:
        return None
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
