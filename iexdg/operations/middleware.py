"""A check that runs once, when the web process builds its middleware."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse

from iexdg.workspaces.connected import refuse_demo_people_on_a_real_key


class SafeStartMiddleware:
    """Keeps the web process from starting with published passwords and a real key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Check, then remove itself from the chain.

        Raises: UnsafeStartError - the process must not serve; MiddlewareNotUsed - the check passed.
        """
        try:
            _check()
        except DatabaseError:
            # With the sandbox only a stored connection is real, and the workers, which do the work, look as well.
            # Without a database the web process must come up and say so (/readyz).
            if not settings.USES_SANDBOX:
                raise
        raise MiddlewareNotUsed


def _check() -> None:
    if not _is_in_event_loop():
        refuse_demo_people_on_a_real_key()
        return
    # An ASGI server builds this inside its loop, where the database may not be used: hence the thread.
    with ThreadPoolExecutor(1) as executor:
        executor.submit(_check_and_close).result()


def _is_in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _check_and_close() -> None:
    try:
        refuse_demo_people_on_a_real_key()
    finally:
        connections.close_all()
