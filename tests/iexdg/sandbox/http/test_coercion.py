"""Requests as the vendor reads them before it checks them."""

from typing import Any

import pytest

from iexdg.sandbox.http.coercion import coerced, coerced_query

PERSON = {
    "type": "object",
    "required": ["email"],
    "properties": {
        "email": {"type": "string"},
        "age": {"type": "integer"},
        "score": {"type": ["number", "null"]},
        "is_new": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "extra": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
    },
}


@pytest.mark.parametrize(
    ("value", "schema", "read"),
    [
        ("2", {"type": "integer"}, 2),
        ("2.0", {"type": "integer"}, 2),
        (2.0, {"type": "integer"}, 2),
        ("2.5", {"type": "integer"}, "2.5"),
        ("2.5", {"type": "number"}, 2.5),
        ("1e999", {"type": "number"}, "1e999"),
        ("9" * 400, {"type": "number"}, "9" * 400),
        ("", {"type": "number"}, ""),
        ("two", {"type": "number"}, "two"),
        (True, {"type": "number"}, 1),
        ("true", {"type": "boolean"}, True),
        ("0", {"type": "boolean"}, "0"),
        (0, {"type": "boolean"}, False),
        (5, {"type": "string"}, "5"),
        (5.0, {"type": "string"}, "5"),
        (False, {"type": "string"}, "false"),
        (None, {"type": "string"}, ""),
        (None, {"type": ["string", "null"]}, None),
        ("", {"type": ["null", "integer"]}, None),
        ("a", {"type": "array", "items": {"type": "string"}}, ["a"]),
        (["7"], {"type": "integer"}, 7),
        (["7", "8"], {"type": "integer"}, ["7", "8"]),
        ({"a": 1}, {"type": "string"}, {"a": 1}),
        ("3", {"anyOf": [{"type": "boolean"}, {"type": "number"}]}, 3),
        ("x", {"oneOf": [{"type": "boolean"}, {"type": "number"}]}, "x"),
    ],
)
def test_a_value_is_read_as_the_type_that_its_schema_names_where_it_has_such_a_reading(
    value: Any, schema: dict[str, Any], read: Any
) -> None:
    found = coerced(value, schema)
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"email": "a@b.example.com", "age": "3", "tags": [1]}, {"email": "a@b.example.com", "age": 3, "tags": ["1"]}),
        ({"email": "a@b.example.com", "age": None, "tags": None}, {"email": "a@b.example.com"}),
        ({"email": None, "score": None, "is_new": None}, {"email": "", "score": None}),
        ({"email": "x", "extra": {"a": 1, "b": None}}, {"email": "x", "extra": {"a": "1", "b": None}}),
        ({"email": "x", "unknown": None}, {"email": "x", "unknown": None}),
    ],
)
def test_a_null_for_an_optional_field_that_cannot_be_null_counts_as_left_out(
    sent: dict[str, Any], read: dict[str, Any]
) -> None:
    assert coerced(sent, PERSON) == read


def test_query_text_becomes_what_was_declared_and_the_rest_vanishes() -> None:
    spec = {
        "limit": {"type": "integer"},
        "all": {"type": "boolean"},
        "ids": {"type": "array"},
        "status": {"type": "number"},
    }
    raw = {"limit": ["10"], "all": ["true"], "ids": ["a", "b"], "status": ["-1"], "id": ["x"]}
    assert coerced_query(raw, spec) == {"limit": 10, "all": True, "ids": ["a", "b"], "status": -1}
