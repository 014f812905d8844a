"""Requests that nobody thought of: the sandbox answers none with a 500, and each in the vendor's shapes."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iexdg.sandbox.app import Sandbox
from iexdg.sandbox.ghl.routes import OPERATIONS
from tests.contract import facts
from tests.contract.gohighlevel.conftest import BASE_URL
from tests.contract.gohighlevel.test_odd_answers import ANY_JSON
from tests.sandbox_worlds import sandbox_app

NOW = 1_795_446_000.0
# Source: docs/api/gohighlevel-facts.md §5 and §7: what any call may answer without being described.
GENERAL = {400, 401, 403, 404, 422, 429}
# A body that its operation would take, so that what is changed in it is what is wrong.
GOOD: dict[str, dict[str, Any]] = {
    "POST /contacts/": {"email": "new@example.com", "customFields": [{"id": "a", "field_value": "b"}]},
    "POST /contacts/upsert": {"email": "ada@example.com", "phone": "+13135550100", "tags": ["a"]},
    "POST /contacts/search": {"pageLimit": 5, "filters": [{"field": "email", "operator": "eq", "value": "x"}]},
    "PUT /contacts/{contactId}": {"firstName": "Ada", "dnd": True},
    "POST /contacts/{contactId}/tags": {"tags": ["a"]},
    "DELETE /contacts/{contactId}/tags": {"tags": ["a"]},
    "POST /contacts/{contactId}/notes": {"body": "Hello"},
    "POST /opportunities/": {"name": "Membership", "status": "open"},
    "POST /opportunities/upsert": {"status": "won", "monetaryValue": 5},
    "POST /oauth/token": {"client_id": "sandbox-app", "client_secret": "sandbox-secret", "grant_type": "refresh_token"},
}


@pytest.fixture(scope="module")
def app() -> Sandbox:
    return sandbox_app(world="empty", limits=False, clock=lambda: NOW, crm_search_lag_s=0.0)


@pytest.fixture(scope="module")
def http(app: Sandbox) -> Iterator[httpx.Client]:
    headers = {"User-Agent": "curl/8.9.1", "Version": "2021-07-28", "Authorization": "Bearer pit-sandbox"}
    with httpx.Client(base_url=BASE_URL, transport=httpx.WSGITransport(app=app), headers=headers) as client:
        yield client


@pytest.mark.parametrize("name", [f"{one.method} {one.path}" for one in OPERATIONS])
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_asked_is_answered_in_the_vendors_shapes(
    app: Sandbox, http: httpx.Client, name: str, data: st.DataObject
) -> None:
    crm = app.world.crm
    ids = {
        "contactId": ["none", *list(crm.contacts)[:2]],
        "workflowId": ["none", *crm.workflows],
        "locationId": ["none", crm.location],
    }
    method, path = name.split(" ")
    # How many ids there are depends on what was asked before.
    place = data.draw(st.integers(0, 5))
    address = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]][place % len(ids[found[1]])], path)
    known = {"locationId": crm.location, "pipelineId": crm.pipelines[0]["id"], "contactId": "none"}
    described = facts.crm_table()["shapes"].get(_body_name(name), {}).get("fields", {})
    fits = {key: value for key, value in known.items() if {key, f"{key}!"} & set(described)}
    changes = data.draw(st.dictionaries(st.sampled_from([*GOOD.get(name, {}), *fits, "x"]), ANY_JSON, max_size=2))
    body = data.draw(st.just(fits | GOOD.get(name, {}) | changes) | ANY_JSON)
    query = data.draw(
        st.sampled_from(
            [
                {},
                {"locationId": crm.location},
                {"locationId": crm.location, "email": "a@example.com"},
                {"location_id": crm.location, "status": "all"},
                {"location_id": crm.location, "limit": "x"},
            ]
        )
    )
    answer = http.request(method, address, params=query, **_sent(name, body))
    assert answer.status_code < 500
    node = facts.crm_table()["operations"][name]["answers"]
    if str(answer.status_code) in node or answer.status_code not in GENERAL:
        assert facts.answer_problems(name, answer.status_code, answer.json(), facts.crm_table()) == []


def _body_name(name: str) -> str:
    return str(facts.crm_table()["operations"][name].get("body!", "")).removeprefix("@")


def _sent(name: str, body: Any) -> dict[str, Any]:
    if "/oauth/" in name:
        form = body if isinstance(body, dict) else {}
        return {"data": {key: str(value).encode("utf-8", "replace").decode() for key, value in form.items()}}
    if name.startswith("GET "):
        return {}
    return {"content": json.dumps(body).encode(), "headers": {"Content-Type": "application/json"}}
