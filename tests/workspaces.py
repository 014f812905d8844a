"""Rows of workspaces: the one that the sandbox plays and that is connected, and one that is not."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from iexdg.connections.client import client_of
from iexdg.connections.configured import configured_connection
from iexdg.sandbox.app import SandboxOptions
from iexdg.sandbox.world.ids import ordered_uuid
from iexdg.ui.workspace_urls import urls_of
from iexdg.workspaces import connected
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
            "connected_as": f"digest of another connection: {name}"[:64],
            **fields,
        }
    )


def connect_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row counts as connected, by id; nothing is asked of Instantly under those of an earlier connection."""
    rows, original = Workspace.objects.order_by("pk"), connected.connected_workspaces
    users = [module for module in sys.modules.values() if vars(module).get("connected_workspaces") is original]
    for module in users:
        monkeypatch.setattr(module, "connected_workspaces", rows.all)


def sandbox_workspace(number: int, **fields: Any) -> Workspace:
    """A further workspace of a sandbox that plays several, in write mode. Shapes: number - its place, from 2."""
    remote_id = ordered_uuid(SandboxOptions().seed + number - 1, 1)
    return connected_workspace(remote_id=remote_id, connected_as=f"digest of the key of {number}", **fields)


def reach_by_key(monkeypatch: pytest.MonkeyPatch, numbers: dict[int, int]) -> None:
    """Reach each workspace by a key of its own. Shapes: numbers - id of a row -> which of the sandbox's it is."""
    options, original = SandboxOptions(api_key=settings.SANDBOX_API_KEY), connected.client_for

    def client_for(workspace: Workspace) -> Any:
        here = replace(configured_connection(), api_key=options.key_of(numbers[workspace.pk]))
        return client_of(here, budget=f"workspace:{workspace.remote_id}")

    for module in [module for module in sys.modules.values() if vars(module).get("client_for") is original]:
        monkeypatch.setattr(module, "client_for", client_for)


def reverse_in_demo(route: str, *, args: Sequence[Any] = ()) -> str:
    """The address of a route in the sandbox's workspace: ("leads:person", args=[7]) -> "/w/demo/leads/7/"."""
    return reverse(route, urls_of("demo"), args)  # type: ignore[arg-type]
