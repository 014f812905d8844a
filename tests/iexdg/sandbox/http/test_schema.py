"""Findings in the words of Ajv."""

from typing import Any

import pytest

from iexdg.sandbox.http.schema import first_finding


@pytest.mark.parametrize(
    ("value", "schema", "finding"),
    [
        (None, {"type": "object"}, "body must be object"),
        (True, {"type": "integer"}, "body must be integer"),
        (1.5, {"type": "integer"}, "body must be integer"),
        (1.5, {"type": "number"}, None),
        (None, {"type": ["string", "null"]}, None),
        (5, {"type": ["string", "null"]}, "body must be string,null"),
        ("x", {"type": "string", "format": "uuid"}, 'body must match format "uuid"'),
        ("2026-02-30", {"type": "string", "format": "date"}, 'body must match format "date"'),
        ("a@b", {"type": "string", "format": "email"}, 'body must match format "email"'),
        ("a@b.example.com", {"type": "string", "format": "email"}, None),
        ({"a": {"b": 0}}, {"properties": {"a": {"properties": {"b": {"minimum": 1}}}}}, "body/a/b must be >= 1"),
    ],
)
def test_the_first_finding_names_the_place_and_the_rule(value: Any, schema: Any, finding: str | None) -> None:
    assert first_finding(value, schema, "body") == finding
