"""Reads the connection of a workspace."""

from django.conf import settings
from django.utils import timezone

from iexdg.crm.models import CrmConnection, TokenKind, TokenSource
from iexdg.workspaces.connected import configured_digest
from iexdg.workspaces.models import Workspace


def connection_of(workspace: Workspace) -> CrmConnection | None:
    """Return the connection that is in use: the stored one, else that of the environment; None where there is none.

    The environment's has no row before it was checked for the first time: then it is one that was not saved.
    """
    row = CrmConnection.objects.filter(workspace=workspace).first()
    if row is not None and row.is_connected and row.source == TokenSource.STORED:
        return row
    if not environment_serves(workspace):
        return None
    if row is not None and row.is_connected and row.location_id == settings.GHL_LOCATION_ID:
        return row
    return CrmConnection(
        workspace=workspace,
        kind=TokenKind.TOKEN,
        source=TokenSource.ENVIRONMENT,
        location_id=settings.GHL_LOCATION_ID,
        connected_at=timezone.now(),
    )


def environment_serves(workspace: Workspace) -> bool:
    """Whether the token in the environment is that of this workspace: it belongs to the environment's own one."""
    is_set = bool(settings.GHL_TOKEN and settings.GHL_LOCATION_ID)
    return is_set and bool(workspace.connected_as) and workspace.connected_as == configured_digest()
