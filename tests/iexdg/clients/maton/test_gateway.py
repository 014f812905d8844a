"""Instantly's client through the simulated gateway: whose refusal it was, and which workspace is reached."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from iexdg.clients.http.errors import (
    AuthError,
    ClientError,
    EdgeBlockedError,
    NotFoundError,
    RateLimitError,
    ServerError,
    ValidationError,
)
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.maton import MatonConnection, connect_through_maton
from iexdg.clients.maton.errors import GatewayAuthorisationError, GatewayConnectionError, GatewayKeyError
from iexdg.clients.maton.gateway import BothLimiters, GatewayTransport
from iexdg.sandbox.app import Sandbox, SandboxOptions, create_app

BASE = "http://sandbox.example.com/maton"


@pytest.fixture
def app() -> Sandbox:
    return create_app(SandboxOptions(world="empty", workspaces=2, limits=False))


class Opened:
    """Opens clients on the simulator and closes them at the end."""

    def __init__(self, app: Sandbox) -> None:
        self.app = app
        self.clients: list[InstantlyClient] = []

    def __call__(self, *, key: str = "maton-key", connection: str | None = None, **options: Any) -> InstantlyClient:
        chosen = connection or self.app.gateway.account.connections[0]["connection_id"]
        client = connect_through_maton(
            options.pop("base_url", BASE),
            key,
            chosen,
            http_transport=httpx.WSGITransport(app=self.app),
            retry=RetryPolicy(max_attempts=1),
            **options,
        )
        self.clients.append(client)
        return client

    def log(self, path: str = "") -> list[dict[str, Any]]:
        return [entry for entry in self.app.simulations.shared.log if path in entry["path"]]


@pytest.fixture
def opened(app: Sandbox) -> Iterator[Opened]:
    opener = Opened(app)
    yield opener
    for client in opener.clients:
        client.close()


def connection_of(app: Sandbox, number: int) -> dict[str, Any]:
    return app.gateway.account.connections[number - 1]


@pytest.mark.parametrize(
    "base_url", [BASE, f"{BASE}/", f"{BASE}/instantly", "http://sandbox.example.com/maton-gateway"]
)
def test_the_named_workspace_is_reached_in_every_layout(app: Sandbox, opened: Opened, base_url: str) -> None:
    second = connection_of(app, 2)["connection_id"]
    assert opened(connection=second, base_url=base_url).workspace.current().name == "Sandbox 2"


def test_every_request_names_its_connection(app: Sandbox, opened: Opened) -> None:
    client, second = opened(connection=connection_of(app, 2)["connection_id"]), connection_of(app, 2)["connection_id"]
    client.workspace.current()
    client.verification.create("ada@alder.example.com")
    list(client.campaigns.list())
    assert [entry["maton_connection"] for entry in opened.log("/maton/instantly/api/v2/")] == [second] * 3


@pytest.mark.parametrize("connection", ["", " "])
def test_a_transport_without_a_connection_is_not_opened(connection: str) -> None:
    with pytest.raises(ValueError, match=r"no id|empty"):
        GatewayTransport(BASE, "maton-key", connection, look=lambda lane: [])


def test_a_401_is_the_gateways_where_the_control_plane_answers_401_too(opened: Opened) -> None:
    with pytest.raises(GatewayKeyError) as caught:
        opened(key="another-key").workspace.current()
    assert isinstance(caught.value, AuthError)
    assert "Maton" in str(caught.value)
    assert caught.value.request_arrived is False


def test_a_401_is_instantlys_where_the_connection_is_active(opened: Opened) -> None:
    opened.app.simulation.faults.add({"match": {"path": "/workspaces/current"}, "do": "status", "value": 401})
    with pytest.raises(AuthError) as caught:
        opened().workspace.current()
    assert type(caught.value) is AuthError


@pytest.mark.parametrize(
    ("status", "says"), [("PENDING", "the connection is PENDING"), ("FAILED", "the connection is FAILED")]
)
def test_a_400_is_the_connections_where_it_is_not_active(app: Sandbox, opened: Opened, status: str, says: str) -> None:
    app.gateway.account.change(connection_of(app, 1), status=status)
    with pytest.raises(GatewayConnectionError, match=says) as caught:
        opened().workspace.current()
    assert (caught.value.status, caught.value.outcome_unknown) == (None, False)
    assert opened.log("/maton/instantly/") == []


def test_a_connection_that_fails_while_it_is_used_is_named_from_instantlys_400(app: Sandbox, opened: Opened) -> None:
    now = [0.0]
    client = opened(options={"monotonic": lambda: now[0]})
    client.workspace.current()
    app.gateway.account.change(connection_of(app, 1), status="FAILED")
    now[0] = 6.0
    with pytest.raises(GatewayConnectionError, match="the connection is FAILED") as caught:
        client.workspace.current()
    assert (caught.value.status, caught.value.outcome_unknown) == (400, False)


def test_a_connection_for_another_app_is_refused_before_anything_is_sent_through_it(
    app: Sandbox, opened: Opened
) -> None:
    app.gateway.account.change(connection_of(app, 1), app="slack")
    with pytest.raises(GatewayConnectionError, match="ACTIVE for the app slack"):
        opened().verification.create("ada@alder.example.com")
    assert opened.log("/maton/instantly/") == []


def test_a_call_of_the_safety_lane_does_not_wait_for_a_look(app: Sandbox, opened: Opened) -> None:
    opened().workspace.current(lane=Lane.SAFETY)
    assert opened.log("/connections") == []


def test_a_connection_that_was_deleted_is_named(app: Sandbox, opened: Opened) -> None:
    client = opened()
    app.gateway.account.delete(connection_of(app, 1))
    with pytest.raises(GatewayConnectionError, match="does not exist any more"):
        client.workspace.current()


def test_a_400_of_instantlys_own_stays_one(opened: Opened) -> None:
    with pytest.raises(ValidationError) as caught:
        opened().transport.request("GET", "campaigns", query={"limit": 101})
    assert type(caught.value) is ValidationError


def test_a_500_says_that_the_authorisation_may_have_expired(app: Sandbox, opened: Opened) -> None:
    app.gateway.account.change(connection_of(app, 1), is_expired=True)
    with pytest.raises(GatewayAuthorisationError, match="authorisation has expired") as caught:
        opened().workspace.current()
    assert isinstance(caught.value, ServerError)


def test_a_write_answered_500_has_an_unknown_outcome(app: Sandbox, opened: Opened) -> None:
    app.gateway.account.change(connection_of(app, 1), is_expired=True)
    with pytest.raises(GatewayAuthorisationError) as caught:
        opened().verification.create("ada@alder.example.com")
    assert caught.value.outcome_unknown


def test_a_write_answered_500_over_a_connection_that_failed_meanwhile_has_an_unknown_outcome() -> None:
    row = {"connection_id": "c-1", "app": "instantly"}
    looks = [[MatonConnection.model_validate(row | {"status": status})] for status in ("FAILED", "ACTIVE")]
    answers = httpx.MockTransport(lambda request: httpx.Response(500, json={}))
    transport = GatewayTransport(
        BASE,
        "maton-key",
        "c-1",
        look=lambda lane: looks.pop(),
        monotonic=iter((0.0, 9.0)).__next__,
        transport=answers,
        retry=RetryPolicy(max_attempts=1),
    )
    with pytest.raises(GatewayConnectionError) as caught:
        transport.request("POST", "leads", body={})
    transport.close()
    assert caught.value.outcome_unknown


@pytest.mark.parametrize(
    ("status", "kind"), [(403, EdgeBlockedError), (404, NotFoundError), (429, RateLimitError), (503, ServerError)]
)
def test_every_other_status_is_instantlys_and_costs_no_look_but_the_first(
    opened: Opened, status: int, kind: type[ClientError]
) -> None:
    body = "error code: 1010" if status == 403 else None
    fault = {"match": {"path": "/campaigns"}, "do": "status", "value": status, "body": body}
    opened.app.simulation.faults.add(fault)
    with pytest.raises(kind) as caught:
        list(opened().campaigns.list())
    assert type(caught.value) is kind
    assert len(opened.log("/connections")) == 1


def test_one_look_answers_for_all_calls_that_fail_at_once(opened: Opened) -> None:
    client = opened()
    for _ in range(5):
        with pytest.raises(ValidationError):
            client.transport.request("GET", "campaigns", query={"limit": 101})
    assert len(opened.log("/connections")) == 1


def test_where_the_control_plane_does_not_answer_the_error_stays_as_it_came(opened: Opened) -> None:
    opened.app.simulation.faults.add({"match": {"path": "/maton/connections"}, "do": "drop_before", "times": 9})
    with pytest.raises(ValidationError) as caught:
        opened().transport.request("GET", "campaigns", query={"limit": 101})
    assert type(caught.value) is ValidationError


class Counted:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def acquire(self, lane: Lane) -> None:
        self.asked.append(lane.value)

    def penalise(self, retry_after_s: float | None) -> None:
        self.asked.append(f"penalise {retry_after_s}")

    def used_last_minute(self) -> int | None:
        return len(self.asked)


def test_a_call_takes_a_place_in_both_budgets(opened: Opened) -> None:
    gateway, vendor = Counted(), Counted()
    opened(gateway_limiter=gateway, limiter=vendor).workspace.current(lane=Lane.SAFETY)
    assert (gateway.asked, vendor.asked) == (["safety"], ["safety"])


def test_a_429_slows_both_down_and_the_count_is_the_workspaces() -> None:
    gateway, vendor = Counted(), Counted()
    both = BothLimiters(gateway, vendor)
    both.penalise(2.0)
    assert (gateway.asked, vendor.asked) == (["penalise 2.0"], ["penalise 2.0"])
    vendor.asked.clear()
    assert both.used_last_minute() == 0
