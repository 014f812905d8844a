"""The whole product as a user starts it: `manage.py up` in a separate folder and on separate ports."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from iexdg.team.demo import DEMO_PASSWORD
from tests.crash.stack import free_port, wait_until
from tests.migrated import migrated_file
from tests.sandbox_control import SandboxControl

ROOT = Path(__file__).resolve().parents[2]
READY_S = 240.0
COMMAND_S = 240.0
KNOBS = {
    "VERIFY_POLL_S": "0.5",
    "VERIFY_GIVE_UP_S": "4",
    "VERIFY_THREADS": "4",
    "SETTLE_WATCH_S": "20",
    "SCAN_INTERVAL_S": "5",
    "SYNC_INTERVAL_S": "5",
    "LOG_LEVEL": "WARNING",
    # What two workspaces do is tested on its own; a second one would double the work of every other story.
    "DEMO_WORKSPACES": "1",
    # Whoever signed in at the beginning of the run may still do what needs a recent sign-in.
    "SIGN_IN_AGAIN_S": "7200",
}
PAUSED = 2
# The fields that a campaign is created with, by the vendor's names.
_COPIED = (
    "campaign_schedule",
    "sequences",
    "email_list",
    "daily_limit",
    "email_gap",
    "random_wait_max",
    "stop_on_reply",
    "insert_unsubscribe_header",
    "open_tracking",
    "link_tracking",
)
# Those of a second program of the same workspace.
_HEADERS = {"Authorization": "Bearer sandbox-key", "User-Agent": "Mozilla/5.0 Chrome/124.0"}
_PASSED_ENVIRONMENT = {"PATH", "HOME", "LANG", "TMPDIR"}


class Stack:
    """One running product. `url` is where a browser goes, `control` is the sandbox's control API."""

    def __init__(self) -> None:
        # Not pytest's folder: the path of a socket is limited to 107 bytes.
        self.var_dir = Path(tempfile.mkdtemp(prefix="iexdg-e2e-"))
        port, sandbox_port = free_port(), free_port()
        self.environment = {name: value for name, value in os.environ.items() if name in _PASSED_ENVIRONMENT} | {
            "VAR_DIR": str(self.var_dir),
            "PORT": str(port),
            "SANDBOX_PORT": str(sandbox_port),
            **KNOBS,
        }
        self.url = f"http://127.0.0.1:{port}"
        self.control = SandboxControl(base_url=f"http://127.0.0.1:{sandbox_port}")
        self._output = self.var_dir / "up.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it on a database that is migrated, and wait until the first sync has added the campaigns."""
        shutil.copyfile(migrated_file(), self.var_dir / "outreach.sqlite3")
        with self._output.open("wb") as log:
            # With the parent-death signal no process outlives this test run, however it ends.
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--with-parent"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._is_ready, within_s=READY_S, what="a ready product")
        wait_until(self._shows_campaigns, what="the first sync")

    def end(self) -> None:
        """Stop it, as Ctrl-C does."""
        self.control.http.close()
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.var_dir, ignore_errors=True)

    def last_output(self) -> str:
        """Its last lines of output, for failure messages."""
        lines = self._output.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-60:])

    def manage(self, *arguments: str) -> dict[str, Any]:
        """Run a command against it, as a user in a second terminal would."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments, "--json"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_S,
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def emails(self, lead: str = "") -> list[dict[str, Any]]:
        """The newest 100 e-mails that Instantly has, or those with one person."""
        query = {"limit": 100} | ({"lead": lead} if lead else {})
        answer = self.control.http.get("/api/v2/emails", params=query, headers=_HEADERS)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def kill_worker(self, queue: str) -> None:
        """kill -9 every process of a worker, whatever it does; the supervisor starts another one."""
        assert self._process is not None
        killed = [pid for pid in _started_by(self._process.pid) if f"{queue}@" in _command_of(pid)]
        assert killed, f"no worker of {queue} runs"
        for pid in killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def python(self, code: str) -> None:
        """Run Python on its database, for what would otherwise take minutes."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, timeout=COMMAND_S)

    def new_campaign(self, name: str, status: int = PAUSED) -> str:
        """Create a campaign like 05A, mirrored and without leads, for use by one test only.

        Returns its id at Instantly.
        """
        model = next(item for item in self.control.state()["campaigns"] if item["name"].startswith("05A"))
        body = {"name": name, **{field: model[field] for field in _COPIED}}
        answer = self.control.http.post("/api/v2/campaigns", json=body, headers=_HEADERS)
        assert answer.status_code == 200, answer.text
        remote_id = str(answer.json()["id"])
        self.control.set_status(remote_id, status)
        self.manage("sync")
        return remote_id

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.last_output()
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def _shows_campaigns(self) -> bool:
        with httpx.Client(base_url=self.url, follow_redirects=True, timeout=10) as client:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/accounts/login/").text)
            assert token is not None
            form = {"login": "viewer@example.com", "password": DEMO_PASSWORD, "csrfmiddlewaretoken": token.group(1)}
            client.post("/accounts/login/", data=form)
            return "04 Alumni spring" in client.get("/w/demo/campaigns/").text


def _started_by(pid: int) -> list[int]:
    """Every process below another one."""
    below = [int(one) for path in Path(f"/proc/{pid}/task").glob("*/children") for one in path.read_text().split()]
    return below + [one for child in below for one in _started_by(child)]


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
