"""Who holds a port, and what it answers."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from iexdg.running.ports import http_status, is_sandbox, port_answers, port_is_free
from iexdg.running.probe import allowed_name, main


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"campaigns": []}' if self.path == "/_sandbox/state" else b"ok"
        self.send_response(
            200 if self.headers["Host"] in {"outreach.example.com", "localhost"} or b"{" in body else 400
        )
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def test_a_port_with_a_listener_is_not_free(port: int) -> None:
    assert not port_is_free("127.0.0.1", port)
    assert port_answers("127.0.0.1", port)


def test_a_port_without_a_listener_is_free(closed_port: int) -> None:
    assert port_is_free("127.0.0.1", closed_port)
    assert not port_answers("127.0.0.1", closed_port)


def test_a_sandbox_is_distinguished_from_another_server_and_from_none(port: int, closed_port: int) -> None:
    assert is_sandbox("127.0.0.1", port)
    assert not is_sandbox("127.0.0.1", closed_port)


def test_the_status_is_none_without_an_answer(port: int, closed_port: int) -> None:
    assert http_status("127.0.0.1", port, "/healthz", name="outreach.example.com") == 200
    assert http_status("127.0.0.1", port, "/healthz", name="elsewhere.example.com") == 400
    assert http_status("127.0.0.1", closed_port, "/healthz") is None


@pytest.mark.parametrize(
    ("hosts", "name"),
    [("outreach.example.com,localhost", "outreach.example.com"), (".example.com", "example.com"), ("*", "localhost")],
)
def test_the_probe_sends_a_name_that_django_accepts(hosts: str, name: str) -> None:
    assert allowed_name(hosts) == name


def test_the_probe_exits_0_only_for_a_well_process(
    port: int, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "outreach.example.com")
    assert main([str(port), "/healthz"]) == 0
    assert main([str(closed_port), "/healthz"]) == 1
