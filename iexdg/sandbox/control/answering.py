"""Answering the requests of the control plane; only the own machine may ask."""

import json
from collections.abc import Callable
from typing import Any

from iexdg.sandbox.control import actions
from iexdg.sandbox.http.wire import ApiError, Environ, Reply, json_reply
from iexdg.sandbox.simulation import Simulation

CONTROL_PREFIX = "/_sandbox/"
_LOOPBACK = ("127.", "::1", "::ffff:127.")


def answer_control(simulation: Simulation, environ: Environ, path: str) -> Reply:
    """Answer one control request; only the own machine may ask."""
    if not str(environ.get("REMOTE_ADDR") or "127.0.0.1").startswith(_LOOPBACK):
        return json_reply({"error": "loopback only"}, 403)
    try:
        body = _body(environ)
        with simulation.lock:
            return json_reply(_dispatch(simulation, environ["REQUEST_METHOD"], path, body))
    except ApiError as error:
        return json_reply(error.body(), error.status)


def _body(environ: Environ) -> Any:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not length:
        return {}
    try:
        return json.loads(environ["wsgi.input"].read(length))
    except ValueError as error:
        raise ApiError(400, "the body is not JSON") from error


def _dispatch(simulation: Simulation, method: str, path: str, body: Any) -> Any:
    name, *rest = path.removeprefix(CONTROL_PREFIX).strip("/").split("/")
    action = _ACTIONS.get((method, name)) if not rest else None
    if action is not None:
        if not isinstance(body, dict) and action is not actions.add_faults:
            raise ApiError(400, "the body must be an object")
        return action(simulation, body)
    campaign_action = _CAMPAIGN_ACTIONS.get((method, *rest[1:])) if name == "campaigns" and rest else None
    if campaign_action is None:
        raise ApiError(404, f"Route {method}:{path} not found")
    return campaign_action(simulation, rest[0], body)


_ACTIONS: dict[tuple[str, str], Callable[[Simulation, Any], Any]] = {
    ("GET", "state"): actions.state,
    ("GET", "log"): actions.log,
    ("POST", "reset"): actions.reset,
    ("POST", "clock"): actions.clock,
    ("GET", "faults"): actions.faults,
    ("POST", "faults"): actions.add_faults,
    ("DELETE", "faults"): actions.clear_faults,
    ("POST", "events"): actions.event,
    ("POST", "settings"): actions.settings,
}
# /campaigns/{id} and what may follow it.
_CAMPAIGN_ACTIONS: dict[tuple[str, ...], Callable[[Simulation, str, Any], Any]] = {
    ("PATCH",): actions.change_campaign,
    ("POST", "status"): actions.set_campaign_status,
}
