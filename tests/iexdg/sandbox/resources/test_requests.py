"""What the sandbox accepts is what the table of API facts says that the vendor accepts."""

from collections.abc import Iterator
from typing import Any

import pytest

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.routes import INSTANTLY
from tests.contract import facts
from tests.contract.derive_api_facts import node_of

# Deliberate differences, each with its reason.
NOT_SERVED = "a filter that the simulator does not have and therefore ignores, as the vendor ignores unknown keys"
DIFFERENT = {
    # The vendor requires the three names on the list instead of on its items; meant are the items.
    "POST /campaigns body provider_routing_rules",
    "PATCH /campaigns/{id} body provider_routing_rules",
    # Closed here, so that a misspelt field of a test e-mail is found.
    "POST /emails/test body closed",
}
IGNORED = {
    f"POST /leads/list body {name}": NOT_SERVED
    for name in (
        "enrichment_status", "esg_code", "is_website_visitor", "organization_user_ids", "queries", "smart_view_id",
    )
} | {f"GET /accounts query {name}": NOT_SERVED for name in ("filter", "tag_ids", "tag_ids_all")}  # fmt: skip


def comparable(node: Any) -> Any:
    """A node without defaults, which is not validated, and with its enum in one order."""
    if isinstance(node, list):
        return [comparable(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {name: comparable(item) for name, item in node.items() if name != "default"}
    if "enum" in kept:
        kept["enum"] = sorted(kept["enum"], key=str)
    return kept["is"] if set(kept) == {"is"} else kept


def table_of(fields: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("!"): comparable(facts.expanded(node)) for name, node in fields.items()}


def differences(route: Route) -> Iterator[str]:
    """Yield "POST /leads body email" for every place in which vendor and sandbox differ."""
    name, vendor = f"{route.method} {route.path}", facts.operation(route.method, INSTANTLY.prefix + route.path)
    for place, ours in (("query", route.query), ("path", route.params)):
        theirs, mine = table_of(vendor.get(place, {})), table_of({key: node_of(item) for key, item in ours.items()})
        yield from (f"{name} {place} {key}" for key in sorted(theirs | mine) if theirs.get(key) != mine.get(key))
    body = vendor.get("body!", vendor.get("body"))
    theirs = comparable(facts.expanded(body))
    mine = comparable(node_of(route.body)) if route.body else None
    if not (isinstance(theirs, dict) and isinstance(mine, dict)):
        yield from [f"{name} body"] if theirs != mine else []
        return
    for key in sorted((set(theirs) | set(mine)) - {"fields"}):
        if theirs.get(key) != mine.get(key):
            yield f"{name} body {key}"
    for key in sorted(theirs["fields"] | mine["fields"]):
        if theirs["fields"].get(key) != mine["fields"].get(key):
            yield f"{name} body {key}"


@pytest.mark.parametrize("route", INSTANTLY.routes, ids=lambda route: f"{route.method} {route.path}")
def test_the_sandbox_accepts_what_the_vendor_accepts(route: Route) -> None:
    name = f"{route.method} {route.path} "
    expected = sorted(place for place in DIFFERENT | set(IGNORED) if place.startswith(name))
    assert sorted(differences(route)) == expected


def test_every_deliberate_difference_belongs_to_an_operation() -> None:
    served = {f"{route.method} {route.path}" for route in INSTANTLY.routes}
    assert {" ".join(place.split(" ")[:2]) for place in DIFFERENT | set(IGNORED)} <= served


def test_scopes_are_those_of_the_vendor() -> None:
    compared = 0
    for route in INSTANTLY.routes:
        scope = facts.operation(route.method, INSTANTLY.prefix + route.path).get("scope")
        assert scope in {None, route.scope}, (route.method, route.path)
        compared += scope is not None
    assert compared >= 20


def test_a_changed_schema_is_seen() -> None:
    (route,) = (route for route in INSTANTLY.routes if (route.method, route.path) == ("POST", "/leads/add"))
    assert route.body is not None
    narrower = {**route.body, "properties": {**route.body["properties"], "campaign_id": {"type": "string"}}}
    opened = {**route.body, "required": []}
    for body, place in ((narrower, "campaign_id"), (opened, "leads")):
        changed = Route(method="POST", path="/leads/add", scope=route.scope, handler=route.handler, body=body)
        assert {found.removesuffix("!") for found in differences(changed)} == {f"POST /leads/add body {place}"}
