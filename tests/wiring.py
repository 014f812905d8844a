"""Clients of the product that talk to a sandbox in the same process, directly and through its Maton gateway."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from iexdg.clients import gohighlevel
from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.gohighlevel.oauth import OAuthApp
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.instantly import connect
from iexdg.clients.maton import Connections, connect_through_maton, hosts_of
from iexdg.connections.access import Access


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody listens")


# A machine on which nobody listens.
NOBODY = httpx.MockTransport(_refuse)


def wired(transport: httpx.BaseTransport, sleep: Callable[[float], None]) -> Callable[[Access, str], Any]:
    """What replaces `iexdg.connections.client._client`."""

    def client(here: Access, budget: str) -> Any:
        if here.transport == "direct":
            return connect(here.base_url, here.api_key, http_transport=transport, sleep=sleep)
        return connect_through_maton(
            here.base_url,
            here.api_key,
            here.maton_connection,
            http_transport=transport,
            options={"sleep": sleep},
        )

    return client


def wired_maton(transport: httpx.BaseTransport) -> Callable[[str, str], Connections]:
    """What replaces `iexdg.connections.client._maton`."""

    def maton(base_url: str, key: str) -> Connections:
        once = RetryPolicy(max_attempts=1)
        return Connections(hosts_of(base_url).control, key, http_transport=transport, retry=once)

    return maton


def wired_crm(transport: httpx.BaseTransport, sleep: Callable[[float], None]) -> Callable[..., GoHighLevelClient]:
    """What replaces `iexdg.crm.client._client`."""

    def client(base_url: str, token: str, location_id: str, *, is_brief: bool) -> GoHighLevelClient:
        return gohighlevel.connect(base_url, token, location_id, http_transport=transport, sleep=sleep)

    return client


def wired_app(transport: httpx.BaseTransport, sleep: Callable[[float], None]) -> Callable[..., OAuthApp]:
    """What replaces `iexdg.crm.client._app`."""

    def app(base_url: str, client_id: str, client_secret: str, authorise_url: str) -> OAuthApp:
        injected = {"http_transport": transport, "sleep": sleep}
        return OAuthApp(base_url, client_id, client_secret, authorise_url=authorise_url, **injected)

    return app


def wire_up(monkeypatch: pytest.MonkeyPatch, transport: httpx.BaseTransport, sleep: Callable[[float], None]) -> None:
    """Have every client of the product use this transport."""
    monkeypatch.setattr("iexdg.connections.client._client", wired(transport, sleep))
    monkeypatch.setattr("iexdg.connections.client._maton", wired_maton(transport))
    monkeypatch.setattr("iexdg.crm.client._client", wired_crm(transport, sleep))
    monkeypatch.setattr("iexdg.crm.client._app", wired_app(transport, sleep))
