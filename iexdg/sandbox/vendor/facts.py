"""The tables of API facts as JSON Schemas: what a request of each operation must look like.

A table is derived from the vendor's OpenAPI files; docs/api/README.md describes its format.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

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
    """What one operation takes. Shapes: params, query - name -> schema; body - None where none is described;
    is_form - the body is a form, not JSON; headers - the names of those that must be there.
    """

    scope: str
    params: dict[str, Schema]
    query: dict[str, Schema]
    required_query: frozenset[str]
    body: Schema | None
    is_form: bool = False
    headers: frozenset[str] = field(default_factory=frozenset)


class FactsTable:
    """One vendor's table. Shapes: prefix - what every path of it begins with, which callers leave out."""

    def __init__(self, file: Path, prefix: str) -> None:
        self.file = file
        self.prefix = prefix

    @cached_property
    def content(self) -> dict[str, Any]:
        """Return the whole table: operations and shapes."""
        loaded: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return loaded

    def request_of(self, method: str, path: str) -> Request:
        """Return what the vendor publishes about the request of an operation; scope "" where it names none.

        Shapes: path - without the API's prefix: "/leads/{id}".
        Raises: KeyError - the vendor has no such operation.
        """
        facts = self.content["operations"][f"{method} {self.prefix}{path}"]
        query, headers = facts.get("query", {}), facts.get("header", {})
        body = facts.get("body!", facts.get("body"))
        is_form = isinstance(body, dict) and "form" in body
        node = body["form"] if is_form else body
        return Request(
            scope=facts.get("scope", ""),
            params={name.removesuffix("!"): self.schema_of(node) for name, node in facts.get("path", {}).items()},
            query={name.removesuffix("!"): self.schema_of(node) for name, node in query.items()},
            required_query=frozenset(name[:-1] for name in query if name.endswith("!")),
            body=self.schema_of(node) if node is not None else None,
            is_form=is_form,
            headers=frozenset(name[:-1] for name in headers if name.endswith("!")),
        )

    def operations(self) -> tuple[tuple[str, str], ...]:
        """Return every operation of the vendor as method and path without the prefix."""
        pairs = (name.split(" ", 1) for name in self.content["operations"])
        return tuple((method, path.removeprefix(self.prefix)) for method, path in pairs)

    def shape(self, name: str) -> Schema:
        """Return the schema of a named object, "Lead".

        Raises: KeyError - the vendor names none so.
        """
        return self.schema_of(f"@{name}")

    def schema_of(self, node: Any) -> Schema:
        """Return the JSON Schema of a node of the table, with every named shape written out."""
        if isinstance(node, str):
            return self.schema_of(self.content["shapes"][node[1:]]) if node.startswith("@") else _typed(node)
        schema = _typed(node.get("is", "any"))
        schema |= {theirs: node[ours] for ours, theirs in _KEPT.items() if ours in node}
        schema |= {theirs: self.schema_of(node[ours]) for ours, theirs in _NODES.items() if ours in node}
        schema |= {
            theirs: [self.schema_of(item) for item in node[ours]] for ours, theirs in _LISTS.items() if ours in node
        }
        return schema | _fields_of(node, self.schema_of)


def _fields_of(node: dict[str, Any], schema_of: Callable[[Any], Schema]) -> Schema:
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


def _typed(text: str) -> Schema:
    names, _, kind = text.removesuffix("?").partition(":")
    schema: Schema = {"format": kind} if kind else {}
    if names == "any":
        return schema
    types = names.split("|") + (["null"] if text.endswith("?") else [])
    return {"type": types[0] if len(types) == 1 else types, **schema}


FACTS = Path(__file__).with_name("instantly_facts.json")
PREFIX = "/api/v2"
INSTANTLY = FactsTable(FACTS, PREFIX)
GOHIGHLEVEL = FactsTable(Path(__file__).with_name("gohighlevel_facts.json"), "")

request_of = INSTANTLY.request_of
operations = INSTANTLY.operations
shape = INSTANTLY.shape
schema_of = INSTANTLY.schema_of
