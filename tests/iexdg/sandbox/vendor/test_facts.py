"""The requests that the sandbox takes are those of the table of API facts."""

from typing import Any

import pytest

from iexdg.sandbox.resources.routes import INSTANTLY
from iexdg.sandbox.vendor.facts import GOHIGHLEVEL, operations, request_of, schema_of, shape
from tests.contract import facts
from tests.contract.derive_api_facts import node_of


@pytest.mark.parametrize(("method", "path"), operations())
def test_a_request_has_the_schemas_of_the_table(method: str, path: str) -> None:
    described, request = facts.operation(method, f"/api/v2{path}"), request_of(method, path)
    assert request.scope == described.get("scope", "")
    for place, schemas in (("path", request.params), ("query", request.query)):
        nodes = {name.removesuffix("!"): node for name, node in described.get(place, {}).items()}
        assert {name: node_of(schema) for name, schema in schemas.items()} == plain(nodes)
    body = described.get("body!", described.get("body"))
    assert (request.body and node_of(request.body)) == plain(body)
    assert request.required_query == {name[:-1] for name in described.get("query", {}) if name.endswith("!")}


def plain(node: Any) -> Any:
    """The node with named shapes written out, without what documents only."""
    node = facts.expanded(node)
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {name: plain(item) for name, item in node.items() if name not in {"default", "read_only"}}
    return kept["is"] if set(kept) == {"is"} and isinstance(kept["is"], str) else kept


def test_all_operations_of_the_vendor_are_known_and_no_other_is_served() -> None:
    known = operations()
    assert len(known) == len(set(known)) == 173
    assert {(route.method, route.path) for route in INSTANTLY.routes} <= set(known)


def test_an_operation_that_the_vendor_does_not_have_cannot_be_served() -> None:
    with pytest.raises(KeyError):
        request_of("POST", "/leads/bulk-add")


def test_a_named_shape_is_written_out() -> None:
    assert shape("NotFound") == schema_of("@NotFound")
    assert set(shape("Lead")["properties"]) == facts.fields_of("Lead")


def test_the_table_of_gohighlevel_says_which_header_a_call_needs_and_which_body_is_a_form() -> None:
    upsert = GOHIGHLEVEL.request_of("POST", "/contacts/upsert")
    assert (upsert.scope, upsert.headers, upsert.is_form) == ("contacts.write", {"Version"}, False)
    assert upsert.body is not None
    assert upsert.body["required"] == ["locationId"]
    assert upsert.body["additionalProperties"] is False
    token = GOHIGHLEVEL.request_of("POST", "/oauth/token")
    assert (token.scope, token.headers, token.is_form) == ("", frozenset(), True)
    assert len(GOHIGHLEVEL.operations()) == 22
