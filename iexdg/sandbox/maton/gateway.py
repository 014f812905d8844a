"""Answers what comes to Maton's hosts, in both layouts of its paths.

The new layout is served under /maton, gateway and control plane together; the older pair under /maton-gateway and
/maton-ctrl. Error bodies are assumed, since none is published.
Source: maton-facts.md §1, §4, §5 and §7.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from iexdg.sandbox.http.edge import is_loopback
from iexdg.sandbox.http.front import Arrival
from iexdg.sandbox.http.json_body import read_json
from iexdg.sandbox.http.pipeline import Pipeline
from iexdg.sandbox.http.wire import ApiError, Environ, JsonObject, Reply, json_reply, raw_body
from iexdg.sandbox.maton.account import APP, Account
from iexdg.sandbox.maton.page import authorisation_page
from iexdg.sandbox.simulation import Simulation, Simulations

# (prefix, whether it passes calls on, whether it has the control plane)
_LAYOUTS = (("/maton-gateway/", True, False), ("/maton-ctrl/", False, True), ("/maton/", True, True))
_SHOWN = ("connection_id", "status", "creation_time", "last_updated_time", "app", "method", "metadata")


class RefusedError(Exception):
    """The gateway itself refuses a request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Gateway:
    """The gateway of one simulator; its account opens every workspace of it."""

    def __init__(self, simulations: Simulations, pipelines: dict[str, Pipeline]) -> None:
        self._simulations = simulations
        self._options = simulations.options
        self._pipelines = pipelines
        clock = self._options.clock
        self.account = Account(
            seed=self._options.seed, now=simulations.all[0].world.now, monotonic=clock or time.monotonic
        )
        self.open(simulations.all)

    def open(self, simulations: Iterable[Simulation]) -> None:
        """Give each of these workspaces an active connection."""
        for simulation in simulations:
            connection = self.account.create(APP)
            self.account.change(connection, status="ACTIVE", workspace=simulation.number)

    @staticmethod
    def serves(path: str) -> bool:
        """Say whether a path is one of Maton's."""
        return any(path.startswith(prefix) for prefix, _, _ in _LAYOUTS)

    def answer(self, environ: Environ, path: str) -> Reply:
        """Answer one request and log it.

        Raises: ConnectionDropped - an injected fault loses the answer.
        """
        prefix, passes_on, has_control = next(layout for layout in _LAYOUTS if path.startswith(layout[0]))
        rest = path.removeprefix(prefix)
        if has_control and rest == "authorise":
            return self._authorise(environ)
        connection_id = environ.get("HTTP_MATON_CONNECTION", "")
        try:
            self._check(environ)
            if has_control and rest.split("/")[0] == "connections":
                return self._logged(environ, path, connection_id, json_reply(self._control(environ, prefix, rest)))
            if not passes_on or not rest.startswith(f"{APP}/"):
                raise RefusedError(404, "Unknown app")
            connection = self._connection(connection_id)
        except RefusedError as error:
            reply = json_reply({"message": str(error)}, error.status)
            return self._logged(environ, path, connection_id, reply)
        key = self._options.key_of(connection["workspace"])
        forwarded = environ | {"HTTP_AUTHORIZATION": f"Bearer {key}"}
        came = Arrival(path, {"maton_connection": connection_id or None})
        return self._pipelines[key].answer(forwarded, f"/{rest.removeprefix(f'{APP}/')}", came)

    def _check(self, environ: Environ) -> None:
        if environ.get("HTTP_AUTHORIZATION", "") != f"Bearer {self._options.maton_key}":
            raise RefusedError(401, "Invalid API key")
        with self._simulations.lock:
            if self._simulations.all[0].options.limits and not self.account.allow():
                raise RefusedError(429, "Rate limit exceeded")

    def _connection(self, connection_id: str) -> dict[str, Any]:
        with self._simulations.lock:
            connection = self.account.serving(connection_id)
        if connection is None:
            raise RefusedError(400, f"No active connection for the app {APP}")
        if connection["is_expired"]:
            raise RefusedError(500, "Internal server error")
        return connection

    def _logged(self, environ: Environ, path: str, connection_id: str, reply: Reply) -> Reply:
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="microseconds"),
            "method": environ["REQUEST_METHOD"],
            "path": path,
            "query": environ.get("QUERY_STRING", ""),
            "status": reply.status,
            "ms": 0.0,
            "maton_connection": connection_id or None,
        }
        with self._simulations.lock:
            self._simulations.shared.log.append(entry)
        return reply

    def _control(self, environ: Environ, prefix: str, rest: str) -> JsonObject:
        method, _, connection_id = environ["REQUEST_METHOD"], *rest.partition("/")[1:]
        with self._simulations.lock:
            if method == "GET" and not connection_id:
                wanted = parse_qs(environ.get("QUERY_STRING", ""))
                return {"connections": [self._shown(environ, prefix, one) for one in self._filtered(wanted)]}
            if method == "POST" and not connection_id:
                return {"connection": self._shown(environ, prefix, self.account.create(_wanted_app(environ)))}
            connection = self.account.find(connection_id)
            if connection is None or method not in {"GET", "DELETE"}:
                raise RefusedError(404, "Connection not found")
            if method == "DELETE":
                self.account.delete(connection)
                return {}
            return {"connection": self._shown(environ, prefix, connection)}

    def _filtered(self, wanted: dict[str, list[str]]) -> list[dict[str, Any]]:
        return [
            one
            for one in self.account.connections
            if all(one[name] in wanted[name] for name in ("app", "status") if name in wanted)
        ]

    @staticmethod
    def _shown(environ: Environ, prefix: str, connection: dict[str, Any]) -> JsonObject:
        host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
        link = f"http://{host}{prefix}authorise?session_token={connection['token']}"
        return {name: connection[name] for name in _SHOWN} | {"url": link}

    def _authorise(self, environ: Environ) -> Reply:
        """Show the page that a person opens, and take the answer; only the own machine may ask."""
        token = parse_qs(environ.get("QUERY_STRING", "")).get("session_token", [""])[0]
        with self._simulations.lock:
            connection = next((one for one in self.account.connections if one["token"] == token), None)
            if connection is None or not is_loopback(environ):
                return json_reply({"message": "Unknown session"}, 404)
            if environ["REQUEST_METHOD"] == "POST":
                self._decide(connection, parse_qs(raw_body(environ).decode("utf-8", "replace")))
            return authorisation_page(connection, len(self._simulations.all))

    def _decide(self, connection: dict[str, Any], form: dict[str, list[str]]) -> None:
        if form.get("choice") == ["authorise"]:
            number = int(text) if (text := form.get("workspace", ["1"])[0]).isdecimal() else 1
            workspace = self._simulations.numbered(number).number
            self.account.change(connection, status="ACTIVE", workspace=workspace, is_expired=False)
        elif form.get("choice") == ["refuse"]:
            self.account.change(connection, status="FAILED")


def _wanted_app(environ: Environ) -> str:
    try:
        app = read_json(raw_body(environ) or b"{}").get("app")
    except (ValueError, AttributeError, ApiError):
        app = None
    if not isinstance(app, str) or not app:
        raise RefusedError(400, "app is required")
    return app
