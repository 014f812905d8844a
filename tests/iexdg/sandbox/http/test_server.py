"""The process: a threaded server that keeps connections, loses answers on request and keeps its world."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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


def test_a_hundred_requests_a_second_leave_room(serve: Callable[..., Served]) -> None:
    served = serve("--limits", "off")
    campaign = served.ask("GET", "/api/v2/campaigns")[1]["items"][0]["id"]
    began = time.monotonic()
    for _ in range(300):
        assert served.ask("GET", f"/api/v2/campaigns/{campaign}")[0] == 200
    assert time.monotonic() - began < 3


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
