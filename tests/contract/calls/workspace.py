"""Every call of the client about the workspace and its keys."""

from iexdg.clients.instantly import InstantlyClient
from tests.contract.conftest import WorldTime

CALLS = {
    "workspace.subscriptions": lambda client: client.workspace.subscriptions(),
    "workspace.members": lambda client: list(client.workspace.members()),
    "workspace.patch": lambda client: client.workspace.patch(name="Renamed"),
    "api_keys.list": lambda client: list(client.api_keys.list()),
    "api_keys.create": lambda client: client.api_keys.create("Reader", ["campaigns:read"]),
    "api_keys.delete": lambda client: client.api_keys.delete("k-1"),
}
WRITES = {"workspace.patch", "api_keys.create", "api_keys.delete"}


def call_all(client: InstantlyClient, world_time: WorldTime) -> None:
    del world_time
    client.workspace.patch(name="Renamed", logo_url="https://example.com/logo.png")
    client.workspace.subscriptions()
    list(client.workspace.members(search="robin"))
    made = client.api_keys.create("Reader", ["campaigns:read"])
    assert made in list(client.api_keys.list())
    client.api_keys.delete(made.remote_id)
