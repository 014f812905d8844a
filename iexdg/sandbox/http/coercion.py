"""Requests as the vendor reads them before it checks them: types are coerced the way Ajv does inside Fastify.

Assumed: the vendor runs Fastify's default settings (coerceTypes "array"). A null for an optional field that cannot be
null counts as left out, which is what clients mean that send every field.
"""

import re
from collections.abc import Sequence
from math import isfinite
from typing import Any

from iexdg.sandbox.http.schema import Schema, first_finding, is_of, is_type, types_of

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_NOTHING = object()
_LONGEST_NUMBER = 300


def coerced(value: Any, schema: Schema, *, is_stripped: bool = False) -> Any:
    """Return a value with the types that its schema names, where it can be read so; else as it is.

    Shapes: is_stripped - keys that a closed object does not have vanish, as Fastify does by default.
    """
    branches = schema.get("oneOf") or schema.get("anyOf")
    if branches and "type" not in schema:
        tried = (coerced(value, branch, is_stripped=is_stripped) for branch in branches)
        pairs = zip(tried, branches, strict=True)
        return next((one for one, branch in pairs if first_finding(one, branch, "") is None), value)
    value = _of_type(value, types_of(schema))
    if isinstance(value, dict):
        return _fields(value, schema, is_stripped=is_stripped)
    if isinstance(value, list) and "items" in schema:
        return [coerced(item, schema["items"], is_stripped=is_stripped) for item in value]
    return value


def coerced_query(raw: dict[str, list[str]], spec: dict[str, Schema]) -> dict[str, Any]:
    """Turn query text into the declared types; undeclared parameters vanish, as they do at the vendor.

    Source: instantly-facts.md §5: analytics/daily ignores `id` and aggregates everything.
    """
    return {name: coerced(_chosen(raw[name], schema), schema) for name, schema in spec.items() if name in raw}


def _chosen(values: list[str], schema: Schema) -> Any:
    return values if "array" in types_of(schema) else values[-1]


def _fields(value: dict[str, Any], schema: Schema, *, is_stripped: bool) -> dict[str, Any]:
    known, required = schema.get("properties", {}), schema.get("required", ())
    rest = schema.get("additionalProperties")
    found: dict[str, Any] = {}
    for name, item in value.items():
        of_field = known.get(name, rest if isinstance(rest, dict) else None)
        if of_field is None:
            if rest is not False or not is_stripped:
                found[name] = item
        elif item is not None or name in required or name not in known or _may_be_null(of_field):
            found[name] = coerced(item, of_field, is_stripped=is_stripped)
    return found


def _may_be_null(schema: Schema) -> bool:
    return first_finding(None, schema, "") is None


def _of_type(value: Any, kinds: Sequence[str]) -> Any:
    if isinstance(value, float) and "integer" in kinds and value.is_integer():
        return int(value)
    if not kinds or is_of(value, kinds):
        return value
    found = (_as(value, kind) for kind in kinds)
    return next((one for one in found if one is not _NOTHING), value)


def _as(value: Any, kind: str) -> Any:
    """Return the value as a type, or `_NOTHING` where it has no reading as one."""
    if isinstance(value, dict | list):
        # One value in a list counts as that value.
        return _as_itself(value[0], kind) if isinstance(value, list) and len(value) == 1 else _NOTHING
    match kind:
        case "string":
            return "" if value is None else _as_text(value)
        case "number" | "integer":
            return _as_number(value, kind)
        case "boolean":
            named = {"true": True, "false": False, 1: True, 0: False, None: False}
            return named.get(value, _NOTHING)
        case "null":
            return None if value in ("", 0, False) else _NOTHING
        case "array":
            return [value]
        case _:
            return _NOTHING


def _as_itself(value: Any, kind: str) -> Any:
    return value if is_type(value, kind) else _as(value, kind) if not isinstance(value, list) else _NOTHING


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _as_number(value: Any, kind: str) -> Any:
    if value is None or isinstance(value, bool):
        return int(value or 0)
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER or not _NUMBER.fullmatch(value):
        return _NOTHING
    number = float(value)
    if number.is_integer():
        return int(number)
    return number if kind == "number" and isfinite(number) else _NOTHING
