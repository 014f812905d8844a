"""The table of API facts, and whether a value or a schema agrees with it."""

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from iexdg.sandbox.vendor.facts import FACTS, GOHIGHLEVEL
from tests.contract.derive_api_facts import KEPT, LISTS, NODES

Node = Any


@cache
def table() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FACTS.read_text(encoding="utf-8"))
    return loaded


def crm_table() -> dict[str, Any]:
    """The table of GoHighLevel; the other functions are about Instantly's where they are not given this one."""
    return GOHIGHLEVEL.content


def operation(method: str, path: str) -> dict[str, Any]:
    """The facts of one operation, path as in the documentation: ("GET", "/api/v2/leads/{id}")."""
    found: dict[str, Any] = table()["operations"][f"{method} {path}"]
    return found


def fields_of(shape: str) -> set[str]:
    """The names of all fields of a named shape."""
    return {name.removesuffix("!") for name in table()["shapes"][shape]["fields"]}


def schema_of(node: Node) -> dict[str, Any]:
    """The JSON Schema of a node; a named shape becomes a reference into $defs."""
    if isinstance(node, str):
        return {"$ref": f"#/$defs/{node[1:]}"} if node.startswith("@") else _typed(node)
    schema = _typed(node.get("is", "any"))
    schema |= {theirs: node[ours] for theirs, ours in KEPT.items() if ours in node}
    schema |= {theirs: schema_of(node[ours]) for theirs, ours in NODES.items() if ours in node}
    schema |= {theirs: [schema_of(item) for item in node[ours]] for theirs, ours in LISTS.items() if ours in node}
    fields = node.get("fields", {})
    required = [name[:-1] for name in fields if name.endswith("!")] + node.get("also_required", [])
    if fields:
        schema["properties"] = {name.removesuffix("!"): schema_of(item) for name, item in fields.items()}
    for name in node.get("read_only", []):
        schema["properties"][name]["readOnly"] = True
    if required:
        schema["required"] = required
    if node.get("closed"):
        schema["additionalProperties"] = False
    elif "values" in node:
        schema["additionalProperties"] = schema_of(node["values"])
    return schema


def _typed(text: str) -> dict[str, Any]:
    names, _, kind = text.removesuffix("?").partition(":")
    schema: dict[str, Any] = {"format": kind} if kind else {}
    if names == "any":
        return schema
    types = names.split("|") + (["null"] if text.endswith("?") else [])
    return {"type": types[0] if len(types) == 1 else types, **schema}


def problems(node: Node, value: Any, known: dict[str, Any] | None = None) -> list[str]:
    """What is wrong with a value, as "$.items[0].id: …"; empty where it agrees."""
    shapes = (known or table())["shapes"]
    schema = schema_of(node) | {"$defs": {name: schema_of(shape) for name, shape in shapes.items()}}
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def expanded(node: Node) -> Node:
    """The node with every named shape written out."""
    if isinstance(node, str) and node.startswith("@"):
        return expanded(table()["shapes"][node[1:]])
    if isinstance(node, list):
        return [expanded(item) for item in node]
    if isinstance(node, dict):
        return {name: expanded(item) for name, item in node.items()}
    return node


def find(method: str, path: str, known: dict[str, Any] | None = None) -> str:
    """The name of the operation that a request's path belongs to, "" where the vendor has none."""
    names = [name for name in (known or table())["operations"] if name.startswith(f"{method} ")]
    # Names without a placeholder come first: /leads/list is no lead's id.
    for name in sorted(names, key=lambda name: "{" in name):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", name), f"{method} {path}"):
            return str(name)
    return ""


def request_problems(
    method: str, path: str, query: dict[str, str], body: Any, known: dict[str, Any] | None = None
) -> list[str]:
    """What the vendor would object to in a request; body None is no body at all, a form is an object of texts."""
    name = find(method, path, known)
    if not name:
        return [f"{method} {path}: no such operation"]
    described = (known or table())["operations"][name]
    parameters = {key.removesuffix("!"): node for key, node in described.get("query", {}).items()}
    found = [f"{name}: no query parameter {key}" for key in sorted(set(query) - set(parameters))]
    for key, text in query.items():
        if key in parameters:
            found += [
                f"{name} {key} {problem}" for problem in problems(parameters[key], _read(parameters[key], text), known)
            ]
    node = described.get("body!", described.get("body"))
    node = node["form"] if isinstance(node, dict) and "form" in node else node
    if node is not None:
        found += [f"{name} {problem}" for problem in problems(node, body, known)]
    return found


def answer_problems(name: str, status: int, value: Any, known: dict[str, Any]) -> list[str]:
    """What is wrong with an answer to an operation; a status that is not described is one thing."""
    answers = known["operations"][name]["answers"]
    if str(status) not in answers:
        return [f"{name}: {status} is not described"]
    node = answers[str(status)]
    return [] if node is None else [f"{name} {status} {problem}" for problem in problems(node, value, known)]


def _read(node: Node, text: str) -> Any:
    kind = str(node if isinstance(node, str) else node.get("is", ""))
    if kind.startswith("array"):
        return [text]
    return json.loads(text) if kind.startswith(("integer", "number", "boolean")) else text
