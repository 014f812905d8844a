"""A check that runs once, when the web process builds its middleware, and then steps aside."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.core.exceptions import MiddlewareNotUsed
from django.db import connections
from django.http import HttpRequest, HttpResponse

from iexdg.workspaces.connection import refuse_demo_people_on_a_real_key


class SafeStartMiddleware:
    """Keeps the web process from starting beside published passwords and a real key."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Check, then leave the chain.

        Raises: UnsafeStartError - the process must not serve; MiddlewareNotUsed - all is well.
        """
        # An ASGI server builds this inside its event loop, where the database may not be asked: hence the thread.
        with ThreadPoolExecutor(1) as asking:
            asking.submit(_check).result()
        raise MiddlewareNotUsed


def _check() -> None:
    try:
        refuse_demo_people_on_a_real_key()
    finally:
        connections.close_all()
