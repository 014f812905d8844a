"""The WSGI application: edge, routes, keys, limits, bodies, schemas, then the handler; in the vendor's order."""

import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from iexdg.sandbox.control import CONTROL_PREFIX, answer_control
from iexdg.sandbox.edge import EDGE_BLOCK, is_blocked
from iexdg.sandbox.faults import ConnectionDropped, Fault
from iexdg.sandbox.options import SandboxOptions
from iexdg.sandbox.routes import Route, find_route, is_allowed
from iexdg.sandbox.schema import coerced_query, first_finding
from iexdg.sandbox.simulation import Simulation
from iexdg.sandbox.state_file import StateFile
from iexdg.sandbox.wire import ApiError, Call, Reply, json_reply, reason_phrase
from iexdg.sandbox.world import World

__all__ = ["Sandbox", "SandboxOptions", "create_app"]

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
_DROPPED = 0


class Sandbox:
    """A WSGI callable that behaves like the vendor; safe to call from many threads."""

    def __init__(self, options: SandboxOptions) -> None:
        self.options = options
        self.simulation = Simulation(options)
        self.state_file: StateFile | None = None
        if options.state_file is not None:
            self.state_file = StateFile(self.simulation, Path(options.state_file))
            self.state_file.load()
            self.state_file.start()

    @property
    def world(self) -> World:
        """The one state object."""
        return self.simulation.world

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; a dropped connection is raised instead of answered."""
        path = _path(environ)
        if path.startswith(CONTROL_PREFIX):
            reply = answer_control(self.simulation, environ, path)
        else:
            reply = self._logged_answer(environ, path)
        headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
        headers.append(("Server", reply.server))
        start_response(f"{reply.status} {reason_phrase(reply.status)}", headers)
        return [reply.body]

    def _logged_answer(self, environ: Environ, path: str) -> Reply:
        arrived, began = datetime.now(UTC), time.perf_counter()
        status = _DROPPED
        try:
            reply = self._faulty_answer(environ, path)
            status = reply.status
            return reply
        finally:
            entry = {
                "at": arrived.isoformat(timespec="microseconds"),
                "method": environ["REQUEST_METHOD"],
                "path": path,
                "query": environ.get("QUERY_STRING", ""),
                "status": status,
                "ms": round((time.perf_counter() - began) * 1000, 3),
            }
            with self.simulation.lock:  # the control plane reads the log under the same lock
                self.simulation.log.append(entry)

    def _faulty_answer(self, environ: Environ, path: str) -> Reply:
        """Answer with the ordered faults and latency around it; half the latency is the way there."""
        with self.simulation.lock:
            struck = self.simulation.faults.strike(environ["REQUEST_METHOD"], path)
        by_action = {fault.action: fault for fault in struck}
        latency_s = (self.options.latency_ms + _value(by_action.get("latency_ms"))) / 1000
        if latency_s > 0:
            self.options.sleep(latency_s / 2)
        if "drop_before" in by_action:
            raise ConnectionDropped("dropped before anything was done")
        reply = _ordered_status(by_action["status"]) if "status" in by_action else self._answer(environ, path)
        if latency_s > 0:
            self.options.sleep(latency_s / 2)
        if "drop_after_commit" in by_action:
            raise ConnectionDropped("dropped after the work was done")
        return reply

    def _answer(self, environ: Environ, path: str) -> Reply:
        # Source: instantly-api.md section 6 item 3 for the order.
        if is_blocked(environ.get("HTTP_USER_AGENT", ""), self.options.edge):
            return Reply(status=403, body=EDGE_BLOCK, content_type="text/plain; charset=UTF-8", server="cloudflare")
        try:
            return self._api_answer(environ, path)
        except ApiError as error:
            return json_reply(error.body(), error.status)

    def _api_answer(self, environ: Environ, path: str) -> Reply:
        method = environ["REQUEST_METHOD"]
        found = find_route(method, path)
        if found is None:
            raise ApiError(404, f"Route {method}:{path} not found")
        route, params = found
        self._authorise(environ.get("HTTP_AUTHORIZATION", ""), route)
        body = _parsed_body(environ, route)
        query = coerced_query(parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True), route.query)
        _validate(route, params, body, query)
        with self.simulation.lock:
            call = Call(
                world=self.world,
                options=self.options,
                now=self.simulation.catch_up(),
                params=params,
                query=query,
                body=body,
                user_agent=environ.get("HTTP_USER_AGENT", ""),
            )
            return json_reply(route.handler(call))

    def _authorise(self, header: str, route: Route) -> None:
        """Check key, budget, scope and plan.

        Source: instantly-api.md section 6 items 2 and 15.
        """
        if not header:
            raise ApiError(401, "Missing Authorization header")
        scheme, _, key = header.partition(" ")
        if scheme != "Bearer" or not key or " " in key or "#" in key:
            raise ApiError(401, "Invalid authorization header")
        if key != self.options.api_key:
            raise ApiError(401, "Invalid API key")
        with self.simulation.lock:
            if self.options.limits and not self.simulation.limits.allow():
                raise ApiError(429, "Rate limit exceeded")
        if not self.options.paid_plan:
            raise ApiError(402, "Workspace does not have an active paid plan")
        if not is_allowed(self.options.scopes, route.scope):
            raise ApiError(403, f"Missing required scope: {route.scope}")


def create_app(options: SandboxOptions | None = None) -> Sandbox:
    """Build a simulator that can be served or mounted in a test."""
    return Sandbox(options or SandboxOptions())


def _path(environ: Environ) -> str:
    """Return the path as text; servers hand over UTF-8 bytes dressed as Latin-1, test transports plain text."""
    raw: str = environ.get("PATH_INFO", "")
    try:
        return raw.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return raw


def _value(fault: Fault | None) -> float:
    return fault.value if fault else 0.0


def _ordered_status(fault: Fault) -> Reply:
    status = int(fault.value)
    if isinstance(fault.body, str):
        return Reply(status=status, body=fault.body.encode(), content_type="text/plain; charset=UTF-8")
    if fault.body is not None:
        return json_reply(fault.body, status)
    message = "Rate limit exceeded" if status == 429 else "Ordered by the control plane"
    return json_reply(ApiError(status, message).body(), status)


def _parsed_body(environ: Environ, route: Route) -> Any:
    """Read a JSON body as Fastify does.

    Source: instantly-api.md section 1, Content-Type (Laws 6 and 8).
    """
    if route.method == "GET":
        return None
    length = int(environ.get("CONTENT_LENGTH") or 0)
    raw: bytes = environ["wsgi.input"].read(length) if length else b""
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind == "application/json" and not raw:
        code = "FST_ERR_CTP_EMPTY_JSON_BODY"
        raise ApiError(400, "Body cannot be empty when content-type is set to 'application/json'", code=code)
    if not raw:
        return None
    if kind != "application/json":
        raise ApiError(415, "Unsupported Media Type", code="FST_ERR_CTP_INVALID_MEDIA_TYPE")
    try:
        return json.loads(raw)
    except ValueError as error:
        code = "FST_ERR_CTP_INVALID_JSON_BODY"
        message = "Body is not valid JSON but content-type is set to 'application/json'"
        raise ApiError(400, message, code=code) from error


def _validate(route: Route, params: dict[str, str], body: Any, query: dict[str, Any]) -> None:
    checks = [(params[name], schema, f"params/{name}") for name, schema in route.params.items()]
    if route.body is not None:
        checks.append((body, route.body, "body"))
    checks += [(query[name], schema, f"querystring/{name}") for name, schema in route.query.items() if name in query]
    for value, schema, where in checks:
        finding = first_finding(value, schema, where)
        if finding:
            raise ApiError(400, finding)
