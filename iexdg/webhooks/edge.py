"""In front of Django: of a body that is sent to the receiver, no more is received than it takes.

Django stores a whole body before a view can look at it, on the disk where it is long. A body in chunks has no length
that could be refused before.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from django.urls import reverse

# 256 KB; the largest payloads that Instantly describes, a reply with its texts, are far below.
MOST_BYTES = 256 * 1024
Application = Callable[[Any, Any, Any], Awaitable[None]]


@cache
def _path() -> str:
    """What the addresses of all receivers begin with."""
    return reverse("hooks:receive", args=["-"]).removesuffix("-/")


class LimitedBodies:
    """An ASGI application that ends a body for the receiver one byte after the limit: its view then refuses it."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] == "http" and str(scope["path"]).startswith(_path()):
            receive = _Limited(receive)
        await self._application(scope, receive, send)


class _Limited:
    """Receives the messages of one request."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self._left = MOST_BYTES + 1

    async def __call__(self) -> Any:
        message = await self._receive()
        while message["type"] == "http.request" and self._left <= 0:
            # For Django the body has ended; what still comes is thrown away.
            message = await self._receive()
        if message["type"] != "http.request":
            return message
        body = message.get("body", b"")[: self._left]
        self._left -= len(body)
        return {**message, "body": body, "more_body": message.get("more_body", False) and self._left > 0}
