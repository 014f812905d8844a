"""Whatever GoHighLevel answers with, a call returns what was understood or raises the client's own error."""

import inspect
import json
from contextlib import suppress
from typing import Any, cast

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iexdg.clients.gohighlevel import GoHighLevelClient, connect
from iexdg.clients.gohighlevel.contacts import Contact, Upserted
from iexdg.clients.gohighlevel.oauth import OAuthApp
from iexdg.clients.gohighlevel.opportunities import UpsertedOpportunity
from iexdg.clients.gohighlevel.workflows import Workflow
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.retry import RetryPolicy
from tests.contract.gohighlevel.calls import CALLS, ID, WRITES
from tests.contract.test_odd_answers import Called
from tests.odd_answers import NONSENSE

KEYS = st.sampled_from(
    [
        "id", "contact", "contacts", "note", "notes", "workflows", "location", "settings", "allowDuplicateContact",
        "opportunity", "pipelines", "stages", "new", "tags", "succeded", "succeeded", "searchAfter", "message", "meta",
        "contactId", "error", "statusCode", "email", "status", "customFields", "value", "access_token", "expires_in",
        "scope", "refresh_token",
    ]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([*NONSENSE, ID, "published"])
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)
STATUSES = st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 409, 418, 422, 429, 500, 503])
ONCE = RetryPolicy(max_attempts=1)


def answering(content: bytes, status: int = 200, headers: dict[str, str] | None = None) -> GoHighLevelClient:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content, headers=headers))
    return connect("https://api.example.com", "pit-1", "loc-1", http_transport=transport, retry=ONCE)


def outcome(name: str, client: GoHighLevelClient) -> Any:
    try:
        return CALLS[name](client)
    except ClientError as error:
        return error


def test_every_method_of_the_client_is_among_these_calls() -> None:
    seen: set[str] = set()
    for call in CALLS.values():
        call(cast(GoHighLevelClient, Called(seen)))
    with answering(b"{}") as client:
        methods = {
            f"{resource}.{name}"
            for resource, there in vars(client).items()
            if resource not in {"transport", "location_id", "_watch"}
            for name, _ in inspect.getmembers(there, inspect.ismethod)
            if not name.startswith("_")
        }
    assert seen == methods == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=30)
@given(value=ANY_JSON)
def test_any_json_is_understood_or_is_the_clients_own_error(name: str, value: Any) -> None:
    with answering(json.dumps(value).encode()) as client:
        result = outcome(name, client)
    if isinstance(result, ClientError):
        assert result.outcome_unknown is (name in WRITES)
        str(result).encode()
        return
    check(name, result, value)


def check(name: str, result: Any, value: Any) -> None:
    """No contact of another id, no workflow that runs and nothing that is new out of nonsense."""
    if isinstance(result, Contact) and name in {"contacts.get_contact", "contacts.change_contact"}:
        assert result.remote_id == ID
    if isinstance(result, Upserted | UpsertedOpportunity):
        assert result.is_new is None or result.is_new is value["new"]
    for found in result if isinstance(result, list) else []:
        if isinstance(found, Workflow):
            assert found.is_published is (found.raw["status"] == "published" if "status" in found.raw else False)


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=12)
@given(
    content=st.binary(max_size=60) | ANY_JSON.map(lambda value: json.dumps(value).encode()),
    status=STATUSES,
    left=st.sampled_from(["", "0", "-1", "soon", "1e9", "٣", "9" * 400]),
)
def test_any_bytes_with_any_status_are_the_clients_own_error(name: str, content: bytes, status: int, left: str) -> None:
    headers = {b"X-RateLimit-Daily-Remaining": left.encode(), b"X-RateLimit-Interval-Milliseconds": left.encode()}
    with answering(content, status, cast(dict[str, str], headers)) as client:
        result = outcome(name, client)
    if isinstance(result, ClientError):
        assert result.retry_after_s is None or 0 <= result.retry_after_s <= 60
        assert "\x00" not in str(result)
        return
    if name == "workflows.remove_from_workflow" and result is False:
        assert status == 404
        return
    assert 200 <= status < 300


@settings(max_examples=60)
@given(value=ANY_JSON, status=STATUSES)
def test_no_token_comes_out_of_nonsense(value: Any, status: int) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=json.dumps(value).encode()))
    app = OAuthApp("https://api.example.com", "app", "secret", http_transport=transport, retry=ONCE)
    tokens = None
    with suppress(ClientError):
        tokens = app.refresh_tokens("refresh-1")
    app.close()
    if tokens is not None:
        assert tokens.access_token == value["access_token"]
        assert tokens.lives_s == value["expires_in"]
