"""Every documented error that can be produced, of every served operation, agrees with the table of API facts."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.routes import INSTANTLY
from tests.contract import facts

UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"
ADDRESS = "nobody@alder.example.com"
# Documented for a state that nobody knows how to reach (the first two), or produced where an object exists.
NO_400 = {
    "POST /campaigns/{id}/activate",
    "POST /campaigns/{id}/pause",
    "GET /accounts/analytics/daily",
    "GET /subsequences/{id}/analytics/steps",
}
# An address that no campaign uses has an empty list of campaigns.
NO_404 = {"GET /account-campaign-mappings/{email}"}


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


def documented(route: Route, status: int) -> Any:
    """The node of an error that the operation documents, or None."""
    return facts.operation(route.method, INSTANTLY.prefix + route.path)["answers"].get(str(status))


def routes(status: int, *, with_id: bool = False) -> list[Any]:
    found = [route for route in INSTANTLY.routes if documented(route, status) is not None]
    return [pytest.param(route, id=name_of(route)) for route in found if "{" in route.path or not with_id]


def path_of(route: Route) -> str:
    return re.sub(r"\{\w+\}", UNKNOWN, route.path.replace("{email}", ADDRESS))


def check(vendor: Any, route: Route, status: int, **request: Any) -> None:
    answer = vendor.http.request(route.method, path_of(route), **request)
    assert (answer.status_code, facts.problems(documented(route, status), answer.json())) == (status, [])


@pytest.mark.parametrize("route", routes(401))
def test_no_key_is_a_401(vendor: Any, route: Route) -> None:
    check(vendor, route, 401, headers={"Authorization": ""})


@pytest.mark.parametrize("route", routes(402))
def test_no_paid_plan_is_a_402(make_vendor: Callable[..., Any], route: Route) -> None:
    check(make_vendor(paid_plan=False), route, 402)


@pytest.mark.parametrize("route", routes(429))
def test_too_many_requests_are_a_429(make_vendor: Callable[..., Any], route: Route) -> None:
    limited = make_vendor(limits=True)
    while limited.app.simulation.limits.allow():
        pass
    check(limited, route, 429)


@pytest.mark.parametrize("route", [one for one in routes(404, with_id=True) if one.id not in NO_404])
def test_an_id_that_nobody_has_is_a_404(vendor: Any, route: Route) -> None:
    takes_body = route.body is not None and route.method != "GET" and route.body.get("type") != "null"
    check(vendor, route, 404, **({"json": least(route.body)} if takes_body else {}))


@pytest.mark.parametrize("route", [one for one in routes(400) if one.id not in NO_400])
def test_what_the_schema_refuses_is_a_400(vendor: Any, route: Route) -> None:
    if route.method == "GET":
        check(vendor, route, 400, params={"start_date": "2026-11-20", "end_date": "2026-11-01", "host": "no host"})
    else:
        check(vendor, route, 400, json=[1, 2])


def least(schema: Any) -> Any:
    """The smallest value that a schema takes."""
    branches = schema.get("oneOf") or schema.get("anyOf")
    if branches and "type" not in schema:
        return least(branches[0])
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        known, required = schema.get("properties", {}), list(schema.get("required", ()))
        names = required or list(known)[: schema.get("minProperties", 0)]
        return {name: least(known.get(name, {})) for name in names}
    if kind == "array":
        return [least(schema.get("items", {}))] * schema.get("minItems", 0)
    formats = {"uuid": UNKNOWN, "email": ADDRESS, "date": "2026-11-20", "date-time": "2026-11-20T10:00:00Z"}
    texts = formats.get(schema.get("format", ""), "https://example.com")
    return {"string": texts, "boolean": True, "null": None}.get(kind, schema.get("minimum", 1))
