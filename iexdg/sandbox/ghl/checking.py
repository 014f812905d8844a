"""What is wrong with a body, in the words of the vendor: one text for each field, in a list.

Source: gohighlevel-facts.md §4 and §7.
"""

from typing import Any

from iexdg.sandbox.ghl.wire import CrmError
from iexdg.sandbox.http.schema import Schema, first_finding, types_of

_WORDS = {
    "string": "must be a string",
    "boolean": "must be a boolean value",
    "array": "must be an array",
    "object": "must be an object",
    "number": "must be a number conforming to the specified constraints",
    "integer": "must be an integer number",
}


def check_body(body: Any, schema: Schema | None) -> None:
    """Refuse a body that is not as described.

    Raises: CrmError 422 - every field with what is wrong with it.
    """
    if schema is None:
        return
    if not isinstance(body, dict):
        raise CrmError(422, ["body must be an object"])
    fields = schema.get("properties", {})
    wrong = [f"property {name} should not exist" for name in body if name not in fields]
    wrong += [f"{name} should not be empty" for name in schema.get("required", ()) if body.get(name) in (None, "")]
    for name, value in body.items():
        if name in fields and not (value is None and name not in schema.get("required", ())):
            wrong += _wrong(name, value, fields[name])
    if wrong:
        raise CrmError(422, list(dict.fromkeys(wrong)))


def check_query(query: dict[str, str], required: frozenset[str]) -> None:
    """Refuse a query without what is needed.

    Raises: CrmError 422 - every name that is missing.
    """
    missing = [f"{name} should not be empty" for name in sorted(required) if not query.get(name)]
    if missing:
        raise CrmError(422, missing)


def _wrong(name: str, value: Any, schema: Schema) -> list[str]:
    finding = first_finding(value, schema, name)
    if finding is None:
        return []
    kinds = [kind for kind in types_of(schema) if kind != "null"]
    is_of_kind = first_finding(value, {"type": kinds}, name) is None if kinds else True
    return [finding if is_of_kind or kinds[0] not in _WORDS else f"{name} {_WORDS[kinds[0]]}"]
