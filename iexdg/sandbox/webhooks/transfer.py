"""How one payload travels: over the network to an allowed target, or played by the simulator itself."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from iexdg.sandbox.world.options import SandboxOptions

# Source: instantly-facts.md §6.14.
TIMEOUT_S = 10.0
_RESERVED = re.compile(r"(^|\.)(example\.(com|org|net)|[^.]+\.(test|example|invalid))$")
_PLAYED_STATUS = re.compile(r"/status/(\d{3})(/|$)")
_PLAYED_MS = 42.0


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One request to a webhook's address."""

    url: str
    headers: dict[str, str]
    payload: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came back. Shapes: status - None without an answer, then `error` says why. Units: took_ms."""

    status: int | None
    error: str | None
    took_ms: float

    @property
    def success(self) -> bool:
        """Say whether the target accepted the payload: any status of 2xx."""
        return self.status is not None and 200 <= self.status < 300


Sender = Callable[[Outgoing], Outcome]


def played(outgoing: Outgoing) -> Outcome:
    """Answer in place of a target on a reserved domain, without any network: 200, or what the path asks for.

    Shapes: https://hooks.example.com/status/500 answers 500; a path with /timeout never answers.
    """
    parts = urlsplit(outgoing.url)
    if not _RESERVED.search(parts.hostname or ""):
        return Outcome(status=None, error="The simulator does not call this host", took_ms=0.0)
    if "/timeout" in parts.path:
        return Outcome(status=None, error="timeout of 10000ms exceeded", took_ms=TIMEOUT_S * 1000)
    asked = _PLAYED_STATUS.search(parts.path)
    status = int(asked[1]) if asked else 200
    failed = None if 200 <= status < 300 else f"Request failed with status code {status}"
    return Outcome(status=status, error=failed, took_ms=_PLAYED_MS)


def sender_of(options: SandboxOptions) -> Sender | None:
    """Return what sends webhooks outside of the world's lock; None where they are played with the world itself."""
    if options.webhook_sender is not None:
        return options.webhook_sender
    return network_sender(options.webhook_hosts) if options.webhook_delivery == "network" else None


def network_sender(hosts: frozenset[str], *, timeout_s: float = TIMEOUT_S) -> Sender:
    """Return a sender that calls the named hosts; every other target is played."""

    def send(outgoing: Outgoing) -> Outcome:
        parts = urlsplit(outgoing.url)
        return _sent(outgoing, parts, timeout_s) if parts.hostname in hosts else played(outgoing)

    return send


def _sent(outgoing: Outgoing, parts: SplitResult, timeout_s: float) -> Outcome:
    began = time.perf_counter()
    connection: HTTPConnection | None = None
    try:
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=timeout_s)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        headers = {"Content-Type": "application/json", "User-Agent": "Instantly-Webhook/1.0"} | outgoing.headers
        connection.request("POST", path, json.dumps(outgoing.payload).encode(), headers)
        status = connection.getresponse().status
    except TimeoutError:
        return Outcome(status=None, error=f"timeout of {timeout_s * 1000:.0f}ms exceeded", took_ms=_since(began))
    except (OSError, HTTPException, ValueError) as error:
        return Outcome(status=None, error=f"{type(error).__name__}: {error}", took_ms=_since(began))
    finally:
        if connection is not None:
            connection.close()
    failed = None if 200 <= status < 300 else f"Request failed with status code {status}"
    return Outcome(status=status, error=failed, took_ms=_since(began))


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
