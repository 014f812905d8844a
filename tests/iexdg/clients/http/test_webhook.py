import json

import httpx
import pytest

from iexdg.clients.http.errors import (
    ClientError,
    ConnectError,
    NetworkError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    ValidationError,
)
from iexdg.clients.http.webhook import post_webhook

URL = "https://hooks.example.com/services/T0/B0/not-for-logs"


def answering(status: int, text: str = "ok") -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, text=text))


def failing(error: Exception) -> httpx.MockTransport:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    return httpx.MockTransport(fail)


def test_a_message_is_posted_as_json() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text="ok")

    post_webhook(URL, {"text": "05A was paused"}, transport=httpx.MockTransport(answer))
    assert [(one.method, str(one.url), json.loads(one.content)) for one in seen] == [
        ("POST", URL, {"text": "05A was paused"})
    ]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, ValidationError), (403, ValidationError), (302, ValidationError), (429, RateLimitError), (503, ServerError)],
)
def test_a_refusal_is_an_error_without_the_address(status: int, kind: type[ClientError]) -> None:
    with pytest.raises(kind) as caught:
        post_webhook(URL, {"text": "x"}, transport=answering(status, f"no_service at {URL}"))
    assert type(caught.value) is kind
    assert f"({status})" in str(caught.value)
    assert "not-for-logs" not in str(caught.value)
    assert "not-for-logs" not in caught.value.body


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError(URL), ConnectError),
        (httpx.ReadTimeout(URL), RequestTimeoutError),
        (httpx.RemoteProtocolError(URL), NetworkError),
    ],
)
def test_a_broken_connection_is_an_error_without_the_address(error: Exception, kind: type[ClientError]) -> None:
    with pytest.raises(kind) as caught:
        post_webhook(URL, {"text": "x"}, transport=failing(error))
    assert "not-for-logs" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="begins with https://"):
        post_webhook("hooks.example.com/not-for-logs", {"text": "x"})
