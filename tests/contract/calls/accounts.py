"""Every call of the client about sending accounts."""

from datetime import date

import pytest

from iexdg.clients.http.errors import ScopeError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.accounts import NewAccount, ServerLogin
from tests.contract.conftest import WorldTime

START, END = date(2026, 11, 1), date(2026, 11, 20)
NEW = "ada+new@peers.example.com"
SENDER = "exec@peers.example.com"


def _login(protocol: str) -> ServerLogin:
    return ServerLogin(f"{protocol}.peers.example.com", 993, NEW, "invented")


ACCOUNT = NewAccount(
    email=NEW,
    first_name="Ada",
    last_name="New",
    provider_code=1,
    imap=_login("imap"),
    smtp=_login("smtp"),
    more={"daily_limit": 20},
)
CALLS = {
    "accounts.list": lambda client: list(client.accounts.list()),
    "accounts.daily": lambda client: client.accounts.daily([SENDER], start=START),
    "accounts.get": lambda client: client.accounts.get(SENDER),
    "accounts.create": lambda client: client.accounts.create(ACCOUNT),
    "accounts.patch": lambda client: client.accounts.patch(SENDER, {"daily_limit": 5}),
    "accounts.delete": lambda client: client.accounts.delete(SENDER),
    "accounts.pause": lambda client: client.accounts.pause(SENDER),
    "accounts.resume": lambda client: client.accounts.resume(SENDER),
    "accounts.mark_fixed": lambda client: client.accounts.mark_fixed(SENDER),
    "accounts.pause_many": lambda client: client.accounts.pause_many([SENDER]),
    "accounts.move": lambda client: client.accounts.move([SENDER], from_workspace="w-1", to_workspace="w-2"),
    "accounts.campaigns_of": lambda client: list(client.accounts.campaigns_of(SENDER)),
    "accounts.tracking_domain": lambda client: client.accounts.tracking_domain("track.peers.example.com"),
    "accounts.vitals": lambda client: client.accounts.vitals([SENDER]),
    "warmup.analytics": lambda client: client.warmup.analytics([SENDER]),
    "warmup.enable": lambda client: client.warmup.enable([SENDER]),
    "warmup.disable": lambda client: client.warmup.disable([SENDER]),
}
WRITES = {
    "accounts.create", "accounts.patch", "accounts.delete", "accounts.pause", "accounts.resume", "accounts.mark_fixed",
    "accounts.pause_many", "accounts.move", "warmup.enable", "warmup.disable",
}  # fmt: skip


def _own_account(client: InstantlyClient) -> None:
    client.accounts.create(ACCOUNT)
    client.accounts.get(NEW)
    client.accounts.patch(NEW, {"signature": "Ada"})
    client.accounts.pause(NEW)
    client.accounts.resume(NEW)
    client.accounts.pause_many([NEW])
    client.accounts.mark_fixed(NEW)
    client.warmup.analytics([SENDER])
    client.warmup.enable([NEW])
    client.warmup.disable(every_account=True, excluded=[SENDER])
    list(client.accounts.campaigns_of(SENDER))
    client.accounts.tracking_domain("track.peers.example.com")
    client.accounts.vitals([NEW])
    list(client.accounts.list(account_filter="ACC_FILTER_PAUSED"))
    client.accounts.delete(NEW)


def _another_workspace(client: InstantlyClient, world_time: WorldTime) -> None:
    """The sandbox of these tests has one workspace, so that moving accounts is asked for in vain."""
    del world_time
    here = client.workspace.current().remote_id
    with pytest.raises(ScopeError):
        client.accounts.move([SENDER], from_workspace=here, to_workspace=here)


def call_all(client: InstantlyClient, world_time: WorldTime) -> None:
    _own_account(client)
    _another_workspace(client, world_time)
    list(client.accounts.list(search="exec", status=1))
    client.accounts.daily([SENDER], start=START, end=END)
