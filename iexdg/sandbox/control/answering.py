"""Answering the requests of the control plane; only the own machine may ask."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from iexdg.sandbox.control import actions, crm
from iexdg.sandbox.control.maton import change_connection
from iexdg.sandbox.http.edge import is_loopback
from iexdg.sandbox.http.json_body import read_json
from iexdg.sandbox.http.wire import ApiError, Environ, Reply, json_reply, raw_body
from iexdg.sandbox.maton.account import Account
from iexdg.sandbox.simulation import Simulation, Simulations

CONTROL_PREFIX = "/_sandbox/"
_OF_ALL_WORKSPACES = ("reset", "clock", "options")


def answer_control(simulations: Simulations, account: Account, environ: Environ, path: str) -> Reply:
    """Answer one control request; only the own machine may ask.

    `?workspace=N` names a workspace, from 1. Without it the first is meant; reset, clock and options mean all of them.
    """
    if not is_loopback(environ):
        return json_reply({"error": "loopback only"}, 403)
    method = environ["REQUEST_METHOD"]
    try:
        body = _body(environ)
        with simulations.lock:
            if (method, path.removeprefix(CONTROL_PREFIX)) == ("POST", "maton"):
                return json_reply(change_connection(account, body, workspaces=len(simulations.all)))
            answers = [_dispatch(one, method, path, body) for one in _meant(simulations, environ, path)]
            return json_reply(answers[0])
    except ApiError as error:
        return json_reply(error.body(), error.status)


def _meant(simulations: Simulations, environ: Environ, path: str) -> list[Simulation]:
    named = parse_qs(environ.get("QUERY_STRING", "")).get("workspace", [""])[0]
    if named:
        return [simulations.numbered(int(named) if named.isdecimal() else 0)]
    of_all = path.removeprefix(CONTROL_PREFIX).strip("/") in _OF_ALL_WORKSPACES
    return simulations.all if of_all else simulations.all[:1]


def _body(environ: Environ) -> Any:
    raw = raw_body(environ)
    if not raw:
        return {}
    try:
        return read_json(raw)
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
    ("GET", "sent"): actions.sent,
    ("POST", "reset"): actions.reset,
    ("POST", "clock"): actions.clock,
    ("GET", "options"): actions.options,
    ("POST", "options"): actions.change_options,
    ("GET", "faults"): actions.faults,
    ("POST", "faults"): actions.add_faults,
    ("DELETE", "faults"): actions.clear_faults,
    ("POST", "events"): actions.event,
    ("POST", "settings"): actions.settings,
    ("GET", "crm"): crm.shown,
    ("POST", "crm"): crm.change,
}
# /campaigns/{id} and what may follow it.
_CAMPAIGN_ACTIONS: dict[tuple[str, ...], Callable[[Simulation, str, Any], Any]] = {
    ("PATCH",): actions.change_campaign,
    ("POST", "status"): actions.set_campaign_status,
}
