"""Maton's control plane: the connections of one account.

Source: docs/api/maton-facts.md §2 and §3 (read 2026-11-27).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from pydantic import Field, PlainValidator

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.auth import Credentials
from iexdg.clients.http.errors import AuthError
from iexdg.clients.http.limiter import Lane, Limiter
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.http.transport import BaseTransport, HttpTransport, Timeouts
from iexdg.clients.instantly.answers import Listing
from iexdg.clients.instantly.model import Identifier, Model, Moment, Text
from iexdg.clients.maton.errors import GatewayKeyError
from iexdg.clients.maton.hosts import APP

_PATH = "connections"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ACTIVE, PENDING, FAILED = "ACTIVE", "PENDING", "FAILED"


def _link(value: object) -> str:
    """Read an address that a browser may open: https, or on this machine; anything else is none."""
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        return ""
    if parts is None or not parts.hostname:
        return ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return parts.geturl() if is_safe else ""


class MatonConnection(Model):
    """One connection. `link` holds a session token: it is shown to the person who authorises it and never kept."""

    required = ("remote_id", "status")

    remote_id: Identifier = Field("", validation_alias="connection_id")
    status: Text = None
    app: Text = None
    created_at: Moment = Field(None, validation_alias="creation_time")
    updated_at: Moment = Field(None, validation_alias="last_updated_time")
    link: Annotated[str, PlainValidator(_link)] = Field("", validation_alias="url", repr=False)

    @property
    def is_usable(self) -> bool:
        """Whether calls to Instantly may go through it."""
        return self.status == ACTIVE and self.app == APP


class Connections:
    """List, create, read and delete the connections of a Maton account; closed by `close`.

    Shapes: base_url - the control plane's; limiter - the account's 10 requests/s, shared with the gateway.
    Raises: ValueError - the key cannot be one. Every call: GatewayKeyError - Maton does not accept the key.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        limiter: Limiter | None = None,
        http_transport: BaseTransport | None = None,
        timeout: Timeouts | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        self._transport = HttpTransport(
            base_url,
            Credentials.bearer(key),
            limiter=limiter,
            transport=http_transport,
            timeout=timeout,
            retry=retry,
        )

    def list(
        self, *, app: str | None = None, status: str | None = None, lane: Lane = Lane.BULK
    ) -> list[MatonConnection]:
        """Return all connections; the control plane shows no pages.

        Raises: PartlyUnreadError - some were not understood; it carries the others.
        """
        answer = self._asked("GET", _PATH, query={"app": app, "status": status}, lane=lane)
        found = Listing(MatonConnection)
        found.add(_unwrapped(answer, "connections"))
        return found.result()

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> MatonConnection:
        """Return one connection.

        Raises: NotFoundError - there is none with this id. UnexpectedAnswerError - the answer is another one.
        """
        answer = self._asked("GET", _path_of(remote_id), lane=lane)
        read = _one(answer)
        if read is None or read.remote_id != remote_id:
            raise answer.unexpected("expected the connection that was asked for, got something else")
        return read

    def create(self, *, app: str = APP) -> MatonConnection | None:
        """Create a connection, which a person authorises by opening its link.

        Returns None where the answer does not say which one it is: list the connections then.
        Source: docs/api/maton-facts.md §3: the answer is unpublished, wrapped or bare.
        """
        return _one(self._asked("POST", _PATH, body={"app": app}))

    def delete(self, remote_id: str) -> None:
        """Delete a connection; any success counts."""
        self._asked("DELETE", _path_of(remote_id))

    def close(self) -> None:
        self._transport.close()

    def _asked(self, method: str, path: str, **options: Any) -> Answer:
        """Send one request; a 401 here can only mean Maton's own key."""
        try:
            return self._transport.request(method, path, **options)
        except AuthError as error:
            raise GatewayKeyError(error.detail, **error.facts) from None


def _path_of(remote_id: str) -> str:
    return f"{_PATH}/{quote(remote_id, safe='')}"


def _unwrapped(answer: Answer, key: str) -> Answer:
    """Return the answer without the object that one key of it may wrap it in."""
    is_wrapped = isinstance(answer.value, Mapping) and key in answer.value
    return replace(answer, value=answer.value[key]) if is_wrapped else answer


def _one(answer: Answer) -> MatonConnection | None:
    value = _unwrapped(answer, "connection").value
    read = MatonConnection.model_validate(value) if isinstance(value, Mapping) else None
    return read if read is not None and not read.unread else None
