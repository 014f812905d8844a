"""A receiver, a way to call it, and a sandbox whose webhooks arrive in the same process."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from iexdg.sandbox.webhooks.transfer import Outcome, Outgoing
from iexdg.webhooks.models import Receiver
from iexdg.webhooks.receivers import SECRET_HEADER, address_of, ensure_receiver, secret_of
from iexdg.webhooks.tasks import route_delivery
from iexdg.workspaces.models import Workspace

REPLY = {
    "timestamp": "2026-11-23T15:00:00.000Z",
    "event_type": "reply_received",
    "workspace": "",
    "campaign_id": "c-1",
    "campaign_name": "05A <b>Peers</b>",
    "lead_email": "Ada@Alder.example.com",
    "email_account": "exec@peers.example.com",
    "email_id": "m-1",
    "reply_text": "Yes & <script>alert(1)</script>",
}
Deliver = Callable[..., Any]


def path_of(receiver: Receiver) -> str:
    return urlsplit(address_of(receiver)).path


def send(outgoing: Outgoing) -> Outcome:
    """What the sandbox does instead of the network: only this product's own address answers."""
    client = Client(headers=outgoing.headers)
    answer = client.post(urlsplit(outgoing.url).path, outgoing.payload, content_type="application/json")
    error = None if answer.status_code == 200 else f"Request failed with status code {answer.status_code}"
    return Outcome(status=answer.status_code, error=error, took_ms=1.0)


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"webhook_sender": send}


@pytest.fixture
def receiver(workspace: Workspace) -> Receiver:
    return ensure_receiver(workspace)


@pytest.fixture
def deliver(receiver: Receiver) -> Deliver:
    """deliver({...}) calls the receiver as Instantly does; what is named otherwise replaces a part of the call."""
    client = Client()
    # The first request of a process also checks that it may start.
    client.get("/healthz")

    def call(payload: Any = None, *, path: str = "", secret: str | None = None, **extra: Any) -> Any:
        headers = {SECRET_HEADER: secret_of(receiver) if secret is None else secret, **extra.pop("headers", {})}
        return client.post(
            path or path_of(receiver),
            REPLY | {"workspace": receiver.workspace.remote_id} if payload is None else payload,
            content_type=extra.pop("content_type", "application/json"),
            headers=headers,
            **extra,
        )

    return call


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Iterator[list[int]]:
    """The deliveries for which a task was started."""
    ids: list[int] = []
    monkeypatch.setattr(route_delivery, "apply_async", lambda args, queue: ids.append(args[0]))
    with django_capture_on_commit_callbacks(execute=True):
        yield ids
