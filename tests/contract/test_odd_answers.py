"""Whatever JSON Instantly answers with, a call returns what was understood or raises the client's own error.

No verdict and no status comes out of nonsense, and the error of a write says that it may have been carried out.
"""

import inspect
import json
from collections.abc import Callable, Iterable
from typing import Any, cast

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iexdg.clients.http.errors import ClientError, PartlyUnreadError, UnexpectedAnswerError
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.campaigns import Campaign
from iexdg.clients.instantly.emails import SenderRefusedError
from iexdg.clients.instantly.verification import Verification
from tests.contract import calls
from tests.odd_answers import NONSENSE

ID = "c-1"
EMAIL = "ada@example.com"
WRITES = {
    "create", "patch", "activate", "pause", "leads.add", "leads.create", "leads.delete", "verify", "settle",
    "test_e_mail",
} | calls.WRITES  # fmt: skip
CALLS: dict[str, Callable[[InstantlyClient], Any]] = {
    "list": lambda client: list(client.campaigns.list()),
    "get": lambda client: client.campaigns.get(ID),
    "create": lambda client: client.campaigns.create({}),
    "patch": lambda client: client.campaigns.patch(ID, {}),
    "activate": lambda client: client.campaigns.activate(ID),
    "pause": lambda client: client.campaigns.pause(ID),
    "sending_status": lambda client: client.campaigns.sending_status(ID),
    "analytics": lambda client: client.campaigns.analytics([ID]),
    "leads_count": lambda client: client.campaigns.leads_count(ID),
    "overview": lambda client: client.campaigns.overview(ID),
    "daily": lambda client: client.campaigns.daily(ID),
    "steps": lambda client: client.campaigns.steps(ID),
    "leads.list": lambda client: list(client.leads.list(ID)),
    "leads.page": lambda client: client.leads.page(ID),
    "leads.delete": lambda client: client.leads.delete(ID),
    "leads.get": lambda client: client.leads.get(ID),
    "leads.create": lambda client: client.leads.create(ID, {"email": EMAIL}),
    "leads.add": lambda client: client.leads.add(ID, [{"email": EMAIL}]),
    "verify": lambda client: client.verification.create(EMAIL),
    "settle": lambda client: client.verification.settle(EMAIL, give_up_after_s=0),
    "check": lambda client: client.verification.check(EMAIL),
    "emails": lambda client: list(client.emails.of_lead(EMAIL, ID)),
    "test_e_mail": lambda client: client.emails.send_test(EMAIL, EMAIL, subject="Hi", html="Hi"),
    "audit_logs": lambda client: list(client.audit_logs.list()),
    "block_list": lambda client: list(client.block_list.list()),
    "workspace": lambda client: client.workspace.current(),
    "plan": lambda client: client.workspace.plan_details(),
} | calls.CALLS
KEYS = st.sampled_from(
    [
        "id", "items", "next_starting_after", "status", "verification_status", "catch_all", "email", "credits",
        "credits_used", "campaign_schedule", "schedules", "timing", "days", "sequences", "steps", "variants",
        "email_list", "created_leads", "leads_uploaded", "total_sent", "error", "summary", "diagnostics", "date",
        "campaign_id", "leads_count", "bl_value", "timestamp", "subscriptions", "sent", "step", "variant",
    ]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([*NONSENSE, ID, EMAIL, "verified", "invalid", "pending", "success", 1, 2, 0, "2026-11-20"])
    | st.text(st.characters(codec=None), max_size=5)
)
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)
# An object with the keys that are looked for is a harder question than any object.
LIKELY = st.fixed_dictionaries({}, optional={"id": st.just(ID), "items": st.lists(ANY_JSON, max_size=3)}).flatmap(
    lambda known: st.dictionaries(KEYS, ANY_JSON, max_size=8).map(lambda rest: {**rest, **known})
)


def answering(content: bytes, status: int = 200, headers: Iterable[tuple[bytes, bytes]] = ()) -> InstantlyClient:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content, headers=[*headers]))
    once = RetryPolicy(max_attempts=1)
    return connect("https://api.example.com", "key", http_transport=transport, retry=once)


def outcome(call: Callable[[InstantlyClient], Any], client: InstantlyClient) -> Any:
    """What a call returns, or the client's own error; any other error is a crash."""
    try:
        return call(client)
    except ClientError as error:
        return error


def check_result(name: str, result: Any, value: Any) -> None:
    """No verdict and no status out of nonsense."""
    if isinstance(result, Verification):
        assert result.status == value["verification_status"]
        assert str(result.status).isascii()
        assert result.catch_all in (True, False, "pending", None)
        assert not (result.status == "verified" and result.catch_all is None)
    for found in result if isinstance(result, list) else [result]:
        if isinstance(found, Campaign) and found.status is not None:
            assert type(found.raw["status"]) is int
            assert found.status == found.raw["status"]
        if isinstance(found, Campaign) and name in {"get"}:
            assert found.remote_id == ID


class Called:
    """Stands in for the client, and keeps the name of the method that is called."""

    def __init__(self, seen: set[str], path: str = "") -> None:
        self._seen, self._path = seen, path

    def __getattr__(self, name: str) -> "Called":
        return Called(self._seen, f"{self._path}.{name}".lstrip("."))

    def __call__(self, *args: object, **options: object) -> list[object]:
        self._seen.add(self._path)
        return []


def test_every_method_of_the_client_that_reads_an_answer_is_among_these_calls() -> None:
    seen: set[str] = set()
    for call in CALLS.values():
        call(cast(InstantlyClient, Called(seen)))
    with answering(b"{}") as client:
        methods = {
            f"{resource}.{name}"
            for resource, there in vars(client).items()
            if resource != "transport"
            for name, _ in inspect.getmembers(there, inspect.ismethod)
            if not name.startswith("_")
        }
    assert len(methods) > 25
    assert seen == methods


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=30)
@given(value=ANY_JSON | LIKELY)
@example(value={"id": ID, "status": True})
@example(value={"items": [{"id": ID, "status": "1"}, 5]})
def test_any_json_is_understood_or_is_the_clients_own_error(name: str, value: Any) -> None:
    with answering(json.dumps(value).encode()) as client:
        result = outcome(CALLS[name], client)
    if not isinstance(result, ClientError):
        check_result(name, result, value)
        return
    assert result.outcome_unknown is (name in WRITES) or isinstance(result, SenderRefusedError)
    str(result).encode()
    assert "\x00" not in str(result)


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=8)
@given(
    content=st.binary(max_size=60),
    status=st.sampled_from([200, 204, 302, 400, 401, 403, 404, 409, 418, 429, 500, 503]),
    wait=st.sampled_from(["", "nan", "inf", "-5", "1e400", "soon", "Fri, 31 Dec 9999 23:59:59 GMT", "٣"]),
)
def test_any_bytes_with_any_status_are_the_clients_own_error(name: str, content: bytes, status: int, wait: str) -> None:
    headers = [(b"Retry-After", wait.encode())] if wait else []
    with answering(content, status, headers) as client:
        result = outcome(CALLS[name], client)
    if isinstance(result, ClientError):
        assert result.retry_after_s is None or 0 <= result.retry_after_s < 10**12
        assert "\x00" not in str(result)


@pytest.mark.parametrize(
    "answer",
    [
        *({"email": EMAIL, "verification_status": value, "catch_all": False} for value in (*NONSENSE, 1, "verified!")),
        *(
            {"email": EMAIL, "verification_status": "verified", "catch_all": value}
            for value in NONSENSE
            if value is not True
        ),
        {"email": "someone.else@example.com", "verification_status": "verified", "catch_all": False},
        {"email": 7, "verification_status": "invalid", "catch_all": False},
        {"verification_status": "verified"},
        [{"email": EMAIL, "verification_status": "verified", "catch_all": False}],
        "verified",
    ],
)
@pytest.mark.parametrize("call", ["create", "check"])
def test_a_verdict_that_cannot_be_understood_is_none(call: str, answer: Any) -> None:
    with answering(json.dumps(answer).encode()) as client, pytest.raises(UnexpectedAnswerError) as caught:
        getattr(client.verification, call)(EMAIL)
    assert caught.value.outcome_unknown is (call == "create")


@pytest.mark.parametrize("status", [value for value in NONSENSE if type(value) is not int] + [1.0, 10**12])
def test_a_status_that_is_no_code_is_unknown(status: Any) -> None:
    with answering(json.dumps({"id": ID, "status": status}).encode()) as client:
        assert client.campaigns.get(ID).status is None


def test_a_status_that_is_given_twice_is_unknown() -> None:
    with answering(b'{"id": "c-1", "status": 2, "status": 1}') as client:
        assert client.campaigns.get(ID).status is None


def test_the_status_of_another_campaign_is_not_taken_for_this_ones() -> None:
    with answering(b'{"id": "c-2", "status": 2}') as client, pytest.raises(UnexpectedAnswerError):
        client.campaigns.get(ID)


@pytest.mark.parametrize("name", ["list", "leads.list", "accounts.list", "block_list"])
@pytest.mark.parametrize("bad", [5, None, "x", [], {}, {"id": 3, "email": 3, "bl_value": 3}])
def test_a_bad_record_loses_none_of_the_others_and_is_not_hidden(name: str, bad: Any) -> None:
    good = {"id": ID, "email": EMAIL, "bl_value": EMAIL, "status": 1}
    with answering(json.dumps({"items": [good, bad, good]}).encode()) as client:
        lists = {
            "list": client.campaigns.list, "leads.list": lambda: client.leads.list(ID),
            "accounts.list": client.accounts.list, "block_list": client.block_list.list,
        }  # fmt: skip
        found, problem = collected(iter(lists[name]()))
    assert len(found) == 2
    assert problem is not None
    assert "1 of 3 records" in str(problem)


@pytest.mark.parametrize("counter", [-1, "12", True, [3], 1.5, 10**12])
def test_a_counter_that_is_none_is_not_zero(counter: Any) -> None:
    good, odd = {"campaign_id": ID, "emails_sent_count": 3}, {"campaign_id": "c-2", "emails_sent_count": counter}
    content = json.dumps([odd, good]).encode()
    with answering(content) as client, pytest.raises(PartlyUnreadError, match="emails_sent_count") as caught:
        client.campaigns.analytics([ID])
    assert [row.sent_count for row in caught.value.understood] == [3]
