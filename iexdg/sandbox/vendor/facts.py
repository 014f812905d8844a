"""The table of API facts as JSON Schemas: what a request of each operation must look like.

The table is derived from the vendor's OpenAPI files; docs/api/README.md describes its format.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FACTS = Path(__file__).with_name("instantly_facts.json")
PREFIX = "/api/v2"

Schema = dict[str, Any]
# Ours -> the keyword of JSON Schema, where the value is kept as it is. `default` only documents.
_KEPT = {
    "enum": "enum",
    "pattern": "pattern",
    "min": "minimum",
    "max": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_items": "minItems",
    "max_items": "maxItems",
    "min_fields": "minProperties",
}
_NODES = {"of": "items", "contains": "contains", "not": "not"}
_LISTS = {"one_of": "oneOf", "any_of": "anyOf", "all_of": "allOf"}


@dataclass(frozen=True)
class Request:
    """What one operation takes. Shapes: params, query - name -> schema; body - None where none is described."""

    scope: str
    params: dict[str, Schema]
    query: dict[str, Schema]
    required_query: frozenset[str]
    body: Schema | None


def request_of(method: str, path: str) -> Request:
    """Return what the vendor publishes about the request of an operation; scope "" where it names none.

    Shapes: path - without the API's prefix: "/leads/{id}".
    Raises: KeyError - the vendor has no such operation.
    """
    facts = _table()["operations"][f"{method} {PREFIX}{path}"]
    query = facts.get("query", {})
    body = facts.get("body!", facts.get("body"))
    return Request(
        scope=facts.get("scope", ""),
        params={name.removesuffix("!"): schema_of(node) for name, node in facts.get("path", {}).items()},
        query={name.removesuffix("!"): schema_of(node) for name, node in query.items()},
        required_query=frozenset(name[:-1] for name in query if name.endswith("!")),
        body=schema_of(body) if body is not None else None,
    )


def operations() -> tuple[tuple[str, str], ...]:
    """Return every operation of the vendor as method and path without the prefix."""
    pairs = (name.split(" ", 1) for name in _table()["operations"])
    return tuple((method, path.removeprefix(PREFIX)) for method, path in pairs)


def shape(name: str) -> Schema:
    """Return the schema of a named object, "Lead".

    Raises: KeyError - the vendor names none so.
    """
    return schema_of(f"@{name}")


def schema_of(node: Any) -> Schema:
    """Return the JSON Schema of a node of the table, with every named shape written out."""
    if isinstance(node, str):
        return schema_of(_table()["shapes"][node[1:]]) if node.startswith("@") else _typed(node)
    schema = _typed(node.get("is", "any"))
    schema |= {theirs: node[ours] for ours, theirs in _KEPT.items() if ours in node}
    schema |= {theirs: schema_of(node[ours]) for ours, theirs in _NODES.items() if ours in node}
    schema |= {theirs: [schema_of(item) for item in node[ours]] for ours, theirs in _LISTS.items() if ours in node}
    return schema | _fields_of(node)


def _fields_of(node: dict[str, Any]) -> Schema:
    fields, found = node.get("fields", {}), Schema()
    if fields:
        found["properties"] = {name.removesuffix("!"): schema_of(item) for name, item in fields.items()}
    required = [name[:-1] for name in fields if name.endswith("!")] + node.get("also_required", [])
    if required:
        found["required"] = required
    if node.get("closed"):
        found["additionalProperties"] = False
    elif "values" in node:
        found["additionalProperties"] = schema_of(node["values"])
    return found


@cache
def _table() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FACTS.read_text(encoding="utf-8"))
    return loaded


def _typed(text: str) -> Schema:
    names, _, kind = text.removesuffix("?").partition(":")
    schema: Schema = {"format": kind} if kind else {}
    if names == "any":
        return schema
    types = names.split("|") + (["null"] if text.endswith("?") else [])
    return {"type": types[0] if len(types) == 1 else types, **schema}
