"""The same client at another place: base URL, prefix and credentials belong to the transport."""

from collections.abc import Iterator

import httpx
import pytest
import respx

from iexdg.clients.http.auth import Credentials
from iexdg.clients.http.errors import NotFoundError
from iexdg.clients.http.transport import BROWSER_USER_AGENT, HttpTransport
from iexdg.clients.instantly import InstantlyClient, connect

GATEWAY = "https://gateway.example.com"


@pytest.fixture
def through_gateway() -> Iterator[InstantlyClient]:
    credentials = Credentials.bearer("gateway-key", {"Gateway-Connection": "c-1"})
    with InstantlyClient(HttpTransport(GATEWAY, credentials, prefix="/instantly/api/v2")) as client:
        yield client


@respx.mock
def test_a_client_through_a_gateway_uses_its_address_and_headers(through_gateway: InstantlyClient) -> None:
    route = respx.post(f"{GATEWAY}/instantly/api/v2/campaigns/c/pause").respond(json={"id": "c", "status": 2})
    assert through_gateway.campaigns.pause("c").status == 2
    headers = route.calls.last.request.headers
    assert (headers["authorization"], headers["gateway-connection"]) == ("Bearer gateway-key", "c-1")
    assert headers["user-agent"] == BROWSER_USER_AGENT


@respx.mock
def test_every_resource_goes_through_the_gateway(through_gateway: InstantlyClient) -> None:
    anything = respx.route(host="gateway.example.com").mock(side_effect=_answer)
    client = through_gateway
    list(client.campaigns.list())
    client.campaigns.analytics(of_every_campaign=True)
    client.campaigns.overview("c")
    list(client.leads.list("c"))
    client.leads.add("c", [{"email": "jo@example.com"}])
    client.verification.create("jo@example.com")
    client.emails.send_test("exec@example.com", "me@example.com", subject="Hi", html="<div>Hi</div>")
    list(client.accounts.list())
    list(client.audit_logs.list())
    list(client.block_list.list())
    client.workspace.current()
    client.workspace.plan_details()
    asked = [call.request.url.path for call in anything.calls]
    assert len(asked) == 12
    assert [path for path in asked if not path.startswith("/instantly/api/v2/")] == []


@respx.mock
def test_an_error_names_the_path_as_it_was_sent(through_gateway: InstantlyClient) -> None:
    respx.get(f"{GATEWAY}/instantly/api/v2/leads/x").respond(404, json={"message": "no gateway-key, no c-1"})
    with pytest.raises(NotFoundError, match="GET /instantly/api/v2/leads/x found nothing") as caught:
        through_gateway.leads.get("x")
    assert "gateway-key" not in str(caught.value) + caught.value.body


@respx.mock
def test_a_direct_client_goes_to_the_api_with_its_key() -> None:
    route = respx.get("https://direct.example.com/api/v2/workspaces/current").respond(json={"id": "w"})
    with connect("https://direct.example.com", "direct-key") as client:
        assert client.workspace.current().remote_id == "w"
    assert route.calls.last.request.headers["authorization"] == "Bearer direct-key"


def _answer(request: httpx.Request) -> httpx.Response:
    if request.url.path.endswith("/campaigns/analytics"):
        return httpx.Response(200, json=[])
    return httpx.Response(200, json={"id": "x", "items": [], "status": "success", "verification_status": "pending"})
