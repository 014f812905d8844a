"""The control plane under /_sandbox/: look into the world, turn its clock, order faults and events."""

import json
from collections.abc import Callable
from typing import Any

from iexdg.sandbox import bodies
from iexdg.sandbox.campaigns import campaign_object, change_status, find_campaign, update_fields
from iexdg.sandbox.clock import iso
from iexdg.sandbox.engagement import KINDS, deliver
from iexdg.sandbox.records import ACTIVE, CAMPAIGN_STATUSES, PAUSED
from iexdg.sandbox.schema import first_finding
from iexdg.sandbox.simulation import Simulation
from iexdg.sandbox.verification import is_final, verdict_of
from iexdg.sandbox.wire import ApiError, JsonObject, NotFoundError, Reply, json_reply

CONTROL_PREFIX = "/_sandbox/"
_LOOPBACK = ("127.", "::1", "::ffff:127.")
# The name under which the control plane plays a person in the vendor's own app.
_PERSON = {"from_api": False, "api_key_id": None, "user_name": "Robin Sandbox"}


def answer_control(simulation: Simulation, environ: dict[str, Any], path: str) -> Reply:
    """Answer one control request; only the own machine may ask."""
    if not str(environ.get("REMOTE_ADDR") or "127.0.0.1").startswith(_LOOPBACK):
        return json_reply({"error": "loopback only"}, 403)
    try:
        body = _body(environ)
        with simulation.lock:
            return json_reply(_dispatch(simulation, environ["REQUEST_METHOD"], path, body))
    except ApiError as error:
        return json_reply(error.body(), error.status)


def _body(environ: dict[str, Any]) -> Any:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not length:
        return {}
    try:
        return json.loads(environ["wsgi.input"].read(length))
    except ValueError as error:
        raise ApiError(400, "the body is not JSON") from error


def _needs_object(body: Any, action: Callable[[Simulation, Any], Any]) -> None:
    if not isinstance(body, dict) and action is not order_faults:
        raise ApiError(400, "the body must be an object")


def _dispatch(simulation: Simulation, method: str, path: str, body: Any) -> Any:
    name, _, rest = path.removeprefix(CONTROL_PREFIX).strip("/").partition("/")
    action = _ACTIONS.get((method, name))
    if rest:
        return _campaign_action(simulation, method, name, rest.split("/"), body)
    if action is None:
        raise ApiError(404, f"Route {method}:{path} not found")
    _needs_object(body, action)
    return action(simulation, body)


def state(simulation: Simulation, body: Any) -> JsonObject:
    """Return the world in short: time, balance, campaigns, leads, verifications."""
    del body
    now = simulation.catch_up()
    world = simulation.world
    return {
        "now": iso(now),
        "rate": world.clock.rate,
        "seed": world.seed,
        "credits": round(world.credits, 2),
        "campaigns": [
            campaign_object(world, campaign, now)
            | {"leads_count": len(world.leads_in.get(campaign["id"], ())), "sent": world.sent[campaign["id"]]}
            for campaign in world.campaigns.values()
        ],
        "leads": [
            {"id": lead["id"], "email": lead["email"], "campaign": lead["campaign"], "status": lead["status"],
             "step": lead["step"]}
            for lead in world.leads.values()
        ],
        "verifications": {email: _verification(simulation, email, now) for email in world.verifications},
        "accounts": list(world.accounts.values()),
        "blocklist": world.blocklist,
        "faults": simulation.faults.described(),
    }  # fmt: skip


def _verification(simulation: Simulation, email: str, now: float) -> JsonObject:
    record = simulation.world.verifications[email]
    verdict, catch_all = verdict_of(email)
    final = is_final(record, simulation.options, now)
    return {
        "status": verdict if final else "pending",
        "catch_all": catch_all if final else "pending",
        "charged": record["charged"],
        "posts": record["posts"],
        "gets": record["gets"],
    }


def log(simulation: Simulation, body: Any) -> JsonObject:
    """Return every API request so far, in the order of arrival."""
    del body
    return {"items": sorted(simulation.log, key=lambda entry: str(entry["at"]))}


def reset(simulation: Simulation, body: Any) -> JsonObject:
    """Start over with a fresh world, an empty log and no faults."""
    seed = body.get("seed", simulation.options.seed)
    if not isinstance(seed, int):
        raise ApiError(400, "seed must be integer")
    simulation.world = simulation.fresh_world(body.get("world", simulation.options.world), seed)
    simulation.faults.pending.clear()
    simulation.log.clear()
    simulation.world.touch()
    return {"now": iso(simulation.world.now())}


def clock(simulation: Simulation, body: Any) -> JsonObject:
    """Push the world's clock forward or change its speed; what was due in between happens."""
    rate, advance_s = body.get("rate"), body.get("advance_s", 0)
    numbers = (0 if rate is None else rate, advance_s)
    if not all(isinstance(number, int | float) and number >= 0 for number in numbers):
        raise ApiError(400, "advance_s and rate must be numbers that are not negative")
    simulation.catch_up()
    if rate is not None:
        simulation.world.clock.set_rate(rate)
    simulation.world.clock.advance(advance_s)
    simulation.world.touch()
    return {"now": iso(simulation.catch_up()), "rate": simulation.world.clock.rate}


def order_faults(simulation: Simulation, body: Any) -> JsonObject:
    """Add faults to those that wait."""
    simulation.faults.order(body)
    return {"faults": simulation.faults.described()}


def clear_faults(simulation: Simulation, body: Any) -> JsonObject:
    """Forget every fault that has not struck."""
    del body
    simulation.faults.pending.clear()
    return {"faults": []}


def event(simulation: Simulation, body: Any) -> JsonObject:
    """Let one person react now."""
    kind = body.get("kind", body.get("type"))
    if kind not in KINDS:
        raise ApiError(400, f"kind must be one of {', '.join(KINDS)}")
    now = simulation.catch_up()
    campaign = find_campaign(simulation.world, str(body.get("campaign_id", "")))
    for lead in simulation.world.leads_with_email(str(body.get("email", ""))):
        if lead["campaign"] == campaign["id"]:
            step = max(lead["step"] - 1, 0)
            deliver(simulation.world, simulation.options, at=now, kind=kind, lead_id=lead["id"], step=step)
            return {"lead": lead["id"], "status": lead["status"], "campaign_status": campaign["status"]}
    raise NotFoundError


def settings(simulation: Simulation, body: Any) -> JsonObject:
    """Change what belongs to the workspace: balance, plan size, block list, the state of a sender."""
    world = simulation.world
    credits_left, lead_limit = body.get("credits", world.credits), body.get("lead_limit", world.lead_limit)
    if not all(isinstance(number, int | float) for number in (credits_left, lead_limit)):
        raise ApiError(400, "credits and lead_limit must be numbers")
    world.credits, world.lead_limit = float(credits_left), int(lead_limit)
    world.blocklist = [str(value).lower() for value in body.get("blocklist", world.blocklist)]
    for email, status in body.get("accounts", {}).items():
        if email not in world.accounts:
            raise NotFoundError
        world.accounts[email]["status"] = status
    world.touch()
    return {"credits": world.credits, "lead_limit": world.lead_limit, "blocklist": world.blocklist}


def _campaign_action(simulation: Simulation, method: str, name: str, rest: list[str], body: Any) -> JsonObject:
    if name != "campaigns" or (method, rest[1:]) not in [("POST", ["status"]), ("PATCH", [])]:
        raise ApiError(404, f"Route {method}:{CONTROL_PREFIX}{'/'.join([name, *rest])} not found")
    now = simulation.catch_up()
    world, campaign = simulation.world, find_campaign(simulation.world, rest[0])
    if method == "PATCH":
        finding = first_finding(body, bodies.PATCH_CAMPAIGN, "body")
        if finding:
            raise ApiError(400, finding)
        update_fields(world, campaign, body, at=now, **_PERSON)
        return campaign_object(world, campaign, now)
    status = body.get("status") if isinstance(body, dict) else None
    if status not in CAMPAIGN_STATUSES:
        raise ApiError(400, "status must be one of the vendor's campaign statuses")
    change_status(world, campaign, status, at=now, first_send_s=simulation.options.first_send_s)
    # Source: OpenAPI, schema AuditLog: 4 is a launch, 5 a pause; the rest has no entry of its own.
    activity = {ACTIVE: 4, PAUSED: 5}.get(status)
    if activity:
        world.write_audit(activity, now, campaign_id=campaign["id"], **_PERSON)
    return campaign_object(world, campaign, now)


_ACTIONS: dict[tuple[str, str], Callable[[Simulation, Any], Any]] = {
    ("GET", "state"): state,
    ("GET", "log"): log,
    ("POST", "reset"): reset,
    ("POST", "clock"): clock,
    ("GET", "faults"): lambda simulation, _: {"faults": simulation.faults.described()},
    ("POST", "faults"): order_faults,
    ("DELETE", "faults"): clear_faults,
    ("POST", "events"): event,
    ("POST", "settings"): settings,
}
