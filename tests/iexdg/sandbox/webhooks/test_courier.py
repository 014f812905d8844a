"""Real deliveries to a server on this machine: headers, body, time-outs, and the lock that nobody holds meanwhile."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from iexdg.sandbox.webhooks.transfer import Outcome, Outgoing, network_sender
from tests.waiting import eventually

HOSTS = frozenset({"127.0.0.1"})


class Target(ThreadingHTTPServer):
    """Remembers what it got and answers with the next status."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], Any]] = []
        self.statuses: list[int] = []
        self.holds = threading.Event()
        self.holds.set()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Target

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append((self.path, dict(self.headers), body))
        self.server.holds.wait(5)
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        del format, args


@pytest.fixture
def target() -> Iterator[Target]:
    with Target() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.holds.set()
        server.shutdown()
        thread.join()


def announced(vendor: Any, url: str, **fields: Any) -> str:
    """A webhook to which one e-mail was announced."""
    webhook = vendor.post("/webhooks", {"target_hook_url": url, "event_type": "email_sent", **fields})
    campaign = vendor.campaign()
    vendor.add(campaign, "p1@alder.example.com")
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(300)
    return str(webhook["id"])


def test_a_delivery_is_a_post_with_the_stored_headers(make_vendor: Any, target: Target) -> None:
    vendor = make_vendor(webhook_delivery="network")
    announced(vendor, f"{target.url}/hook?x=1", headers={"X-Token": "secret"})
    assert vendor.app.courier.send_due() == 1
    ((path, headers, body),) = target.got
    assert (path, headers["X-Token"], headers["Content-Type"]) == ("/hook?x=1", "secret", "application/json")
    (event,) = vendor.get("/webhook-events")["items"]
    assert (event["payload"], event["status_code"], event["success"]) == (body, 204, True)
    assert vendor.app.courier.send_due() == 0


def test_a_refused_delivery_is_sent_again_when_its_time_has_come(make_vendor: Any, target: Target) -> None:
    vendor = make_vendor(webhook_delivery="network")
    target.statuses = [500, 200]
    announced(vendor, target.url)
    vendor.app.courier.send_due()
    assert vendor.app.courier.send_due() == 0
    vendor.advance(1)
    assert vendor.app.courier.send_due() == 1
    assert [one["status_code"] for one in vendor.get("/webhook-events")["items"]] == [200, 500]


def test_the_api_answers_while_a_delivery_is_on_its_way(make_vendor: Any, target: Target) -> None:
    vendor = make_vendor(webhook_delivery="network")
    webhook = announced(vendor, target.url)
    target.holds.clear()
    sending = threading.Thread(target=vendor.app.courier.send_due)
    testing = threading.Thread(target=lambda: vendor.http.post(f"/webhooks/{webhook}/test"))
    for thread in (sending, testing):
        thread.start()
    assert eventually(lambda: len(target.got) == 2)
    assert vendor.app.lock.acquire(timeout=2)
    vendor.app.lock.release()
    assert vendor.get("/webhook-events")["items"] == []
    target.holds.set()
    for thread in (sending, testing):
        thread.join()
    assert len(vendor.get("/webhook-events")["items"]) == 1


def test_the_background_sends_by_itself_until_it_is_stopped(make_vendor: Any, target: Target) -> None:
    vendor = make_vendor(webhook_delivery="network")
    announced(vendor, target.url)
    vendor.app.courier.start()
    assert eventually(lambda: bool(vendor.get("/webhook-events")["items"]))
    vendor.app.courier.stop()
    assert len(target.got) == 1


def test_the_test_of_a_webhook_says_how_it_went(make_vendor: Any, target: Target) -> None:
    vendor = make_vendor(webhook_delivery="network")
    webhook = announced(vendor, target.url)
    target.statuses = [200, 404]
    fine, refused = (vendor.http.post(f"/webhooks/{webhook}/test").json() for _ in range(2))
    assert (fine["success"], fine["status_code"], fine["response_time_ms"] > 0) == (True, 200, True)
    assert (refused["success"], refused["status_code"]) == (False, 404)
    assert refused["error"] == "Request failed with status code 404"


@pytest.mark.parametrize("host", ["localhost.somebody.dev", "10.0.0.1"])
def test_another_host_is_not_called(host: str) -> None:
    outcome = network_sender(HOSTS)(Outgoing(url=f"http://{host}/", headers={}, payload={}))
    assert outcome == Outcome(status=None, error="The simulator does not call this host", took_ms=0.0)


def test_a_target_that_is_silent_or_closed_is_a_failure(target: Target) -> None:
    target.holds.clear()
    send = network_sender(HOSTS, timeout_s=0.1)
    silent = send(Outgoing(url=target.url, headers={}, payload={}))
    assert (silent.success, silent.status, silent.error) == (False, None, "timeout of 100ms exceeded")
    closed = send(Outgoing(url="http://127.0.0.1:1/", headers={}, payload={}))
    assert closed.status is None
    assert "ConnectionRefusedError" in (closed.error or "")
    broken = send(Outgoing(url=target.url, headers={"X-Bad": "a\nb"}, payload={}))
    assert "ValueError" in (broken.error or "")


def test_in_process_nothing_is_sent_unless_it_is_asked_for(vendor: Any, target: Target) -> None:
    assert vendor.app.courier is None
    announced(vendor, target.url)
    assert vendor.http.post(f"/webhooks/{vendor.get('/webhooks')['items'][0]['id']}/test").json()["success"] is False
    assert target.got == []
