"""The table of API facts: how it is derived, that nothing is lost on the way, and that it rejects what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract import facts
from tests.contract.derive_api_facts import UnknownKeyword, facts_of, main, node_of, operation_of, text_of

# An invented API, one of everything that the format can say.
PET: dict[str, Any] = {
    "type": "object",
    "title": "Pet",
    "description": "Prose that must not survive.",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "string", "format": "uuid", "readOnly": True, "example": "an example"},
        "name": {"type": "string", "minLength": 1, "maxLength": 40},
        "age": {"type": ["null", "integer"], "minimum": 0, "maximum": 30},
        "kind": {"type": "string", "enum": ["cat", "dog"], "default": "cat"},
        "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}, "minItems": 1, "maxItems": 3},
        "extra": {"type": "object", "additionalProperties": {"type": ["string", "number", "null"]}},
        "owner": {"oneOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "null"}]},
        "description": {"type": "string", "description": "A field that is called like a keyword."},
    },
    "additionalProperties": False,
}
SPEC: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/pets/{id}": {
            "patch": {
                "operationId": "patchPet",
                "summary": "Prose.",
                "tags": ["Pets"],
                "description": "Requires one of the following scopes: `pets:update`, `pets:all`, `all:update`",
                "parameters": [
                    {"in": "path", "name": "id", "required": True, "schema": {"type": "string", "format": "uuid"}},
                    {"in": "query", "name": "quiet", "description": "Prose.", "schema": {"type": "boolean"}},
                ],
                "requestBody": {"required": True, "content": {"application/json": {"schema": PET}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                    "204": {"description": "Prose."},
                    "406": {"content": {"text/csv": {"schema": {"type": "string"}}}},
                    "404": {"$ref": "#/components/responses/Missing"},
                },
            }
        }
    },
    "components": {
        "schemas": {"Pet": PET, "Owner": {"type": "object", "properties": {"name": {"type": "string"}}}},
        "responses": {"Missing": {"content": {"application/json": {"schema": {"type": "object", "required": ["x"]}}}}},
    },
}
PET_FACTS = {
    "is": "object",
    "fields": {
        "age": {"is": "integer?", "min": 0, "max": 30},
        "description": "string",
        "extra": {"is": "object", "values": "number|string?"},
        "id!": "string:uuid",
        "kind": {"is": "string", "enum": ["cat", "dog"], "default": "cat"},
        "name!": {"is": "string", "min_length": 1, "max_length": 40},
        "owner": {"one_of": ["@Owner", "null"]},
        "tags": {"is": "array", "min_items": 1, "max_items": 3, "of": {"is": "string", "pattern": "^[a-z]+$"}},
    },
    "read_only": ["id"],
    "closed": True,
}
GOOD = {"id": "0199aaaa-0000-7000-8000-000000000000", "name": "Rex"}


def test_a_schema_becomes_its_facts_without_prose() -> None:
    assert node_of(PET) == PET_FACTS


def test_an_operation_has_its_scope_parameters_body_and_answers() -> None:
    assert facts_of([SPEC])["operations"] == {
        "PATCH /pets/{id}": {
            "id": "patchPet",
            "scope": "pets:update",
            "path": {"id!": "string:uuid"},
            "query": {"quiet": "boolean"},
            "body!": "@Pet",
            "answers": {"200": "@Pet", "204": None, "404": "@Missing", "406": {"media": "text/csv"}},
        }
    }


def test_no_prose_and_no_example_survives() -> None:
    text = text_of(facts_of([SPEC]))
    assert "Prose" not in text
    assert "an example" not in text


def test_what_only_older_files_say_has_a_place_too() -> None:
    older = {"nullable": True, "x-note": "Prose.", "allOf": [{"$ref": "#/components/schemas/Owner"}]}
    assert node_of(older) == {"any_of": [{"all_of": ["@Owner"]}, "null"]}
    assert node_of({"type": "string", "nullable": True}) == "string?"
    assert node_of({"nullable": True}) == "any"


def test_a_form_is_no_json_and_scopes_may_stand_beside_the_prose() -> None:
    form = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    operation = {"operationId": "token", "x-scopes": ["oauth.write"], "requestBody": {"content": form}, "responses": {}}
    assert operation_of(operation) == {
        "id": "token", "scope": "oauth.write", "body": {"form": "object"}, "answers": {},
    }  # fmt: skip


def test_a_keyword_without_a_place_in_the_format_is_an_error() -> None:
    with pytest.raises(UnknownKeyword, match="multipleOf"):
        node_of({"type": "array", "items": {"type": "number", "multipleOf": 5}})


def test_two_documents_may_repeat_each_other_but_not_disagree() -> None:
    assert facts_of([SPEC, SPEC]) == facts_of([SPEC])
    other = json.loads(json.dumps(SPEC))
    other["components"]["schemas"]["Owner"]["properties"]["name"]["type"] = "number"
    with pytest.raises(ValueError, match="Owner is described in two ways"):
        facts_of([SPEC, other])


def test_the_script_prints_the_table_and_checks_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, table = tmp_path / "spec.json", tmp_path / "facts.json"
    spec.write_text(json.dumps(SPEC))
    assert main([str(spec)]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed) == facts_of([SPEC])
    table.write_text(printed)
    assert main(["--check", str(table), str(spec)]) == 0
    table.write_text(printed.replace('"max": 30', '"max": 31'))
    assert main(["--check", str(table), str(spec)]) == 1
    assert "Derive it again" in capsys.readouterr().err


def test_lines_are_short_and_in_the_order_of_the_names() -> None:
    assert max(map(len, facts.FACTS.read_text().splitlines())) <= 120
    names = list(facts.table()["operations"])
    assert names == sorted(names)


def test_every_node_of_the_table_translates_to_a_schema_and_back() -> None:
    for name, shape in facts.table()["shapes"].items():
        assert node_of(facts.schema_of(shape)) == shape, name
    for name, operation in facts.table()["operations"].items():
        body = operation.get("body!", operation.get("body"))
        if body is not None:
            assert node_of(facts.schema_of(body)) == body, name


@pytest.mark.parametrize(
    "change",
    [
        {"id": "not an id"},
        {"name": ""},
        {"name": None},
        {"age": -1},
        {"age": 1.5},
        {"age": 31},
        {"kind": "cow"},
        {"tags": []},
        {"tags": ["A"]},
        {"tags": ["a", "b", "c", "d"]},
        {"extra": {"x": []}},
        {"owner": 5},
        {"colour": "red"},
    ],
)
def test_a_value_that_breaks_a_fact_is_named(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    monkeypatch.setattr(facts, "table", lambda: facts_of([SPEC]))
    assert facts.problems("@Pet", GOOD) == []
    assert len(facts.problems("@Pet", GOOD | change)) == 1


def test_a_missing_field_is_named() -> None:
    assert facts.problems(PET_FACTS | {"fields": {"id!": "string"}}, {}) == ["$: 'id' is a required property"]


def test_a_reference_counts_the_same_as_what_it_names() -> None:
    operation = operation_of(SPEC["paths"]["/pets/{id}"]["patch"])
    assert operation["body!"] == PET_FACTS
    assert facts.fields_of("Lead") >= {"id", "email", "status", "verification_status"}


def test_the_table_is_complete_and_small() -> None:
    assert len(facts.table()["operations"]) == 173
    assert facts.FACTS.stat().st_size < 200_000
