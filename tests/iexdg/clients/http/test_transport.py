import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from iexdg.clients.http.auth import Credentials
from iexdg.clients.http.errors import (
    AuthError,
    ConflictError,
    ConnectError,
    EdgeBlockedError,
    NetworkError,
    NotFoundError,
    PlanError,
    RateLimitError,
    RequestTimeoutError,
    ScopeError,
    ServerError,
    UnexpectedAnswerError,
    ValidationError,
)
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import BROWSER_USER_AGENT, HttpTransport, Timeouts
from tests.iexdg.clients.fake_time import FakeTime

Answer = httpx.Response | Exception


class Vendor:
    """Answers from a list, the last one for ever, and keeps every request."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers) or [httpx.Response(200, json={})]
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class CountingLimiter:
    def __init__(self) -> None:
        self.lanes: list[Lane] = []
        self.penalties: list[float | None] = []

    def acquire(self, lane: Lane) -> None:
        self.lanes.append(lane)

    def penalise(self, retry_after_s: float | None) -> None:
        self.penalties.append(retry_after_s)

    def used_last_minute(self) -> int | None:
        return len(self.lanes)


@pytest.fixture
def limiter() -> CountingLimiter:
    return CountingLimiter()


@pytest.fixture
def transport_to(fake_time: FakeTime, limiter: CountingLimiter) -> Callable[..., HttpTransport]:
    def make(vendor: Vendor) -> HttpTransport:
        return HttpTransport(
            "https://vendor.example.com",
            Credentials.bearer("invented-key"),
            limiter=limiter,
            transport=httpx.MockTransport(vendor),
            clock=fake_time.clock,
            sleep=fake_time.sleep,
            random=lambda: 0.5,
        )

    return make


Make = Callable[..., HttpTransport]


def test_every_call_carries_the_browser_user_agent_and_the_key(transport_to: Make) -> None:
    vendor = Vendor()
    transport_to(vendor).request("GET", "a")
    assert vendor.requests[0].headers["user-agent"] == BROWSER_USER_AGENT
    assert vendor.requests[0].headers["authorization"] == "Bearer invented-key"
    assert vendor.requests[0].headers["accept"] == "application/json"


@pytest.mark.parametrize("prefix", ["/api/v2", "api/v2/", "/api/v2/"])
def test_the_prefix_is_sent_with_every_path_and_shown_in_errors(prefix: str) -> None:
    vendor = Vendor(httpx.Response(404, json={"message": "gone"}))
    transport = HttpTransport(
        "https://vendor.example.com",
        Credentials.bearer("invented-key"),
        prefix=prefix,
        transport=httpx.MockTransport(vendor),
    )
    with pytest.raises(NotFoundError) as caught:
        transport.request("GET", "leads/1")
    assert str(vendor.requests[0].url) == "https://vendor.example.com/api/v2/leads/1"
    assert (caught.value.method, caught.value.path) == ("GET", "/api/v2/leads/1")


def test_a_path_that_is_not_relative_to_the_prefix_is_refused_before_anything_is_sent(transport_to: Make) -> None:
    vendor = Vendor()
    with pytest.raises(ValueError, match="not relative"):
        transport_to(vendor).request("GET", "/api/v2/leads")
    assert vendor.requests == []


def test_an_answer_names_its_call(transport_to: Make) -> None:
    answer = transport_to(Vendor(httpx.Response(201, json=[]))).request("POST", "a", body={})
    assert (answer.value, answer.status, answer.method, answer.path, answer.is_write) == ([], 201, "POST", "/a", True)


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_without_a_body_there_is_no_content_type(transport_to: Make, method: str) -> None:
    vendor = Vendor()
    transport_to(vendor).request(method, "a")
    assert "content-type" not in vendor.requests[0].headers
    assert vendor.requests[0].content == b""


def test_an_empty_object_is_a_body(transport_to: Make) -> None:
    vendor = Vendor()
    transport_to(vendor).request("POST", "a", body={})
    assert vendor.requests[0].content == b"{}"
    assert vendor.requests[0].headers["content-type"] == "application/json"


def test_query_values_that_are_none_are_left_out_and_lists_repeat(transport_to: Make) -> None:
    vendor = Vendor()
    transport_to(vendor).request("GET", "a", query={"limit": 5, "search": None, "flag": True, "ids": ["x", "y"]})
    assert vendor.requests[0].url.query == b"limit=5&flag=true&ids=x&ids=y"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ValidationError),
        (401, AuthError),
        (402, PlanError),
        (403, ScopeError),
        (404, NotFoundError),
        (409, ConflictError),
        (413, ValidationError),
        (418, ValidationError),
        (422, ValidationError),
        (429, RateLimitError),
        (500, ServerError),
        (503, ServerError),
        (302, UnexpectedAnswerError),
    ],
)
def test_each_status_has_its_error(transport_to: Make, status: int, kind: type[Exception]) -> None:
    body = {"statusCode": status, "error": "E", "message": "what it was"}
    with pytest.raises(kind) as caught:
        transport_to(Vendor(httpx.Response(status, json=body))).request("POST", "a", body={})
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert caught.value.detail == "what it was"
    assert json.loads(caught.value.body) == body
    assert (caught.value.method, caught.value.path) == ("POST", "/a")


def test_a_403_that_is_not_json_is_the_edge_and_never_a_result(transport_to: Make) -> None:
    vendor = Vendor(httpx.Response(403, text="error code: 1010", headers={"server": "cloudflare"}))
    with pytest.raises(EdgeBlockedError, match="error code: 1010") as caught:
        transport_to(vendor).request("POST", "a", body={})
    assert caught.value.request_arrived is False
    assert len(vendor.requests) == 1


def test_a_400_whose_body_says_404_is_not_found(transport_to: Make) -> None:
    body = {"statusCode": 404, "error": "Not Found", "message": "Resource not found"}
    with pytest.raises(NotFoundError):
        transport_to(Vendor(httpx.Response(400, json=body))).request("POST", "a", body={})


def test_an_error_page_in_html_does_not_become_the_message(transport_to: Make) -> None:
    page = httpx.Response(502, html="<html>Bad gateway</html>")
    with pytest.raises(ServerError) as caught:
        transport_to(Vendor(page)).request("POST", "a", body={})
    assert caught.value.detail == "Bad Gateway"


def test_a_200_that_is_not_json_is_an_error_and_a_write_is_then_unknown(transport_to: Make) -> None:
    vendor = Vendor(httpx.Response(200, html="<html>hello</html>"))
    with pytest.raises(UnexpectedAnswerError) as caught:
        transport_to(vendor).request("POST", "a", body={})
    assert caught.value.outcome_unknown is True
    assert len(vendor.requests) == 1


def test_an_answer_without_a_body_is_none(transport_to: Make) -> None:
    assert transport_to(Vendor(httpx.Response(204))).request("POST", "a", body={}).value is None


@pytest.mark.parametrize(
    ("failure", "kind", "arrived"),
    [
        (httpx.ConnectError("x"), ConnectError, False),
        (httpx.ConnectTimeout("x"), ConnectError, False),
        (httpx.PoolTimeout("x"), ConnectError, False),
        (httpx.ReadTimeout("x"), RequestTimeoutError, None),
        (httpx.WriteTimeout("x"), RequestTimeoutError, None),
        (httpx.ReadError("x"), NetworkError, None),
        (httpx.RemoteProtocolError("x"), NetworkError, None),
        (ConnectionResetError("x"), NetworkError, None),
    ],
)
def test_each_network_failure_says_whether_the_request_can_have_arrived(
    transport_to: Make, failure: Exception, kind: type[Exception], arrived: bool | None
) -> None:
    with pytest.raises(kind) as caught:
        transport_to(Vendor(failure)).request("POST", "a", body={})
    assert type(caught.value) is kind
    assert caught.value.request_arrived is arrived
    assert caught.value.outcome_unknown is (arrived is None)


def test_a_read_is_tried_again_until_it_answers(transport_to: Make, fake_time: FakeTime) -> None:
    vendor = Vendor(httpx.Response(500), httpx.ReadTimeout("x"), httpx.Response(200, json={"ok": 1}))
    assert transport_to(vendor).request("GET", "a").value == {"ok": 1}
    assert fake_time.slept == [0.375, 0.75]


def test_a_read_gives_up_after_four_attempts(transport_to: Make) -> None:
    vendor = Vendor(httpx.Response(500))
    with pytest.raises(ServerError):
        transport_to(vendor).request("GET", "a")
    assert len(vendor.requests) == 4


def test_a_write_whose_answer_was_lost_is_sent_once(transport_to: Make) -> None:
    vendor = Vendor(httpx.ReadTimeout("x"), httpx.Response(200, json={}))
    with pytest.raises(RequestTimeoutError):
        transport_to(vendor).request("POST", "a", body={})
    assert len(vendor.requests) == 1


def test_a_repeatable_write_is_sent_again(transport_to: Make) -> None:
    vendor = Vendor(httpx.ReadTimeout("x"), httpx.Response(200, json={"status": 2}))
    assert transport_to(vendor).request("POST", "a", body={}, repeatable=True).value == {"status": 2}


def test_a_post_that_only_reads_is_tried_again(transport_to: Make) -> None:
    vendor = Vendor(httpx.Response(503), httpx.Response(200, json={"items": []}))
    assert transport_to(vendor).request("POST", "list", body={}, is_write=False).value == {"items": []}


def test_a_lost_answer_stays_unknown_when_the_repeat_is_refused(transport_to: Make) -> None:
    vendor = Vendor(httpx.ReadTimeout("x"), httpx.Response(404, json={"message": "gone"}))
    with pytest.raises(NotFoundError) as caught:
        transport_to(vendor).request("POST", "a", body={}, repeatable=True)
    assert caught.value.outcome_unknown is True


def test_an_unknown_outcome_is_remembered_over_several_repeats(transport_to: Make) -> None:
    refused = httpx.Response(429)
    vendor = Vendor(httpx.ReadTimeout("x"), refused, httpx.Response(404, json={"message": "gone"}))
    with pytest.raises(NotFoundError) as caught:
        transport_to(vendor).request("POST", "a", body={}, repeatable=True)
    assert caught.value.outcome_unknown is True


def test_a_429_is_tried_again_for_any_write_and_tells_the_limiter(
    transport_to: Make, limiter: CountingLimiter, fake_time: FakeTime
) -> None:
    vendor = Vendor(httpx.Response(429, headers={"retry-after": "2"}), httpx.Response(200, json={}))
    transport_to(vendor).request("POST", "a", body={})
    assert limiter.penalties == [2.0]
    assert fake_time.slept == [2.0]


def test_retry_after_may_be_a_date(transport_to: Make, fake_time: FakeTime) -> None:
    when = "Fri, 15 Jan 2027 08:00:05 GMT"
    assert fake_time.now == 1_800_000_000.0  # 08:00:00 of that day
    vendor = Vendor(httpx.Response(429, headers={"retry-after": when}), httpx.Response(200, json={}))
    transport_to(vendor).request("GET", "a")
    assert fake_time.slept == [5.0]


def test_an_unreadable_retry_after_is_ignored(transport_to: Make, fake_time: FakeTime) -> None:
    vendor = Vendor(httpx.Response(429, headers={"retry-after": "soon"}), httpx.Response(200, json={}))
    transport_to(vendor).request("GET", "a")
    assert fake_time.slept == [0.375]


def test_every_attempt_asks_the_limiter_in_its_lane(transport_to: Make, limiter: CountingLimiter) -> None:
    vendor = Vendor(httpx.Response(500), httpx.Response(200, json={}))
    transport_to(vendor).request("GET", "a", lane=Lane.SAFETY)
    assert limiter.lanes == [Lane.SAFETY, Lane.SAFETY]


def test_a_safety_call_waits_less_for_its_answer() -> None:
    timeouts = Timeouts()
    assert timeouts.for_lane(Lane.SAFETY).read == 10.0
    assert timeouts.for_lane(Lane.BULK).read == 30.0


def test_one_line_is_logged_per_call_and_it_names_nobody(transport_to: Make, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("iexdg.clients", "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger=name)
    transport_to(Vendor()).request("GET", "api/v2/email-verification/jane.doe%40example.com")
    ours = [record for record in caplog.records if record.name == "iexdg.clients"]
    assert [record.getMessage() for record in ours] == ["GET /api/v2/email-verification/j***@example.com 200 in 0 ms"]
    assert ours[0].__dict__["http_status"] == 200
    assert ours[0].__dict__["http_path"] == "/api/v2/email-verification/j***@example.com"
    # httpx logs the whole address of every request by itself.
    assert any(record.name == "httpx" for record in caplog.records)
    assert "jane" not in caplog.text
    assert "invented-key" not in caplog.text


def test_a_failed_call_is_logged_with_its_status_and_attempt(
    transport_to: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="iexdg.clients")
    transport_to(Vendor(httpx.Response(500), httpx.ConnectError("x"), httpx.Response(200, json={}))).request("GET", "a")
    ours = [record.getMessage() for record in caplog.records if record.name == "iexdg.clients"]
    assert ours == ["GET /a 500 in 0 ms", "GET /a connect in 0 ms (attempt 2)", "GET /a 200 in 0 ms (attempt 3)"]


def test_an_error_does_not_drag_the_request_with_the_key_along(transport_to: Make) -> None:
    with pytest.raises(RequestTimeoutError) as caught:
        transport_to(Vendor(httpx.ReadTimeout("x"))).request("POST", "a", body={})
    assert caught.value.__suppress_context__ is True


def test_a_key_echoed_in_an_answer_is_not_in_the_error(transport_to: Make) -> None:
    vendor = Vendor(httpx.Response(401, json={"message": "Invalid key invented-key"}))
    with pytest.raises(AuthError) as caught:
        transport_to(vendor).request("GET", "a")
    assert "invented-key" not in str(caught.value) + caught.value.body


def test_every_secret_header_echoed_in_an_answer_is_taken_out() -> None:
    credentials = Credentials.bearer("invented-key", {"Gateway-Connection": "invented-connection"})
    echo = {"message": "refused: invented-key through invented-connection"}
    transport = HttpTransport(
        "https://vendor.example.com",
        credentials,
        transport=httpx.MockTransport(Vendor(httpx.Response(400, json=echo))),
    )
    with pytest.raises(ValidationError) as caught:
        transport.request("GET", "a")
    assert caught.value.detail == "refused: [redacted] through [redacted]"
    assert "invented" not in str(caught.value) + caught.value.body


def test_a_key_echoed_in_a_successful_answer_is_not_in_the_error_about_it(transport_to: Make) -> None:
    answer = transport_to(Vendor(httpx.Response(200, json={"you_sent": "invented-key"}))).request("GET", "a")
    assert "invented-key" not in answer.unexpected("expected a list").body + repr(answer)


def test_a_closed_transport_sends_nothing(transport_to: Make) -> None:
    vendor = Vendor()
    transport = transport_to(vendor)
    transport.close()
    with pytest.raises(RuntimeError):
        transport.request("GET", "a")
    assert vendor.requests == []


def test_a_value_json_cannot_carry_is_refused_before_anything_is_sent(transport_to: Make) -> None:
    vendor = Vendor()
    body: dict[str, Any] = {"score": float("nan")}
    with pytest.raises(ValueError, match="JSON"):
        transport_to(vendor).request("POST", "a", body=body)
    assert vendor.requests == []


@pytest.fixture
def silent_server() -> Iterator[int]:
    """The port of a server that takes every connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(("method", "is_unknown"), [("POST", True), ("GET", False)])
def test_a_server_that_hangs_is_given_up_and_a_write_is_then_unknown(
    silent_server: int, fake_time: FakeTime, method: str, is_unknown: bool
) -> None:
    transport = HttpTransport(
        f"http://127.0.0.1:{silent_server}",
        Credentials.bearer("invented-key"),
        timeout=Timeouts(answer_s=0.05),
        clock=fake_time.clock,
        sleep=fake_time.sleep,
    )
    with closing(transport), pytest.raises(RequestTimeoutError) as caught:
        transport.request(method, "a")
    assert caught.value.outcome_unknown is is_unknown
