"""What travels between server, routes and handlers: WSGI values, the call, the reply, the vendor's error bodies."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

JsonObject = dict[str, Any]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class ApiError(Exception):
    """An answer other than 200, in the vendor's envelope.

    Source: instantly-facts.md §1; `bare` is the {message}-only body of the analytics operations.
    """

    def __init__(self, status: int, message: str, *, code: str | None = None, bare: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.bare = bare

    def body(self) -> JsonObject:
        """Return the JSON body of this error."""
        if self.bare:
            return {"message": self.message}
        body: JsonObject = {"statusCode": self.status}
        if self.code:
            body["code"] = self.code
        return body | {"error": reason_phrase(self.status), "message": self.message}


class NotFoundError(ApiError):
    """The id is unknown in this workspace."""

    def __init__(self) -> None:
        super().__init__(404, "Resource not found")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One validated request as a handler sees it; query values are already coerced to their types."""

    world: World
    options: SandboxOptions
    now: float
    params: dict[str, str]
    query: JsonObject
    body: Any
    user_agent: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A finished HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    server: str = "sandbox"


def json_reply(payload: Any, status: int = 200) -> Reply:
    """Encode a JSON answer."""
    return Reply(status=status, body=json.dumps(payload, separators=(",", ":")).encode())


def reason_phrase(status: int) -> str:
    """Return the standard phrase of a status code, or a general one for unregistered codes."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # Python's own phrase is an older one. Source: OpenAPI, the 413 of the account analytics.
        return "Payload Too Large"
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def request_path(environ: Environ) -> str:
    """Return the path as text; servers pass UTF-8 bytes decoded as Latin-1, test transports plain text."""
    raw: str = environ.get("PATH_INFO", "")
    try:
        return raw.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return raw


def send_reply(reply: Reply, start_response: StartResponse) -> list[bytes]:
    """Hand a finished answer to the WSGI server."""
    headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
    headers.append(("Server", reply.server))
    start_response(f"{reply.status} {reason_phrase(reply.status)}", headers)
    return [reply.body]
