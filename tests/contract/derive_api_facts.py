"""Derive the table of API facts from OpenAPI files: names, types, bounds and statuses; no prose, no examples.

    python tests/contract/derive_api_facts.py SPEC... > iexdg/sandbox/vendor/instantly_facts.json
    python tests/contract/derive_api_facts.py --check iexdg/sandbox/vendor/instantly_facts.json SPEC...

gohighlevel_facts.json is derived in the same way.

The format is described in docs/api/README.md. An unknown keyword is an error, so that no fact is dropped in silence.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

Json = Any
_PROSE = {"title", "description", "example", "examples", "deprecated"}
# OpenAPI keyword -> ours, where the value is kept as it is.
KEPT = {
    "enum": "enum",
    "default": "default",
    "pattern": "pattern",
    "minimum": "min",
    "maximum": "max",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "minProperties": "min_fields",
}
NODES = {"items": "of", "contains": "contains", "not": "not"}
LISTS = {"oneOf": "one_of", "anyOf": "any_of", "allOf": "all_of"}
_KNOWN = (
    _PROSE | set(KEPT) | set(NODES) | set(LISTS)
    | {"type", "format", "nullable", "properties", "required", "readOnly", "additionalProperties", "$ref"}
)  # fmt: skip
_FORM = "application/x-www-form-urlencoded"
_WIDTH = 118
_SCOPES = re.compile(r"Requires one of the following scopes: (.*)")


class UnknownKeyword(ValueError):
    """The OpenAPI file uses a keyword that this script would drop."""


def node_of(schema: Json) -> Json:
    """Return the facts of one JSON Schema.

    Shapes: {"type": ["number", "null"]} becomes "number?", {"$ref": "#/…/Lead"} "@Lead", an object
        {"is": "object", "fields": {"name!": "string"}, "closed": true}.
    Raises: UnknownKeyword - the schema says something that has no place in our format.
    """
    if not isinstance(schema, dict):
        raise UnknownKeyword(f"a schema that is no object: {schema!r}")
    # Names with x- in front are remarks of the file's author.
    unknown = {name for name in schema if not name.startswith("x-")} - _KNOWN
    if unknown:
        raise UnknownKeyword(", ".join(sorted(unknown)))
    if schema.get("nullable") and "type" not in schema:
        return _or_null({name: value for name, value in schema.items() if name != "nullable"})
    if "$ref" in schema:
        return "@" + schema["$ref"].rpartition("/")[2]
    node: dict[str, Json] = {"is": _type_of(schema)}
    node |= {ours: schema[theirs] for theirs, ours in KEPT.items() if theirs in schema}
    node |= {ours: node_of(schema[theirs]) for theirs, ours in NODES.items() if theirs in schema}
    node |= {ours: [node_of(item) for item in schema[theirs]] for theirs, ours in LISTS.items() if theirs in schema}
    node |= _fields_of(schema) | _rest_of(schema)
    if node["is"] == "any" and len(node) > 1:
        del node["is"]
    return node["is"] if set(node) == {"is"} else node


def _or_null(schema: Json) -> Json:
    """Return the facts of a schema of OpenAPI 3.0 that names no type and says that null is allowed too."""
    node = node_of(schema)
    return node if node == "any" else {"any_of": [node, "null"]}


def _type_of(schema: Json) -> str:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else [*kinds]
    kinds += ["null"] if schema.get("nullable") else []
    named = sorted(set(kinds) - {"null"})
    text = "|".join(named) or ("null" if kinds else "any")
    if "format" in schema:
        text += f":{schema['format']}"
    return f"{text}?" if named and "null" in kinds else text


def _fields_of(schema: Json) -> dict[str, Json]:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    found: dict[str, Json] = {}
    if properties:
        found["fields"] = {_marked(name, required): node_of(value) for name, value in sorted(properties.items())}
    undescribed = sorted(set(required) - set(properties))
    if undescribed:
        found["also_required"] = undescribed
    read_only = sorted(name for name, value in properties.items() if value.get("readOnly"))
    return found | ({"read_only": read_only} if read_only else {})


def _marked(name: str, required: list[str]) -> str:
    return f"{name}!" if name in required else name


def _rest_of(schema: Json) -> dict[str, Json]:
    rest = schema.get("additionalProperties", True)
    if rest is False:
        return {"closed": True}
    return {} if rest is True else {"values": node_of(rest)}


def operation_of(operation: Json) -> Json:
    """Return the facts of one operation: id, scope, parameters, body, answers by status."""
    facts: dict[str, Json] = {"id": operation["operationId"]}
    scopes = _SCOPES.search(operation.get("description", ""))
    if scopes:
        named = re.findall(r"`([^`]+)`", scopes[1])
        facts["scope"] = next(scope for scope in named if "all" not in scope.split(":"))
    elif operation.get("x-scopes"):
        facts["scope"] = operation["x-scopes"][0]
    for place in ("path", "query", "header"):
        found = [item for item in operation.get("parameters", []) if item["in"] == place]
        if found:
            facts[place] = {
                item["name"] + ("!" if item.get("required") else ""): node_of(item["schema"])
                for item in sorted(found, key=lambda item: str(item["name"]))
            }
    if "requestBody" in operation:
        body = operation["requestBody"]
        facts["body" + ("!" if body.get("required") else "")] = _content_of(body)
    facts["answers"] = {status: _answer_of(answer) for status, answer in sorted(operation["responses"].items())}
    return facts


def _answer_of(answer: Json) -> Json:
    return "@" + answer["$ref"].rpartition("/")[2] if "$ref" in answer else _content_of(answer)


def _content_of(message: Json) -> Json:
    """Return the node of a JSON message, the media type of another, or None where there is no body."""
    content = message.get("content", {})
    if not content:
        return None
    if "application/json" in content:
        return node_of(content["application/json"]["schema"])
    if _FORM in content:
        return {"form": node_of(content[_FORM]["schema"])}
    return {"media": sorted(content)[0]}


def facts_of(documents: list[Json]) -> Json:
    """Return the facts of all documents together; what equals a named shape is replaced by its name.

    Raises: ValueError - two documents describe one operation or one shape differently.
    """
    operations: dict[str, Json] = {}
    shapes: dict[str, Json] = {}
    for document in documents:
        components = document.get("components", {})
        for name, schema in components.get("schemas", {}).items():
            _add(shapes, name, node_of(schema))
        for name, answer in components.get("responses", {}).items():
            _add(shapes, name, _content_of(answer))
        for path, item in document["paths"].items():
            for method, operation in item.items():
                _add(operations, f"{method.upper()} {path}", operation_of(operation))
    names = {json.dumps(node): f"@{name}" for name, node in shapes.items() if isinstance(node, dict)}
    return {
        "operations": {name: _named(operations[name], names) for name in sorted(operations)},
        "shapes": {name: _named(shapes[name], names, top=True) for name in sorted(shapes)},
    }


def _add(table: dict[str, Json], name: str, facts: Json) -> None:
    if table.setdefault(name, facts) != facts:
        raise ValueError(f"{name} is described in two ways")


def _named(node: Json, names: dict[str, str], *, top: bool = False) -> Json:
    if isinstance(node, list):
        return [_named(item, names) for item in node]
    if not isinstance(node, dict):
        return node
    if not top and json.dumps(node) in names:
        return names[json.dumps(node)]
    return {name: _named(item, names) for name, item in node.items()}


def text_of(facts: Json) -> str:
    """Return the facts as JSON whose lines are short, so that a change shows in a diff as what it is."""
    return _lines(facts, 0, "") + "\n"


def _lines(value: Json, depth: int, label: str) -> str:
    pad = " " * depth
    flat = json.dumps(value, ensure_ascii=False)
    if depth > 1 and len(pad) + len(label) + len(flat) <= _WIDTH:
        return pad + label + flat
    if isinstance(value, dict) and value:
        inner = [_lines(item, depth + 1, json.dumps(name) + ": ") for name, item in value.items()]
        return f"{pad}{label}{{\n" + ",\n".join(inner) + f"\n{pad}}}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return f"{pad}{label}[\n" + ",\n".join(_lines(item, depth + 1, "") for item in value) + f"\n{pad}]"
    if isinstance(value, list) and value:
        return f"{pad}{label}[\n" + ",\n".join(_filled(value, pad + " ")) + f"\n{pad}]"
    return pad + label + flat


def _filled(values: list[Json], pad: str) -> list[str]:
    """Return lines that hold as many of the values as fit."""
    lines = [pad + json.dumps(values[0], ensure_ascii=False)]
    for value in values[1:]:
        text = json.dumps(value, ensure_ascii=False)
        if len(lines[-1]) + len(text) + 2 <= _WIDTH:
            lines[-1] += f", {text}"
        else:
            lines.append(pad + text)
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Print the facts, or with --check say whether a file still has them; the exit code is 1 where it does not."""
    parser = argparse.ArgumentParser(description="Derive the table of API facts from OpenAPI files.")
    parser.add_argument("specs", nargs="+", type=Path, metavar="SPEC")
    parser.add_argument("--check", type=Path, metavar="FACTS", help="compare with this file instead of printing")
    args = parser.parse_args(arguments)
    fresh = text_of(facts_of([json.loads(spec.read_text(encoding="utf-8")) for spec in args.specs]))
    if args.check is None:
        sys.stdout.write(fresh)
        return 0
    if args.check.read_text(encoding="utf-8") == fresh:
        return 0
    sys.stderr.write(f"{args.check} is not what the given files say. Derive it again and read the difference.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
