"""The client against raw answers: which error each refusal is, what is repeated, and what is never sent."""

import json
import logging
from typing import Any

import httpx
import pytest
import respx

from iexdg.clients.gohighlevel import GoHighLevelClient, connect
from iexdg.clients.gohighlevel.errors import (
    AmbiguousRefusalError,
    BurstLimitError,
    CrmScopeError,
    DailyLimitError,
    DuplicateContactError,
    RequestError,
    TokenRefusedError,
    WrongLocationError,
)
from iexdg.clients.gohighlevel.tags import normalised
from iexdg.clients.http.errors import (
    ClientError,
    EdgeBlockedError,
    NotFoundError,
    RequestTimeoutError,
    ServerError,
    UnexpectedAnswerError,
    ValidationError,
)
from tests.iexdg.clients.fake_time import FakeTime

BASE = "https://crm.example.com"
CONTACT = {"contact": {"id": "c-1", "email": "ada@example.com", "firstName": "Ada"}}


@pytest.fixture
def api() -> Any:
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        yield router


@pytest.fixture
def crm(fake_time: FakeTime) -> Any:
    injected = {"clock": fake_time.clock, "sleep": fake_time.sleep, "random": lambda: 0.5}
    with connect(BASE, "pit-secret-1", "loc-1", **injected) as client:
        yield client


def refused(status: int, message: Any, **more: Any) -> httpx.Response:
    return httpx.Response(status, json={"statusCode": status, "message": message, **more})


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "Contact with id c-1 not found", NotFoundError),
        (400, "Bad value", ValidationError),
        (401, "Invalid JWT", TokenRefusedError),
        (401, "Invalid Private Integration token", TokenRefusedError),
        (401, "The token is not authorized for this scope.", CrmScopeError),
        (401, "This authClass type is not allowed. AuthClass is not yet supported", CrmScopeError),
        (401, "version header was not found.", RequestError),
        (403, "The token does not have access to this location.", WrongLocationError),
        (404, "Cannot GET /contacts/c-1", RequestError),
        (422, ["property x should not exist", "email must be an email"], ValidationError),
        (500, "Internal server error", ServerError),
    ],
)
def test_a_refusal_is_the_error_that_it_means(
    api: Any, crm: GoHighLevelClient, status: int, message: Any, kind: type[ClientError]
) -> None:
    api.get("/contacts/c-1").mock(return_value=refused(status, message))
    with pytest.raises(ClientError) as caught:
        crm.contacts.get_contact("c-1")
    assert type(caught.value) is kind
    assert caught.value.outcome_unknown is False


def test_the_words_of_a_list_are_all_said(api: Any, crm: GoHighLevelClient) -> None:
    api.put("/contacts/c-1").mock(return_value=refused(422, ["x should not exist", "email must be an email"]))
    with pytest.raises(ValidationError, match="x should not exist; email must be an email"):
        crm.contacts.change_contact("c-1", {"firstName": "Ada"})


@pytest.mark.parametrize("body", ["error code: 1010", "<html>Blocked</html>"])
def test_a_block_at_the_edge_is_no_empty_result(api: Any, crm: GoHighLevelClient, body: str) -> None:
    api.get("/contacts/search/duplicate").mock(return_value=httpx.Response(403, text=body))
    with pytest.raises(EdgeBlockedError):
        crm.contacts.find_contact(email="ada@example.com")


def test_a_duplicate_carries_the_id_of_the_contact_that_is_there(api: Any, crm: GoHighLevelClient) -> None:
    meta = {"contactId": "c-9", "matchingField": "email"}
    words = "This location does not allow duplicated contacts."
    api.post("/contacts/").mock(return_value=refused(400, words, meta=meta))
    with pytest.raises(DuplicateContactError) as caught:
        crm.contacts.create_contact({"email": "ada@example.com"})
    assert caught.value.contact_id == "c-9"


@pytest.mark.parametrize("path", ["/contacts/", "/contacts/upsert"])
def test_a_422_to_the_making_of_a_contact_leaves_its_outcome_unknown(
    api: Any, crm: GoHighLevelClient, path: str
) -> None:
    route = api.post(path).mock(return_value=refused(422, ["phone is odd"]))
    make = crm.contacts.create_contact if path == "/contacts/" else crm.contacts.upsert_contact
    with pytest.raises(AmbiguousRefusalError) as caught:
        make({"email": "ada@example.com"})
    assert caught.value.outcome_unknown is True
    assert route.call_count == 1


def test_a_burst_is_waited_out_with_the_interval_that_the_header_names(
    api: Any, crm: GoHighLevelClient, fake_time: FakeTime
) -> None:
    headers = {"X-RateLimit-Daily-Remaining": "500", "X-RateLimit-Interval-Milliseconds": "4000"}
    route = api.get("/contacts/c-1")
    route.side_effect = [httpx.Response(429, headers=headers), httpx.Response(200, json=CONTACT)]
    assert crm.contacts.get_contact("c-1").remote_id == "c-1"
    assert fake_time.slept == [4.5]


def test_the_end_of_the_day_is_not_waited_for(api: Any, crm: GoHighLevelClient, fake_time: FakeTime) -> None:
    route = api.get("/contacts/c-1")
    route.mock(return_value=httpx.Response(429, headers={"X-RateLimit-Daily-Remaining": "0"}))
    with pytest.raises(DailyLimitError):
        crm.contacts.get_contact("c-1")
    assert (route.call_count, fake_time.slept) == (1, [])


def test_a_429_that_names_no_limit_counts_as_a_burst_and_is_given_up_in_the_end(
    api: Any, crm: GoHighLevelClient, fake_time: FakeTime
) -> None:
    api.get("/contacts/c-1").mock(return_value=httpx.Response(429, text="slow down"))
    with pytest.raises(BurstLimitError):
        crm.contacts.get_contact("c-1")
    assert fake_time.slept == [10.5, 10.5, 10.5]


REPEATED = {
    "upsert": lambda crm: crm.contacts.upsert_contact({"email": "ada@example.com"}),
    "put": lambda crm: crm.contacts.change_contact("c-1", {"firstName": "Ada"}),
    "delete": lambda crm: crm.contacts.delete_contact("c-1"),
    "add_tags": lambda crm: crm.tags.add_tags("c-1", ["a"]),
    "remove_tags": lambda crm: crm.tags.remove_tags("c-1", ["a"]),
    "leave": lambda crm: crm.workflows.remove_from_workflow("c-1", "w-1"),
}
SENT_ONCE = {
    "create": lambda crm: crm.contacts.create_contact({"email": "ada@example.com"}),
    "note": lambda crm: crm.notes.add_note("c-1", "Hello"),
    "workflow": lambda crm: crm.workflows.add_to_workflow("c-1", "w-1"),
    "opportunity": lambda crm: crm.opportunities.create_opportunity("c-1", "p-1", "Membership"),
    "opportunity upsert": lambda crm: crm.opportunities.upsert_opportunity("c-1", "p-1"),
}


@pytest.mark.parametrize("name", REPEATED | SENT_ONCE)
@pytest.mark.parametrize("failure", [httpx.Response(500), httpx.ReadTimeout("late")])
def test_only_what_may_be_repeated_is_and_an_answer_that_is_lost_is_unknown(
    api: Any, crm: GoHighLevelClient, name: str, failure: Any
) -> None:
    route = api.route()
    route.side_effect = [failure] * 4
    with pytest.raises((ServerError, RequestTimeoutError)) as caught:
        (REPEATED | SENT_ONCE)[name](crm)
    assert caught.value.outcome_unknown is True
    assert route.call_count == (4 if name in REPEATED else 1)


@pytest.mark.parametrize("answer", [{"succeded": True}, {"succeeded": True}, {}, None])
def test_a_success_is_said_in_either_spelling_or_not_at_all(api: Any, crm: GoHighLevelClient, answer: Any) -> None:
    content = b"" if answer is None else json.dumps(answer).encode()
    api.delete("/contacts/c-1").mock(return_value=httpx.Response(200, content=content))
    crm.contacts.delete_contact("c-1")


@pytest.mark.parametrize("answer", [{"succeded": False}, {"succeeded": "yes"}, [], "done"])
def test_what_does_not_say_that_it_is_done_is_unknown(api: Any, crm: GoHighLevelClient, answer: Any) -> None:
    api.post("/contacts/c-1/workflow/w-1").mock(return_value=httpx.Response(200, json=answer))
    with pytest.raises(UnexpectedAnswerError) as caught:
        crm.workflows.add_to_workflow("c-1", "w-1")
    assert caught.value.outcome_unknown is True


def test_tags_travel_in_lower_case_in_the_body_of_a_delete_too(api: Any, crm: GoHighLevelClient) -> None:
    route = api.delete("/contacts/c-1/tags").mock(return_value=httpx.Response(200, json={"tags": ["b"]}))
    assert crm.tags.remove_tags("c-1", [" A ", "a"]) == ("b",)
    assert json.loads(route.calls.last.request.content) == {"tags": ["a"]}


def test_tags_that_the_answer_does_not_show_are_not_taken_for_added(api: Any, crm: GoHighLevelClient) -> None:
    api.post("/contacts/c-1/tags").mock(return_value=httpx.Response(201, json={"tags": ["other"]}))
    with pytest.raises(UnexpectedAnswerError):
        crm.tags.add_tags("c-1", ["a"])


def test_tags_are_compared_as_they_are_stored() -> None:
    assert normalised(["  Instantly-05A", "instantly-05a", "", " "]) == ["instantly-05a"]


@pytest.mark.parametrize(
    "call",
    [
        lambda crm: crm.contacts.upsert_contact({"email": "ada@example.com", "tags": ["a"]}),
        lambda crm: crm.contacts.create_contact({"email": "ada@example.com", "tags": ["a"]}),
        lambda crm: crm.contacts.upsert_contact({"email": "a@example.com", "createNewIfDuplicateAllowed": True}),
        lambda crm: crm.contacts.upsert_contact({"locationId": "other"}),
        lambda crm: crm.contacts.change_contact("c-1", {"tags": []}),
        lambda crm: crm.contacts.change_contact("c-1", {"companyName": "X"}),
        lambda crm: crm.contacts.delete_contact(" "),
        lambda crm: crm.contacts.find_contact(),
        lambda crm: crm.tags.add_tags("c-1", [" "]),
    ],
)
def test_what_would_do_more_than_is_meant_is_never_sent(api: Any, crm: GoHighLevelClient, call: Any) -> None:
    route = api.route()
    with pytest.raises(ValueError, match=r"needed|cannot"):
        call(crm)
    assert route.call_count == 0


def test_an_id_cannot_lead_to_another_path(api: Any, crm: GoHighLevelClient) -> None:
    route = api.route().mock(return_value=httpx.Response(200, json=CONTACT))
    with pytest.raises(UnexpectedAnswerError):
        crm.contacts.get_contact("../locations/x")
    assert route.calls.last.request.url.raw_path == b"/contacts/..%2Flocations%2Fx"


def test_a_plus_in_a_number_and_in_an_address_survives(api: Any, crm: GoHighLevelClient) -> None:
    route = api.get("/contacts/search/duplicate").mock(return_value=httpx.Response(200, json={"contact": None}))
    assert crm.contacts.find_contact(email="ada+crm@example.com", phone="+13135550100") is None
    sent = route.calls.last.request.url
    assert sent.params["number"] == "+13135550100"
    assert b"+1" not in sent.query


def test_an_answer_without_a_contact_is_not_taken_for_none(api: Any, crm: GoHighLevelClient) -> None:
    api.get("/contacts/search/duplicate").mock(return_value=httpx.Response(200, json={}))
    with pytest.raises(UnexpectedAnswerError):
        crm.contacts.find_contact(email="ada@example.com")


def test_the_limits_of_the_newest_answer_are_kept(api: Any, crm: GoHighLevelClient, fake_time: FakeTime) -> None:
    assert crm.limits is None
    headers = {
        "X-RateLimit-Max": "100",
        "X-RateLimit-Remaining": "97",
        "X-RateLimit-Limit-Daily": "200000",
        "X-RateLimit-Daily-Remaining": "199123",
    }
    api.get("/contacts/c-1").mock(return_value=httpx.Response(200, json=CONTACT, headers=headers))
    crm.contacts.get_contact("c-1")
    assert crm.limits is not None
    assert (crm.limits.in_interval, crm.limits.left_in_interval) == (100, 97)
    assert (crm.limits.today, crm.limits.left_today, crm.limits.read_at) == (200_000, 199_123, fake_time.now)


def test_no_token_and_no_address_stands_in_a_log_or_an_error(
    api: Any, crm: GoHighLevelClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "iexdg.clients")
    words = "Token pit-secret-1 of ada.byron@example.com is odd"
    api.post("/contacts/upsert").mock(return_value=refused(401, words))
    with pytest.raises(TokenRefusedError) as caught:
        crm.contacts.upsert_contact({"email": "ada.byron@example.com"})
    shown = f"{caught.value} {caught.value.body} {caplog.text} {crm.transport!r}"
    assert "pit-secret-1" not in shown
    assert "ada.byron" not in shown


def test_a_client_needs_a_location() -> None:
    with pytest.raises(ValueError, match="no id"):
        connect(BASE, "pit-1", " ")


def test_the_opportunities_of_a_contact_are_its_own_or_nothing_is_said(api: Any, crm: GoHighLevelClient) -> None:
    route = api.get("/opportunities/search")
    own = {"id": "o-1", "pipelineId": "p-1", "status": "won"}
    answers = [
        [own | {"contactId": "c-1"}], [own | {"contact": {"id": "c-1"}}], [own], [],
        [own | {"contactId": "c-1"}, own | {"id": "o-2", "contactId": "c-2"}], [own | {"pipelineId": "p-2"}], None,
    ]  # fmt: skip
    route.side_effect = [httpx.Response(200, json={"opportunities": one, "meta": {}}) for one in answers]
    for ids in (["o-1"], ["o-1"], ["o-1"], []):
        assert [one.remote_id for one in crm.opportunities.opportunities_of("c-1", "p-1")] == ids
    for _ in range(3):
        with pytest.raises(UnexpectedAnswerError):
            crm.opportunities.opportunities_of("c-1", "p-1")
    asked = dict(route.calls[0].request.url.params)
    assert asked["contact_id"] == "c-1"
    assert (asked["pipeline_id"], asked["status"], asked["limit"]) == ("p-1", "all", "100")
    with pytest.raises(ValueError, match="the ids of a contact and of a pipeline"):
        crm.opportunities.opportunities_of("", "p-1")
