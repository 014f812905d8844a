"""What is around every answer, whichever API it is of: the log, injected faults and latency."""

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from iexdg.sandbox.http.edge import RateLimits
from iexdg.sandbox.http.faults import ConnectionDropped, Fault, Faults
from iexdg.sandbox.http.wire import Environ, Reply, json_reply
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

_DROPPED = 0


class Simulated(Protocol):
    """What an answer needs of a simulation; code that uses `world` holds `lock`."""

    number: int
    options: SandboxOptions
    lock: threading.RLock
    limits: RateLimits
    faults: Faults
    log: deque[dict[str, Any]]
    world: World

    def worlds(self) -> Mapping[str, World]:
        """Return every workspace of the simulator by its id."""
        ...

    def catch_up(self) -> float:
        """Play the world up to now and return now."""
        ...


@dataclass(frozen=True)
class Arrival:
    """How a request came to the server: its whole path, and what the log says besides."""

    path: str
    facts: dict[str, Any] = field(default_factory=dict)


class Front(ABC):
    """Answers the requests of one workspace and keeps the log; its heirs say what is answered."""

    def __init__(self, simulation: Simulated) -> None:
        self._simulation = simulation

    @property
    def _options(self) -> SandboxOptions:
        return self._simulation.options

    @abstractmethod
    def _answer(self, environ: Environ, path: str) -> Reply:
        """Answer one request without faults."""

    @abstractmethod
    def _short(self, path: str) -> str:
        """Return a path without the prefix of its API."""

    @abstractmethod
    def _refusal(self, status: int) -> Any:
        """Return the body of an injected status that names none."""

    def answer(self, environ: Environ, path: str, came: Arrival | None = None) -> Reply:
        """Answer one request and log it.

        Shapes: path - below this API; came - how it arrived, where a gateway passed it on.
        Raises: ConnectionDropped - an injected fault loses the answer.
        """
        came = came or Arrival(path)
        arrived, began = datetime.now(UTC), time.perf_counter()
        status = _DROPPED
        try:
            reply = self._faulty_answer(environ, path, came)
            status = reply.status
            return reply
        finally:
            entry = {
                "at": arrived.isoformat(timespec="microseconds"),
                "method": environ["REQUEST_METHOD"],
                "path": came.path,
                "query": environ.get("QUERY_STRING", ""),
                "status": status,
                "ms": round((time.perf_counter() - began) * 1000, 3),
                **came.facts,
            }
            with self._simulation.lock:  # the control plane reads the log under the same lock
                self._simulation.log.append(entry)

    def _faulty_answer(self, environ: Environ, path: str, came: Arrival) -> Reply:
        """Answer with the injected faults and latency around it; half the latency comes before the work."""
        with self._simulation.lock:
            paths = {came.path, path, self._short(path)}
            taken = self._simulation.faults.take_matching(environ["REQUEST_METHOD"], paths, self._simulation.number)
        by_action = {fault.action: fault for fault in taken}
        latency_s = (self._options.latency_ms + _value(by_action.get("latency_ms"))) / 1000
        if latency_s > 0:
            self._options.sleep(latency_s / 2)
        if "drop_before" in by_action:
            raise ConnectionDropped("dropped before anything was done")
        reply = self._injected(by_action["status"]) if "status" in by_action else self._answer(environ, path)
        if latency_s > 0:
            self._options.sleep(latency_s / 2)
        if "drop_after_commit" in by_action:
            raise ConnectionDropped("dropped after the work was done")
        return self._injected(by_action["status_after_commit"]) if "status_after_commit" in by_action else reply

    def _injected(self, fault: Fault) -> Reply:
        status = int(fault.value)
        if isinstance(fault.body, str):
            return Reply(status=status, body=fault.body.encode(), content_type="text/plain; charset=UTF-8")
        return json_reply(self._refusal(status) if fault.body is None else fault.body, status)


def _value(fault: Fault | None) -> float:
    return fault.value if fault else 0.0
