"""The process: a threaded server that keeps connections, loses answers on request and keeps its world."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iexdg.sandbox.http.server import SandboxServer

ROOT = Path(__file__).parents[4]
HEADERS = {"User-Agent": "Mozilla/5.0 Chrome/124.0", "Authorization": "Bearer sandbox-key"}


@dataclass
class Served:
    """A simulator in a process of its own, and one kept connection to it."""

    process: subprocess.Popen[str]
    line: str
    connection: http.client.HTTPConnection

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = HEADERS | ({"Content-Type": "application/json"} if body is not None else {})
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """serve("--world", "empty") starts a simulator on a free port and waits until it is ready."""
    started: list[Served] = []

    def start(*arguments: str) -> Served:
        command = [sys.executable, "-m", "iexdg.sandbox", "--port", "0", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        port = int(line.rpartition(":")[2])
        started.append(Served(process, line, http.client.HTTPConnection("127.0.0.1", port, timeout=20)))
        return started[-1]

    yield start
    for served in started:
        served.connection.close()
        if served.process.poll() is None:
            served.process.kill()
        served.process.wait(20)
        assert served.process.stdout is not None
        served.process.stdout.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Served]:
    """One simulator for the tests that change nothing that matters to another."""
    command = [sys.executable, "-m", "iexdg.sandbox", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        connection = http.client.HTTPConnection("127.0.0.1", int(line.rpartition(":")[2]), timeout=20)
        yield Served(process, line, connection)
        connection.close()
        process.terminate()


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met within 20 s"
        time.sleep(0.02)


def test_it_prints_when_it_is_ready_and_exits_with_0_on_a_signal(serve: Callable[..., Served]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        served = serve("--world", "empty")
        assert served.line.startswith("sandbox ready on http://127.0.0.1:")
        assert served.ask("GET", "/api/v2/campaigns") == (200, {"items": []})
        served.process.send_signal(number)
        assert served.process.wait(20) == 0


def test_one_connection_serves_many_requests(serve: Callable[..., Served]) -> None:
    served = serve()
    assert served.ask("GET", "/api/v2/campaigns")[0] == 200
    socket = served.connection.sock
    assert served.ask("GET", "/api/v2/nowhere")[0] == 404
    assert served.ask("POST", "/api/v2/email-verification", {"email": "ana@alder.example.com"})[0] == 200
    assert socket is not None
    assert served.connection.sock is socket


def test_a_dropped_answer_breaks_the_connection_and_the_next_one_works(serve: Callable[..., Served]) -> None:
    served = serve("--world", "empty")
    post = ("POST", "/api/v2/email-verification", {"email": "ana@alder.example.com"})
    for action, charged in (("drop_before", 0), ("drop_after_commit", 0.25)):
        served.ask("POST", "/_sandbox/faults", [{"match": {"path": post[1]}, "do": action}])
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            served.ask(*post)
        served.connection.close()
        assert served.ask("GET", "/_sandbox/state")[1]["credits"] == 949 - charged
    assert served.ask(*post)[1]["credits_used"] == 0
    assert [item["status"] for item in served.ask("GET", "/_sandbox/log")[1]["items"]] == [0, 0, 200]


def test_options_of_the_command_line_arrive(serve: Callable[..., Served]) -> None:
    served = serve("--api-key", "another", "--edge", "off", "--pending-polls", "0", "--speed", "600", "--limits", "off")
    headers = {"Authorization": "Bearer another", "Content-Type": "application/json"}
    body = json.dumps({"email": "ana@alder.example.com"})
    served.connection.request("POST", "/api/v2/email-verification", body, headers)
    answer = served.connection.getresponse()
    assert (answer.status, json.loads(answer.read())["verification_status"]) == (200, "verified")
    assert served.ask("GET", "/_sandbox/state")[1]["rate"] == 600


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_world_survives_the_end_of_the_process(serve: Callable[..., Served], tmp_path: Path, how: int) -> None:
    state = tmp_path / "made" / "world.json"
    arguments = ("--world", "demo", "--state", str(state))
    served = serve(*arguments)
    campaign = served.ask("GET", "/api/v2/campaigns?search=04")[1]["items"][0]["id"]
    leads = [{"email": f"p{number}@alder.example.com"} for number in range(50)]
    assert served.ask("POST", "/api/v2/leads/add", {"campaign_id": campaign, "leads": leads})[0] == 200
    assert served.ask("POST", "/api/v2/email-verification", {"email": "ana@alder.example.com"})[0] == 200
    if how == signal.SIGKILL:
        _wait_until(lambda: state.exists() and "ana@alder.example.com" in state.read_text())
    before = served.ask("GET", "/_sandbox/state")[1]
    os.kill(served.process.pid, how)
    served.process.wait(20)
    again = serve(*arguments).ask("GET", "/_sandbox/state")[1]
    for part in ("credits", "campaigns", "leads", "verifications"):
        assert again[part] == before[part], part
    assert [item["status"] for item in again["campaigns"] if item["id"] == campaign] == [1]
    assert list(state.parent.iterdir()) == [state]


def test_a_port_that_is_taken_is_one_line_not_a_traceback(serve: Callable[..., Served]) -> None:
    port = serve().connection.port
    command = [sys.executable, "-m", "iexdg.sandbox", "--port", str(port)]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert second.returncode == 1
    assert second.stderr.startswith(f"error: cannot listen on 127.0.0.1:{port}: ")
    assert second.stderr.count("\n") == 1


def test_a_state_file_that_is_damaged_is_named_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    file.write_text("not a world")
    command = [sys.executable, "-m", "iexdg.sandbox", "--port", "0", "--state", str(file)]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert refused.returncode == 1
    assert refused.stderr == f"error: {file} is not a saved world. Name another --state file or remove it.\n"
    assert file.read_text() == "not a world"


def raw_answer(served: Served, request: bytes) -> tuple[int, bytes]:
    """Send bytes as they are, end the sending, and read the whole answer."""
    with socket.create_connection(("127.0.0.1", served.connection.port), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("framing", "body", "status"),
    [
        (b"Content-Length: abc", b"{}", 400),
        (b"Content-Length: -5", b"{}", 400),
        (b"Content-Length: 1e3", b"{}", 400),
        (b"Content-Length: 50", b"{}", 400),
        (b"Content-Length: 99999999999999999999", b"{}", 413),
        (b"Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n", 400),
        (b"Transfer-Encoding: chunked", b"fffffff\r\n{}", 413),
        (b"Transfer-Encoding: chunked", b"1\r\n{\r\n1\r\n}\r\n0\r\nX-Trailer: 1\r\n\r\n", 200),
    ],
)
def test_a_body_that_cannot_be_read_is_answered_and_not_dropped(
    sandbox: Served, framing: bytes, body: bytes, status: int
) -> None:
    head = b"POST /api/v2/leads/list HTTP/1.1\r\nHost: sandbox\r\nUser-Agent: Mozilla/5.0\r\n"
    typed = b"Authorization: Bearer sandbox-key\r\nContent-Type: application/json\r\nConnection: close\r\n"
    got, answer = raw_answer(sandbox, head + typed + framing + b"\r\n\r\n" + body)
    assert (got, json.loads(answer).get("statusCode", 200)) == (status, status)
    assert sandbox.ask("GET", "/api/v2/campaigns")[0] == 200


def test_a_request_line_without_an_end_is_answered(sandbox: Served) -> None:
    assert raw_answer(sandbox, b"GET /" + b"a" * 70_000)[0] == 414


def test_five_thousand_brackets_are_a_400(sandbox: Served) -> None:
    headers = HEADERS | {"Content-Type": "application/json"}
    sandbox.connection.request("POST", "/api/v2/leads/list", b"[" * 5000 + b"]" * 5000, headers)
    answer = sandbox.connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (400, "FST_ERR_CTP_INVALID_JSON_BODY")


def test_a_client_that_waits_for_the_sign_to_go_on_gets_it(sandbox: Served) -> None:
    head = b"POST /api/v2/leads/list HTTP/1.1\r\nHost: sandbox\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
    with socket.create_connection(("127.0.0.1", sandbox.connection.port), timeout=20) as connection:
        connection.sendall(head + b"\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 Continue")


def test_what_clients_send_differently_means_the_same(sandbox: Served) -> None:
    for path in (
        "/api/v2/email-verification/ana@alder.example.com",
        "/api/v2/email-verification/ana%40alder.example.com",
    ):
        assert (
            sandbox.ask("POST", "/api/v2/email-verification", {"email": "ana@alder.example.com", "webhook_url": None})[
                0
            ]
            == 200
        )
        assert sandbox.ask("GET", path)[1]["email"] == "ana@alder.example.com"
    campaigns = sandbox.ask("GET", "/api/v2/campaigns?limit=2")[1]["items"]
    ids = "&".join(f"ids={campaign['id']}" for campaign in campaigns)
    assert len(sandbox.ask("GET", f"/api/v2/campaigns/analytics?{ids}")[1]) == 2
    assert len(sandbox.ask("GET", f"/api/v2/campaigns/analytics?ids={campaigns[0]['id']}")[1]) == 1
    for limit in (2, 2.0, "2", "2.0"):
        assert len(sandbox.ask("POST", "/api/v2/leads/list", {"limit": limit, "search": None})[1]["items"]) == 2
    assert sandbox.ask("POST", f"/api/v2/campaigns/{campaigns[0]['id']}/pause")[1]["status"] == 2
    patch = {"daily_limit": "30", "text_only": "true", "stop_on_reply": None, "pl_value": None, "email_gap": 5.0}
    changed = sandbox.ask("PATCH", f"/api/v2/campaigns/{campaigns[0]['id']}", patch)[1]
    assert [changed[name] for name in patch] == [30, True, None, None, 5]


def test_a_fault_of_the_sandbox_itself_is_a_500_and_its_output_says_what(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(environ: Any, start_response: Any) -> Any:
        raise ArithmeticError("a fault for the test")

    with SandboxServer(("127.0.0.1", 0), broken) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        connection = http.client.HTTPConnection("127.0.0.1", int(server.server_address[1]), timeout=20)
        connection.request("GET", "/api/v2/campaigns")
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["error"]) == (500, "Internal Server Error")
        connection.close()
        _wait_until(lambda: "a fault for the test" in capsys.readouterr().err)
        server.shutdown()
