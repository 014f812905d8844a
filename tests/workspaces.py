"""Rows of workspaces: the one that the sandbox plays and that is connected, and one that is not."""

from typing import Any

from django.conf import settings

from iexdg.connections.configured import configured_connection
from iexdg.sandbox.app import SandboxOptions
from iexdg.sandbox.world.ids import ordered_uuid
from iexdg.workspaces.models import Mode, Workspace

# The sandbox numbers what it makes, and the workspace comes first.
SANDBOX_ID = ordered_uuid(SandboxOptions().seed, 1)


def connected_workspace(**fields: Any) -> Workspace:
    """The sandbox's workspace, connected and in write mode."""
    connection = configured_connection()
    return Workspace.objects.create(
        **{
            "name": "Sandbox",
            "base_url": settings.INSTANTLY_BASE_URL,
            "key_source": connection.key_source,
            "is_sandbox": connection.is_sandbox,
            "mode": Mode.WRITE,
            "remote_id": SANDBOX_ID,
            "connected_as": connection.digest,
            **fields,
        }
    )


def other_workspace(name: str = "Other", **fields: Any) -> Workspace:
    """A workspace of an earlier connection: in write mode, and not connected."""
    return Workspace.objects.create(
        **{
            "name": name,
            "base_url": "https://old.example.com",
            "key_source": "file",
            "mode": Mode.WRITE,
            "remote_id": f"workspace-{name}".lower(),
            "connected_as": f"digest of another connection: {name}",
            **fields,
        }
    )
