"""The private world of a rehearsal: a sandbox of its own on this machine, started and ended here.

Nothing here knows a workspace or its connection: the only address that is ever called is 127.0.0.1 at the port that
the child named, and with a key that was made for this child alone. The child ends with the block, and with this
process.
"""

import os
import re
import secrets
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from iexdg.clients.http.auth import Credentials
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.transport import HttpTransport
from iexdg.rehearsals.errors import WorldError
from iexdg.running.parent_death import with_parent_death_signal

_ROOT = Path(__file__).resolve().parents[2]
_HOST = "127.0.0.1"
_READY = re.compile(r"sandbox ready on http://127\.0\.0\.1:(\d{1,5})\b")
_STARTS_WITHIN_S = 30.0
_ENDS_WITHIN_S = 2.0
# It sends at its own pace, answers at once, and nobody in it reacts: what leaves is what the campaign alone decides.
_OPTIONS = ("--world", "empty", "--limits", "off", "--reactions", "off", "--unknown-keys", "strip", "--list-lag-s", "0")
# The most leads of one call. Source: docs/api/instantly-facts.md §2.2, POST /leads/add.
_LEADS_A_CALL = 1000
_NOT_A_SECRET = "rehearsal"  # noqa: S105  (the mailboxes of the world are invented, and so are their passwords)


@dataclass(frozen=True)
class SentMail:
    """One e-mail that left. Shapes: campaign - id in this world; step, variant - from 0."""

    at: datetime
    campaign: str
    email: str
    step: int
    variant: int
    sender: str


@dataclass(frozen=True)
class WorldSender:
    """One mailbox as it is to be in the world. Shapes: status - as Instantly numbers it, 1 = connected."""

    email: str
    daily_limit: int
    status: int = 1
    provider_code: int = 1
    first_name: str = ""
    last_name: str = ""


class PrivateWorld:
    """What a rehearsal does in its sandbox.

    Raises: WorldError - the sandbox refuses something or does not answer; of every method.
    """

    def __init__(self, port: int, key: str) -> None:
        here = f"http://{_HOST}:{port:d}"
        self._api = HttpTransport(here, Credentials.bearer(key), prefix="/api/v2")
        self._control = HttpTransport(here, Credentials.bearer(key), prefix="/_sandbox")

    def connect(self, sender: WorldSender) -> None:
        """Connect a mailbox, unless the world has it."""
        server = {
            f"{protocol}_{name}": value
            for protocol, port in (("imap", 993), ("smtp", 465))
            for name, value in (
                ("host", "mail.example.com"), ("port", port), ("username", sender.email), ("password", _NOT_A_SECRET),
            )
        }  # fmt: skip
        names = {"first_name": sender.first_name, "last_name": sender.last_name}
        limits = {"daily_limit": sender.daily_limit, "provider_code": sender.provider_code}
        path = f"accounts/{quote(sender.email, safe='@')}"
        if self._exists(path):
            self._call(self._api, "PATCH", path, {"daily_limit": sender.daily_limit, **names})
        else:
            self._call(self._api, "POST", "accounts", {"email": sender.email, **names, **limits, **server})
        if sender.status != 1:
            self._call(self._control, "POST", "settings", {"accounts": {sender.email.lower(): sender.status}})

    def create_campaign(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create a draft, and return it as it reads back."""
        made = self._object(self._api, "POST", "campaigns", body)
        return self._object(self._api, "GET", f"campaigns/{made['id']}")

    def load(self, campaign: str, leads: Sequence[Mapping[str, Any]]) -> int:
        """Load people into a campaign; returns how many it took."""
        taken = 0
        for start in range(0, len(leads), _LEADS_A_CALL):
            part = list(leads[start : start + _LEADS_A_CALL])
            answer = self._object(self._api, "POST", "leads/add", {"campaign_id": campaign, "leads": part})
            taken += int(answer["leads_uploaded"])
        return taken

    def allow_people(self, most: int) -> None:
        """Let the plan of the world have room for so many."""
        self._call(self._control, "POST", "settings", {"lead_limit": most})

    def activate(self, campaign: str) -> None:
        """Activate a campaign of this world."""
        self._call(self._api, "POST", f"campaigns/{campaign}/activate", {})

    def advance(self, seconds: float) -> None:
        """Let time pass; what is due meanwhile happens."""
        self._call(self._control, "POST", "clock", {"advance_s": seconds})

    @property
    def now(self) -> datetime:
        """The world's time."""
        return datetime.fromisoformat(self._object(self._control, "POST", "clock", {})["now"])

    def sent(self) -> tuple[list[SentMail], int]:
        """Return every e-mail so far in the order of time, and to how many people one may still follow."""
        answer = self._object(self._control, "GET", "sent")
        mails = [
            SentMail(
                datetime.fromisoformat(one["at"]), one["campaign"], one["email"], one["step"], one["variant"],
                one["sender"],
            )
            for one in answer["items"]
        ]  # fmt: skip
        return mails, sum(answer["open"].values())

    def close(self) -> None:
        """Close the connections."""
        self._api.close()
        self._control.close()

    def _exists(self, path: str) -> bool:
        try:
            self._api.request("GET", path)
        except ClientError as error:
            if error.status == 404:
                return False
            raise WorldError(f"The private sandbox did not answer: {error}") from None
        return True

    def _object(
        self, where: HttpTransport, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        answer = self._call(where, method, path, body)
        if not isinstance(answer, dict):
            raise WorldError(f"The private sandbox gave no object for {method} {path}.")
        return answer

    def _call(self, where: HttpTransport, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            return where.request(method, path, body=body).value
        except ClientError as error:
            raise WorldError(f"The private sandbox refused {method} {path}: {error}") from None


@contextmanager
def private_world() -> Iterator[PrivateWorld]:
    """Start a sandbox for the block, and end it with the block.

    Raises: WorldError - it did not start.
    """
    key = f"rehearsal-{secrets.token_hex(16)}"
    command = [sys.executable, "-m", "iexdg.sandbox", "--host", _HOST, "--port", "0", "--api-key", key, *_OPTIONS]
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    process = subprocess.Popen(
        with_parent_death_signal(command, signal_number=signal.SIGKILL),
        cwd=_ROOT,
        # No setting of the product, and with it no key, reaches it.
        env={**kept, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        world = PrivateWorld(_port_of(process), key)
        try:
            yield world
        finally:
            world.close()
    finally:
        _end(process)


def _port_of(process: subprocess.Popen[bytes]) -> int:
    """Wait for the line in which the child says where it listens."""
    assert process.stdout is not None  # noqa: S101  (a pipe, see private_world)
    deadline, said = time.monotonic() + _STARTS_WITHIN_S, b""
    while b"\n" not in said:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise WorldError("The private sandbox did not start in time. Rehearse again in a moment.")
        piece = os.read(process.stdout.fileno(), 4096)
        if not piece:
            raise WorldError(f"The private sandbox ended as it started, with code {process.wait()}.")
        said += piece
    found = _READY.search(said.decode("utf-8", "replace"))
    if found is None or process.poll() is not None:
        raise WorldError("The private sandbox did not say where it listens.")
    return int(found[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
