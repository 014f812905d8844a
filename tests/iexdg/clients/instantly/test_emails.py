"""The inbox in the client: what never leaves, and the budgets of its own."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from iexdg.clients.http.errors import RateLimitError, UnexpectedAnswerError
from iexdg.clients.http.limiter import Lane, WindowLimiter
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.clients.instantly.emails import Draft, EmailFilter


class Times:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def client_answering(body: Any, times: Times, seen: list[httpx.Request] | None = None) -> InstantlyClient:
    def answer(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        return httpx.Response(200, json=body)

    transport = httpx.MockTransport(answer)
    return connect(
        "https://api.example.com", "key", http_transport=transport, clock=lambda: times.now, sleep=times.sleep
    )


def test_the_twenty_first_list_waits_until_the_first_is_a_minute_ago() -> None:
    times = Times()
    client = client_answering({"items": []}, times)
    for _ in range(20):
        list(client.emails.list())
        times.now += 2.5
    assert times.slept == []
    list(client.emails.of_thread("t"))
    assert times.slept == [10]


def test_a_list_that_would_wait_too_long_is_refused_at_once_and_tests_have_a_budget_of_their_own() -> None:
    times, seen = Times(), list[httpx.Request]()
    client = client_answering({"items": [], "status": "success"}, times, seen)
    for _ in range(20):
        list(client.emails.list())
    with pytest.raises(RateLimitError, match="20 calls in 60 s are used up") as caught:
        list(client.emails.list())
    assert (caught.value.retry_after_s, caught.value.outcome_unknown) == (60, False)
    assert len(seen) == 20
    for _ in range(10):
        client.emails.send_test("a@example.com", "b@example.com", subject="Hi", html="Hi")
    with pytest.raises(RateLimitError, match="10 calls"):
        client.emails.send_test("a@example.com", "b@example.com", subject="Hi", html="Hi")
    times.now += 60
    list(client.emails.list())
    assert times.slept == []


def test_after_a_429_the_next_list_waits_as_long_as_the_vendor_asks() -> None:
    times = Times()
    limiter = WindowLimiter(20, 60, clock=lambda: times.now, sleep=times.sleep)
    limiter.penalise(None)
    limiter.acquire(Lane.BULK)
    limiter.penalise(7)
    limiter.acquire(Lane.SAFETY)
    assert times.slept == [3, 7]


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.emails.reply("id", Draft(subject="Hi"), sender="a@example.com"),
        lambda client: client.emails.forward("id", Draft(subject="Hi", text="Hi"), sender="a@example.com", to=[]),
        lambda client: client.emails.forward(
            "id", Draft(subject="Hi"), sender="a@example.com", to=["b@example.com"], include_original=False
        ),
        lambda client: client.block_list.remove(""),
        lambda client: client.block_list.remove("../block-lists-entries?x"),
        lambda client: client.block_list.remove_matching(),
        lambda client: client.block_list.remove_matching(search=" "),
        lambda client: client.block_list.remove_many([]),
        lambda client: client.block_list.add_many(["a.example.com"] * 1001),
    ],
)
def test_what_would_do_nothing_or_too_much_is_not_sent(call: Callable[[InstantlyClient], Any]) -> None:
    seen: list[httpx.Request] = []
    with client_answering({}, Times(), seen) as client, pytest.raises(ValueError, match=r"\w"):
        call(client)
    assert seen == []


def test_the_whole_block_list_is_emptied_only_by_the_argument_that_says_so() -> None:
    seen: list[httpx.Request] = []
    with client_answering([], Times(), seen) as client:
        assert client.block_list.remove_matching(delete_everything_blocked=True) == ()
        client.block_list.remove_matching(search="rival")
    assert [(one.method, one.url.path, one.url.query) for one in seen] == [
        ("DELETE", "/api/v2/block-lists-entries", b""),
        ("DELETE", "/api/v2/block-lists-entries", b"search=rival"),
    ]
    assert "content-type" not in seen[0].headers


def test_a_filter_says_only_what_it_filters() -> None:
    assert EmailFilter().query() == {}
    wanted = EmailFilter(mailboxes=["a@example.com", "b@example.com"], is_unread=False, latest_of_thread=True)
    assert wanted.query() == {
        "eaccount": "a@example.com,b@example.com",
        "is_unread": "false",
        "latest_of_thread": "true",
    }


def test_a_download_is_text_and_a_page_of_html_is_none() -> None:
    kinds = iter([("text/csv", "Blocked Email,Date\r\n"), ("text/html", "<html>")])

    def answer(_: httpx.Request) -> httpx.Response:
        kind, text = next(kinds)
        return httpx.Response(200, text=text, headers={"Content-Type": kind})

    once = RetryPolicy(max_attempts=1)
    with connect("https://api.example.com", "key", http_transport=httpx.MockTransport(answer), retry=once) as client:
        assert client.block_list.download() == "Blocked Email,Date\r\n"
        with pytest.raises(UnexpectedAnswerError, match="a page of HTML"):
            client.block_list.download()
