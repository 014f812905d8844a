"""Of a body for the receiver no more is received than it takes, however it is sent."""

from typing import Any

import pytest

from iexdg.webhooks.edge import MOST_BYTES, LimitedBodies
from tests.waiting import in_a_loop


def received(path: str, chunks: list[bytes], kind: str = "http") -> tuple[bytes, list[str]]:
    """The body that the application gets, and the types of the messages after its end."""
    last = len(chunks) - 1
    messages = [{"type": "http.request", "body": one, "more_body": n < last} for n, one in enumerate(chunks)]
    waiting: list[dict[str, Any]] = [*messages, {"type": "http.disconnect"}]
    body, after = b"", []

    async def receive() -> Any:
        return waiting.pop(0)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        nonlocal body
        more = True
        while more:
            message = await receive()
            body += message["body"]
            more = message["more_body"]
        after.append((await receive())["type"])

    in_a_loop(LimitedBodies(application)({"type": kind, "path": path}, receive, None))
    return body, after


@pytest.mark.parametrize("chunks", [[b"{}"], [b"{", b"}"], [b""], [b"0" * MOST_BYTES]])
def test_what_is_not_too_long_passes_as_it_is(chunks: list[bytes]) -> None:
    assert received("/hooks/a/", chunks) == (b"".join(chunks), ["http.disconnect"])


@pytest.mark.parametrize("chunks", [[b"0" * 300_000], [b"0" * 100_000] * 50, [b"0" * MOST_BYTES, b"1", b"2"]])
def test_what_is_too_long_ends_one_byte_after_the_limit_and_the_rest_is_thrown_away(chunks: list[bytes]) -> None:
    body, after = received("/hooks/a/", chunks)
    assert (len(body), after) == (MOST_BYTES + 1, ["http.disconnect"])


def test_what_is_sent_elsewhere_is_not_limited() -> None:
    body, _ = received("/w/demo/imports/new/", [b"0" * 200_000] * 3)
    assert len(body) == 600_000
