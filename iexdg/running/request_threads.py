"""Threads that answer one request after another, each with its own connection to the database.

Django's ASGI handler starts a thread for every request and ends it afterwards, and with it the thread's connection. A
new connection to SQLite reads the whole schema again, which costs more than most pages.
"""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext

# More requests than this are rarely answered at the same moment; each kept SQLite connection holds some megabytes.
MOST_KEPT = 16
Application = Callable[[Any, Any, Any], Awaitable[None]]


class RequestThreads:
    """An ASGI application that answers each request in a thread that waits for the next one afterwards.

    There are as many threads as there were requests at the same time, of which the `kept` stay. The one that was used
    last is used first, so that a few of them do nearly all of the work. One that still works for a client that went
    away is left alone until it has finished.
    """

    def __init__(
        self, application: Application, *, kept: int = MOST_KEPT, at_end: Callable[[], object] | None = None
    ) -> None:
        """Wrap an application. Shapes: at_end - what a thread does last, to close what it has kept open."""
        self._application = application
        self._kept = kept
        self._at_end = at_end or _nothing
        self._idle: list[ThreadPoolExecutor] = []

    @property
    def idle(self) -> int:
        """How many threads wait for a request."""
        return len(self._idle)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(max_workers=1, thread_name_prefix="request")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._application(scope, receive, send)
        finally:
            # Is done as soon as the thread has finished what it was given before.
            thread.submit(_nothing).add_done_callback(lambda _: self._take_back(thread))

    def _take_back(self, thread: ThreadPoolExecutor) -> None:
        if len(self._idle) < self._kept:
            self._idle.append(thread)
            return
        thread.submit(self._at_end)
        thread.shutdown(wait=False)


def _nothing() -> None:
    """Do nothing."""
