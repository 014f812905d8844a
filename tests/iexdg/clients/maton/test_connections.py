"""The control plane's client: against the simulator, and with answers that it does not give."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from iexdg.clients.http.errors import AuthError, NotFoundError, PartlyUnreadError, UnexpectedAnswerError
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.maton import Connections, hosts_of
from iexdg.sandbox.app import Sandbox, SandboxOptions, create_app

ROW = {"connection_id": "c-1", "status": "ACTIVE", "app": "instantly", "url": "https://connect.example.com/?s=1"}


@pytest.fixture
def app() -> Sandbox:
    return create_app(SandboxOptions(world="empty", limits=False))


@pytest.fixture
def connections(app: Sandbox) -> Iterator[Connections]:
    client = Connections("http://sandbox.example.com/maton", "maton-key", http_transport=httpx.WSGITransport(app=app))
    yield client
    client.close()


def answering(value: Any, status: int = 200) -> Connections:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=value)

    transport = httpx.MockTransport(answer)
    once = RetryPolicy(max_attempts=1)
    return Connections("https://api.example.com", "maton-key", http_transport=transport, retry=once)


def test_a_connection_is_created_read_and_deleted(app: Sandbox, connections: Connections) -> None:
    made = connections.create()
    assert made is not None
    assert (made.status, made.app, made.is_usable) == ("PENDING", "instantly", False)
    assert made.link.startswith("http://") is False  # only https and this machine may be opened
    app.gateway.account.change(app.gateway.account.connections[-1], status="ACTIVE")
    assert connections.get(made.remote_id).is_usable
    assert [one.remote_id for one in connections.list(status="ACTIVE")][-1] == made.remote_id
    connections.delete(made.remote_id)
    with pytest.raises(NotFoundError):
        connections.get(made.remote_id)


def test_another_key_is_refused(app: Sandbox) -> None:
    transport = httpx.WSGITransport(app=app)
    client = Connections("http://sandbox.example.com/maton", "another", http_transport=transport)
    with pytest.raises(AuthError):
        client.list()
    client.close()


@pytest.mark.parametrize("value", [{"connection": ROW}, ROW])
def test_an_answer_may_be_wrapped_or_bare(value: Any) -> None:
    client = answering(value)
    made = client.create()
    assert made is not None
    assert made.remote_id == client.get("c-1").remote_id == "c-1"


@pytest.mark.parametrize("value", [{}, None, [], {"ok": True}, {"connection": {"connection_id": 5}}])
def test_an_answer_that_does_not_say_which_one_was_created_is_none(value: Any) -> None:
    assert answering(value).create() is None


def test_an_answer_about_another_connection_is_not_understood() -> None:
    with pytest.raises(UnexpectedAnswerError):
        answering(ROW).get("c-2")


def test_a_list_may_be_bare_and_a_row_that_is_not_understood_is_said() -> None:
    assert [one.remote_id for one in answering([ROW]).list()] == ["c-1"]
    with pytest.raises(PartlyUnreadError) as caught:
        answering({"connections": [ROW, {"connection_id": "c-2"}]}).list()
    assert [one.remote_id for one in caught.value.understood] == ["c-1"]
    with pytest.raises(UnexpectedAnswerError):
        answering({"message": "moved"}).list()


@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_success_counts_as_deleted(status: int) -> None:
    answering({"anything": 1}, status).delete("c-1")


@pytest.mark.parametrize(
    ("app", "status", "is_usable"),
    [("instantly", "ACTIVE", True), ("instantly", "PENDING", False), ("slack", "ACTIVE", False)],
)
def test_only_an_active_connection_to_instantly_can_be_used(app: str, status: str, is_usable: bool) -> None:
    (one,) = answering([ROW | {"app": app, "status": status}]).list()
    assert one.is_usable is is_usable


ODD_LINKS = [
    "javascript:alert(1)",
    "http://connect.example.com/",
    "http://127.0.0.1.example.com/",
    "https://[",
    5,
    None,
]


@pytest.mark.parametrize("link", ODD_LINKS)
def test_a_link_that_no_browser_should_open_is_none(link: Any) -> None:
    (one,) = answering([ROW | {"url": link}]).list()
    assert one.link == ""


def test_the_session_token_and_the_key_stay_out_of_logs_and_reprs(caplog: pytest.LogCaptureFixture) -> None:
    row = ROW | {"url": "https://connect.example.com/?session_token=very-secret-token"}
    with caplog.at_level(logging.DEBUG):
        (one,) = answering([row]).list()
        with pytest.raises(UnexpectedAnswerError) as caught:
            answering(row).get("c-9")
    assert one.link.endswith("very-secret-token")
    for text in (repr(one), caplog.text, str(caught.value), caught.value.body, json.dumps(caught.value.detail)):
        assert "very-secret-token" not in text
        assert "maton-key" not in text


@pytest.mark.parametrize(
    ("base_url", "gateway", "control"),
    [
        ("https://api.maton.ai", "https://api.maton.ai", "https://api.maton.ai"),
        ("https://api.maton.ai/instantly/", "https://api.maton.ai", "https://api.maton.ai"),
        ("https://gateway.maton.ai", "https://gateway.maton.ai", "https://ctrl.maton.ai"),
        ("https://ctrl.maton.ai", "https://gateway.maton.ai", "https://ctrl.maton.ai"),
        ("http://127.0.0.1:8900/maton", "http://127.0.0.1:8900/maton", "http://127.0.0.1:8900/maton"),
        (
            "http://127.0.0.1:8900/maton-gateway",
            "http://127.0.0.1:8900/maton-gateway",
            "http://127.0.0.1:8900/maton-ctrl",
        ),
    ],
)
def test_both_hosts_follow_from_one_base_url(base_url: str, gateway: str, control: str) -> None:
    hosts = hosts_of(base_url)
    assert (hosts.gateway, hosts.control) == (gateway, control)
