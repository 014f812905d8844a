"""A small JSON Schema checker that words its findings the way Ajv does inside Fastify."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

Schema = dict[str, Any]

# The rules that few schemas have, asked for together before each is looked for.
_BRANCHES = frozenset({"allOf", "anyOf", "oneOf", "not"})
_TEXT_RULES = frozenset({"pattern", "minLength", "maxLength", "format"})
# Numbers are not among them: they need a look at the value.
_KINDS: dict[type, str] = {str: "string", dict: "object", list: "array", bool: "boolean", type(None): "null"}
_LARGEST = sys.float_info.max
_UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", re.IGNORECASE)
_EMAIL = re.compile(r"^[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)+$", re.IGNORECASE)

_URI = re.compile(r"^[a-z][a-z0-9+.-]*:\S+$", re.IGNORECASE)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-01-31")


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None and "T" in text.upper()
    except ValueError:
        return False


FORMATS: dict[str, Callable[[str], bool]] = {
    "uuid": lambda text: bool(_UUID.match(text)),
    "email": lambda text: bool(_EMAIL.match(text)),
    "date": _is_date,
    "date-time": _is_moment,
    "uri": lambda text: bool(_URI.match(text)),
}


def first_finding(value: Any, schema: Schema, where: str) -> str | None:
    """Return the first thing wrong with a value, or None.

    Shapes: where - "body", "params/id", "querystring/limit"; returns for example "body/limit must be <= 100".
    """
    return next(_findings(value, schema, where), None)


def _findings(value: Any, schema: Schema, where: str) -> Iterator[str]:
    allowed = types_of(schema)
    if allowed and not is_of(value, allowed):
        yield f"{where} must be {','.join(allowed)}"
        return
    if not _BRANCHES.isdisjoint(schema):
        yield from _branch_findings(value, schema, where)
    if not _is_listed(value, schema, allowed):
        yield f"{where} must be equal to one of the allowed values"
    if isinstance(value, str):
        if not _TEXT_RULES.isdisjoint(schema):
            yield from _text_findings(value, schema, where)
    elif isinstance(value, dict):
        yield from _object_findings(value, schema, where)
    elif isinstance(value, list):
        yield from _list_findings(value, schema, where)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_findings(value, schema, where)


def types_of(schema: Schema) -> Sequence[str]:
    """Return the types that a schema names; none where it takes any."""
    kinds = schema.get("type") or ()
    return [kinds] if isinstance(kinds, str) else kinds


def _branch_findings(value: Any, schema: Schema, where: str) -> Iterator[str]:
    for each in schema.get("allOf", ()):
        yield from _findings(value, each, where)
    if "anyOf" in schema and not any(_fits(value, each) for each in schema["anyOf"]):
        yield f"{where} must match a schema in anyOf"
    if "oneOf" in schema and sum(_fits(value, each) for each in schema["oneOf"]) != 1:
        yield f"{where} must match exactly one schema in oneOf"
    if "not" in schema and _fits(value, schema["not"]):
        yield f"{where} must NOT be valid"


def _fits(value: Any, schema: Schema) -> bool:
    return first_finding(value, schema, "") is None


def _is_listed(value: Any, schema: Schema, allowed: Sequence[str]) -> bool:
    return "enum" not in schema or value in schema["enum"] or (value is None and "null" in allowed)


def _text_findings(value: str, schema: Schema, where: str) -> Iterator[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f'{where} must match pattern "{schema["pattern"]}"'
    if len(value) < schema.get("minLength", 0):
        yield f"{where} must NOT have fewer than {schema['minLength']} characters"
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{where} must NOT have more than {schema['maxLength']} characters"
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
    if "contains" in schema and not any(_fits(item, schema["contains"]) for item in value):
        yield f"{where} must contain at least 1 valid item(s)"
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


def is_of(value: Any, kinds: Sequence[str]) -> bool:
    """Return whether a value is of one of some types; most are, which their Python type says at once."""
    return _KINDS.get(type(value)) in kinds or any(is_type(value, kind) for kind in kinds)


def is_type(value: Any, kind: str) -> bool:
    """Return whether a value is of a type of JSON Schema."""
    match kind:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and is_type(value, "number")
        case "number":
            # A number that JavaScript cannot hold is none.
            return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, dict)
