"""A small JSON Schema checker that words its findings the way Ajv does inside Fastify."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

Schema = dict[str, Any]

_UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", re.IGNORECASE)
_EMAIL = re.compile(r"^[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)+$", re.IGNORECASE)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-01-31")


FORMATS: dict[str, Callable[[str], bool]] = {
    "uuid": lambda text: bool(_UUID.match(text)),
    "email": lambda text: bool(_EMAIL.match(text)),
    "date": _is_date,
}


def first_finding(value: Any, schema: Schema, where: str) -> str | None:
    """Return the first thing wrong with a value, or None.

    Shapes: where - "body", "params/id", "querystring/limit"; returns for example "body/limit must be <= 100".
    """
    return next(_findings(value, schema, where), None)


def _findings(value: Any, schema: Schema, where: str) -> Iterator[str]:
    kinds = schema.get("type")
    allowed = [kinds] if isinstance(kinds, str) else list(kinds or ())
    if allowed and not any(_is_type(value, kind) for kind in allowed):
        yield f"{where} must be {','.join(allowed)}"
        return
    if not _is_listed(value, schema, allowed):
        yield f"{where} must be equal to one of the allowed values"
    if isinstance(value, str):
        yield from _text_findings(value, schema, where)
    elif isinstance(value, dict):
        yield from _object_findings(value, schema, where)
    elif isinstance(value, list):
        yield from _list_findings(value, schema, where)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_findings(value, schema, where)


def _is_listed(value: Any, schema: Schema, allowed: list[str]) -> bool:
    return "enum" not in schema or value in schema["enum"] or (value is None and "null" in allowed)


def _text_findings(value: str, schema: Schema, where: str) -> Iterator[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f'{where} must match pattern "{schema["pattern"]}"'
    if "format" in schema and not FORMATS[schema["format"]](value):
        yield f'{where} must match format "{schema["format"]}"'


def _number_findings(value: float, schema: Schema, where: str) -> Iterator[str]:
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{where} must be >= {schema['minimum']}"
    if "maximum" in schema and value > schema["maximum"]:
        yield f"{where} must be <= {schema['maximum']}"


def _list_findings(value: list[Any], schema: Schema, where: str) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{where} must NOT have fewer than {schema['minItems']} items"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{where} must NOT have more than {schema['maxItems']} items"
    if "items" in schema:
        for index, item in enumerate(value):
            yield from _findings(item, schema["items"], f"{where}/{index}")


def _object_findings(value: dict[str, Any], schema: Schema, where: str) -> Iterator[str]:
    if len(value) < schema.get("minProperties", 0):
        yield f"{where} must NOT have fewer than {schema['minProperties']} properties"
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{where} must have required property '{name}'"
    known = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    for name, item in value.items():
        if name in known:
            yield from _findings(item, known[name], f"{where}/{name}")
        elif rest is False:
            yield f"{where} must NOT have additional properties"
        elif isinstance(rest, dict):
            yield from _findings(item, rest, f"{where}/{name}")


def _is_type(value: Any, kind: str) -> bool:
    match kind:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, dict)


def coerced_query(raw: dict[str, list[str]], spec: dict[str, Schema]) -> dict[str, Any]:
    """Turn query text into the declared types; undeclared parameters vanish, as they do at the vendor.

    Source: instantly-facts.md §5: analytics/daily ignores `id` and aggregates everything.
    """
    return {name: _coerced(raw[name], schema) for name, schema in spec.items() if name in raw}


def _coerced(values: list[str], schema: Schema) -> Any:
    kind = schema["type"]
    text = values[-1]
    if kind == "array":
        return values
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    if kind in {"integer", "number"} and re.fullmatch(r"-?\d+(\.\d+)?", text):
        number = float(text)
        return int(number) if number.is_integer() else number
    return text
