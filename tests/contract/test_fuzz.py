"""Requests that nobody thought of, made from the facts: no 500, no status and no answer that is not described.

FUZZ_EXAMPLES=200 makes a longer run (`make fuzz-sandbox`); FUZZ_SEED=n replays one.
"""

import os
import re
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.conftest import BASE_URL
from tests.contract.openapi import document
from tests.sandbox_worlds import sandbox_app

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
OF_ANY = [not_a_server_error, status_code_conformance]
OF_CONTENT = [content_type_conformance, response_schema_conformance]
NO_CONTENT = 204
HEADERS = {"User-Agent": "Mozilla/5.0 Chrome/124.0", "Authorization": "Bearer sandbox-key"}
NOW = 1_795_446_000.0
# It adds a field that the closed schema of the answer does not have; tests of accounts and of tags read it.
NOT_DESCRIBED = {"GET /api/v2/accounts": "include_tags"}
OPERATIONS = {
    f"{found.ok().method.upper()} {found.ok().path}": found.ok()
    for found in schemathesis.openapi.from_dict(document()).get_all_operations()
}


@pytest.fixture(scope="module")
def http() -> Any:
    """The demo workspace without limits; what one request does is there for all that follow."""
    app = sandbox_app(world="demo", limits=False, clock=lambda: NOW, list_lag_s=0.0)
    with httpx.Client(base_url=BASE_URL, transport=httpx.WSGITransport(app=app), headers=HEADERS) as client:
        yield client


def known_ids(http: httpx.Client, path: str) -> list[str]:
    """The ids of what a path with a placeholder can be about; none where they are not listed."""
    before = path.split("/{")[0]
    answer = http.post(f"{before}/list", json={}) if before.endswith("/leads") else http.get(before)
    items = answer.json().get("items", []) if answer.status_code == 200 and answer.text[:1] == "{" else []
    return [str(item.get("id", item.get("email"))) for item in items]


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_asked_is_answered_as_described(http: httpx.Client, name: str) -> None:
    operation = OPERATIONS[name]
    ids = known_ids(http, operation.path) if "{" in operation.path else []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), place=st.integers(0, 2 * len(ids)))
    def ask(case: Any, place: int) -> None:
        for parameter in case.path_parameters:
            if place < len(ids):
                case.path_parameters[parameter] = ids[place]
        case.query.pop(NOT_DESCRIBED.get(name, ""), None)
        request = case.as_transport_kwargs(base_url=BASE_URL)
        taken = {key: request[key] for key in ("method", "url", "params", "json", "content") if key in request}
        if "data" in request:
            taken["content"] = request["data"]
        answer = http.request(**taken, headers=_sent(request["headers"]))
        # The vendor's file gives "any" JSON as the content of a 204, which HTTP does not allow one to have.
        case.validate_response(answer, checks=OF_ANY if answer.status_code == NO_CONTENT else OF_ANY + OF_CONTENT)
        assert answer.status_code != NO_CONTENT or not answer.content

    ask()


@pytest.mark.parametrize("name", [name for name in OPERATIONS if not name.startswith("GET ")])
def test_a_body_that_is_no_object_is_no_error_of_the_server(http: httpx.Client, name: str) -> None:
    method, path = name.split(" ")
    ids = known_ids(http, path) if "{" in path else []
    address = re.sub(r"{\w+}", ids[0] if ids else "none", path)

    statuses = {http.request(method, address, json=body).status_code for body in (-7, 0.5, True, "text", [], [1], None)}

    assert max(statuses) < 500


def _sent(headers: Any) -> dict[str, str]:
    return {name: value for name, value in dict(headers).items() if name.lower() == "content-type"}
