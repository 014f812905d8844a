"""An OpenAPI document of what the sandbox serves, built from the table of API facts."""

import json
from http import HTTPStatus
from typing import Any

from iexdg.sandbox.http.routing import Route
from iexdg.sandbox.resources.routes import INSTANTLY
from tests.contract import facts

# What the server in front of an operation answers, whichever it is: Fastify, the key, the edge.
# Source: docs/api/instantly-facts.md §1.
GENERAL = (400, 401, 402, 403, 404, 413, 415, 429)
ENVELOPE = {
    "type": "object",
    "required": ["statusCode", "error", "message"],
    "properties": {
        "statusCode": {"type": "integer"},
        "error": {"type": "string"},
        "message": {"type": "string"},
        "code": {"type": "string"},
    },
}


# Fields that are required where they are described and yet left out on request: exclude_total_leads_count.
# Source: docs/api/instantly-facts.md §6.7.
LEFT_OUT = {"GET /api/v2/campaigns/analytics": {"leads_count"}}


def document() -> dict[str, Any]:
    """The document: OpenAPI 3.1, a path item for each served path."""
    paths: dict[str, Any] = {}
    for route in INSTANTLY.routes:
        path = f"{INSTANTLY.prefix}{route.path}"
        operation = _operation(route, facts.operation(route.method, path))
        _require_less(operation, LEFT_OUT.get(f"{route.method} {path}", set()))
        paths.setdefault(path, {})[route.method.lower()] = operation
    shapes = {name: facts.schema_of(node) for name, node in facts.table()["shapes"].items()}
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "What the sandbox serves", "version": "2"},
        "paths": paths,
        "components": {"schemas": shapes},
    }
    loaded: dict[str, Any] = json.loads(json.dumps(whole).replace("#/$defs/", "#/components/schemas/"))
    return loaded


def _operation(route: Route, described: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"in": place, "name": name.removesuffix("!"), "required": name.endswith("!"), "schema": facts.schema_of(node)}
        for place in ("path", "query")
        for name, node in described.get(place, {}).items()
    ]
    found: dict[str, Any] = {
        "operationId": described["id"],
        "parameters": parameters,
        "responses": {status: _answer(node) for status, node in described["answers"].items()},
    }
    for status in map(str, GENERAL):
        refused = found["responses"].setdefault(status, {"description": HTTPStatus(int(status)).phrase})
        described_there = refused.get("content", {}).get("application/json", {}).get("schema")
        either = {"anyOf": [ENVELOPE, described_there]} if described_there else ENVELOPE
        refused["content"] = {"application/json": {"schema": either}}
    node = described.get("body!", described.get("body"))
    # A body that must be null is none.
    if node is not None and route.method != "GET" and facts.schema_of(node) != {"type": "null"}:
        content = {"application/json": {"schema": facts.schema_of(node)}}
        found["requestBody"] = {"required": "body!" in described, "content": content}
    return found


def _answer(node: Any) -> dict[str, Any]:
    if node is None:
        return {"description": "Nothing."}
    if isinstance(node, dict) and "media" in node:
        return {"description": "A file.", "content": {node["media"]: {"schema": {}}}}
    return {"description": "JSON.", "content": {"application/json": {"schema": facts.schema_of(node)}}}


def _require_less(node: Any, names: set[str]) -> None:
    """Take field names out of every list of required ones below a node."""
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _require_less(inner, names)
    if isinstance(node, dict) and isinstance(node.get("required"), list):
        node["required"] = [name for name in node["required"] if name not in names]
