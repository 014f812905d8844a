"""Instantly's API through the Maton gateway: the same client over another transport.

Source: docs/api/maton-facts.md §4, §5 and §7 (read 2026-11-27).
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.auth import Credentials
from iexdg.clients.http.errors import AuthError, ClientError, ServerError, ValidationError
from iexdg.clients.http.limiter import Lane, Limiter, NullLimiter
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.http.transport import BaseTransport, HttpTransport, Timeouts
from iexdg.clients.instantly.client import PREFIX, InstantlyClient
from iexdg.clients.maton.connections import Connections, MatonConnection
from iexdg.clients.maton.errors import (
    GatewayAuthorisationError,
    GatewayConnectionError,
    GatewayError,
    GatewayKeyError,
)
from iexdg.clients.maton.hosts import APP, hosts_of

CONNECTION_HEADER = "Maton-Connection"
# Many calls may fail for one cause at once: one look answers for all of them.
_LOOK_LASTS_S = 5.0
_LOOK_TIMEOUT = Timeouts(answer_s=5.0, safety_answer_s=5.0)


class BothLimiters:
    """The gateway's own budget around the vendor's: a call needs a place in both.

    Source: docs/api/maton-facts.md §4, 10 requests/s for each Maton account over all its apps, plus Instantly's.
    """

    def __init__(self, gateway: Limiter, vendor: Limiter) -> None:
        self._gateway = gateway
        self._vendor = vendor

    def acquire(self, lane: Lane) -> None:
        # The narrow budget first: a place in the vendor's must not grow old while the gateway's is waited for.
        self._gateway.acquire(lane)
        self._vendor.acquire(lane)

    def penalise(self, retry_after_s: float | None) -> None:
        """Slow both down: a 429 does not say whose it is."""
        self._gateway.penalise(retry_after_s)
        self._vendor.penalise(retry_after_s)

    def used_last_minute(self) -> int | None:
        return self._vendor.used_last_minute()


class GatewayTransport(HttpTransport):
    """Sends the vendor's calls through the gateway, and finds out whose refusal it was."""

    def __init__(
        self,
        base_url: str,
        key: str,
        connection_id: str,
        *,
        look: Callable[[Lane], list[MatonConnection]],
        monotonic: Callable[[], float] = time.monotonic,
        **options: Any,
    ) -> None:
        """Open the transport.

        Shapes: base_url - the gateway's, without the app; look - returns the account's connections now;
            options - those of `HttpTransport`.
        Raises: ValueError - the key or the id cannot be one.
        """
        if not connection_id:
            raise ValueError("The Maton connection has no id. Without one, calls go to the oldest active connection.")
        credentials = Credentials.bearer(key, {CONNECTION_HEADER: connection_id})
        super().__init__(base_url, credentials, prefix=f"/{APP}{PREFIX}", **options)
        self._connection_id = connection_id
        self._look = look
        self._monotonic = monotonic
        self._looking = threading.Lock()
        self._seen: tuple[float, list[MatonConnection] | ClientError] | None = None
        self._is_checked = False

    def request(self, method: str, path: str, **options: Any) -> Answer:
        """Send one request as `HttpTransport.request` does.

        The first one is preceded by a look whether the connection is ACTIVE for Instantly, and not sent where it is
        not. A call of the safety lane never waits for that: a pause goes out at once.
        Raises: GatewayError - the gateway refused it. Otherwise what `HttpTransport.request` raises: then the error is
            Instantly's own.
        """
        lane = options.get("lane", Lane.BULK)
        if not self._is_checked and lane is not Lane.SAFETY:
            self._check(method, path, lane)
        try:
            return super().request(method, path, **options)
        except (AuthError, ValidationError, ServerError) as error:
            if error.status not in {400, 401, 500}:
                raise
            raise self._attributed(error, lane) from None

    def _check(self, method: str, path: str, lane: Lane) -> None:
        """Refuse to start on a connection that cannot be used; a look that fails decides nothing.

        Source: docs/api/maton-facts.md §4: through a connection that is not named right, another workspace answers.
        """
        unsent = ClientError(method=method, path=path, is_write=method != "GET", request_arrived=False)
        refusal = self._attributed(unsent, lane)
        if isinstance(refusal, GatewayError):
            raise refusal
        self._is_checked = True

    def _attributed(self, error: ClientError, lane: Lane) -> ClientError:
        """Return the error, as the gateway's own where one look at the connections shows that it is.

        Source: docs/api/maton-facts.md §5: 401 there means the Maton key, no active row the connection; else it is
            Instantly's own.
        """
        found = self._connections(lane)
        if isinstance(found, AuthError):
            return _as(GatewayKeyError, error, found.detail)
        if isinstance(found, ClientError):
            return error
        mine = next((one for one in found if one.remote_id == self._connection_id), None)
        if mine is None:
            return _as(GatewayConnectionError, error, "the connection does not exist any more")
        if not mine.is_usable:
            return _as(GatewayConnectionError, error, f"the connection is {mine.status} for the app {mine.app}")
        return _as(GatewayAuthorisationError, error, error.detail) if error.status == 500 else error

    def _connections(self, lane: Lane) -> list[MatonConnection] | ClientError:
        with self._looking:
            now = self._monotonic()
            if self._seen is None or now - self._seen[0] >= _LOOK_LASTS_S:
                self._seen = (now, self._looked(lane))
            return self._seen[1]

    def _looked(self, lane: Lane) -> list[MatonConnection] | ClientError:
        try:
            return self._look(lane)
        except ClientError as error:
            return error


def _as(kind: type[ClientError], error: ClientError, detail: str) -> ClientError:
    """Return the error as one of another kind; a server's failure stays one, since a write may have been done."""
    is_refusal = issubclass(kind, GatewayError) and not isinstance(error, ServerError)
    return kind(
        detail,
        status=error.status,
        body=error.body,
        method=error.method,
        path=error.path,
        is_write=error.is_write,
        # The vendor behind it may have done the work before the gateway failed.
        request_arrived=False if is_refusal else None,
        retry_after_s=error.retry_after_s,
        earlier_attempt_unknown=error.earlier_attempt_unknown,
    )


def connect_through_maton(
    base_url: str,
    key: str,
    connection_id: str,
    *,
    gateway_limiter: Limiter | None = None,
    limiter: Limiter | None = None,
    http_transport: BaseTransport | None = None,
    timeout: Timeouts | None = None,
    retry: RetryPolicy | None = None,
    options: Mapping[str, Any] | None = None,
) -> InstantlyClient:
    """Open a client on the workspace behind one Maton connection.

    Shapes: base_url - the gateway's, with or without its app segment; gateway_limiter - the account's 10 requests/s;
        limiter - the workspace's at Instantly; options - clock, sleep and random of `HttpTransport`.
    Raises: ValueError - the key or the id cannot be one.
    """
    hosts = hosts_of(base_url)
    outer = gateway_limiter or NullLimiter()
    control = Connections(
        hosts.control,
        key,
        limiter=outer,
        http_transport=http_transport,
        timeout=_LOOK_TIMEOUT,
        retry=RetryPolicy(max_attempts=1),
    )
    transport = GatewayTransport(
        hosts.gateway,
        key,
        connection_id,
        look=lambda lane: control.list(lane=lane),
        limiter=BothLimiters(outer, limiter or NullLimiter()),
        transport=http_transport,
        timeout=timeout,
        retry=retry,
        **(options or {}),
    )
    return InstantlyClient(transport)
