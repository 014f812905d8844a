"""Where a webhook may not be sent, whatever its name resolves to and whenever."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpcore
import pytest

from iexdg.clients.http.errors import ConnectError, ValidationError
from iexdg.clients.http.public_address import is_public
from iexdg.clients.http.webhook import post_webhook

HELLO = {"text": "x"}
PUBLIC = "93.184.216.34"


class Receiver(BaseHTTPRequestHandler):
    """Counts posts; answers the path /moved with a redirect to itself."""

    seen: list[str] = []

    def do_POST(self) -> None:
        self.seen.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def receiver() -> Iterator[int]:
    """The port of a server on this machine."""
    Receiver.seen = []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Make each look-up answer the next list of addresses, the last one for ever; returns the names asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
        addresses = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        family = {address: socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses}
        return [(family[address], socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.100.100.200", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::", "::1", "fe80::1",
        "fe80::1%eth0", "fd00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "not an address",
        "",
    ],
)  # fmt: skip
def test_an_address_of_a_network_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "127.1", "169.254.169.254"],
)
def test_nothing_is_sent_to_this_machine_however_it_is_written(receiver: int, host: str) -> None:
    with pytest.raises((ValidationError, ConnectError)):
        post_webhook(f"http://{host}:{receiver}/hook", HELLO, https_only=False)
    assert Receiver.seen == []


def test_a_name_that_leads_inside_is_refused_with_the_setting_that_would_allow_it(
    receiver: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, ["127.0.0.1"])
    with pytest.raises(ValidationError, match="WEBHOOK_ALLOWED_HOSTS"):
        post_webhook(f"http://hooks.example.com:{receiver}/hook", HELLO, https_only=False)
    assert Receiver.seen == []


def test_one_inside_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, [PUBLIC, "10.0.0.1"])
    with pytest.raises(ValidationError, match="not public"):
        post_webhook("https://hooks.example.com/hook", HELLO)


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolving(monkeypatch, [PUBLIC], ["127.0.0.1"])
    connected: list[str] = []

    def connect(self: Any, host: str, port: int, *rest: Any, **more: Any) -> Any:
        connected.append(host)
        raise httpcore.ConnectError("as far as this goes")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(ConnectError):
        post_webhook("https://hooks.example.com/hook", HELLO)
    assert (asked, connected) == (["hooks.example.com"], [PUBLIC])


def test_a_connection_that_ends_up_inside_is_closed_before_a_byte_is_sent(
    receiver: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The second look-up, for the address that was found public, answers with this machine.
    resolving(monkeypatch, [PUBLIC], ["127.0.0.1"])
    with pytest.raises(ValidationError, match="not public"):
        post_webhook(f"http://hooks.example.com:{receiver}/hook", HELLO, https_only=False)
    assert Receiver.seen == []


def test_a_host_that_is_named_may_be_inside_and_no_other(receiver: int) -> None:
    post_webhook(f"http://127.0.0.1:{receiver}/hook", HELLO, https_only=False, allowed_hosts=["127.0.0.1"])
    assert Receiver.seen == ["/hook"]
    with pytest.raises(ValidationError):
        post_webhook(f"http://localhost:{receiver}/hook", HELLO, https_only=False, allowed_hosts=["127.0.0.1"])
    assert Receiver.seen == ["/hook"]


def test_a_redirect_is_not_followed(receiver: int) -> None:
    with pytest.raises(ValidationError, match="302"):
        post_webhook(f"http://127.0.0.1:{receiver}/moved", HELLO, https_only=False, allowed_hosts=["127.0.0.1"])
    assert Receiver.seen == ["/moved"]


def test_only_https_leaves_the_machine(receiver: int) -> None:
    with pytest.raises(ValidationError, match="begins with https://"):
        post_webhook(f"http://127.0.0.1:{receiver}/hook", HELLO, allowed_hosts=["127.0.0.1"])
    assert Receiver.seen == []


def test_a_proxy_of_the_environment_is_not_a_way_around(receiver: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{receiver}")
    with pytest.raises(ValidationError, match="not public"):
        post_webhook("http://10.0.0.1/hook", HELLO, https_only=False)
    assert Receiver.seen == []
