"""What travels between server, routes and handlers: WSGI values, the call, the reply, the vendor's error bodies."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

# What is answered is made for the answer and contains itself nowhere.
_ENCODER = json.JSONEncoder(separators=(",", ":"), check_circular=False)

JsonObject = dict[str, Any]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class ApiError(Exception):
    """An answer other than 200, in the vendor's envelope.

    Source: instantly-facts.md §1; `bare` is the {message}-only body of the analytics operations, `exact` a body that
        only one operation has.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        bare: bool = False,
        exact: JsonObject | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.bare = bare
        self.exact = exact

    def body(self) -> JsonObject:
        """Return the JSON body of this error."""
        if self.exact is not None:
            return self.exact
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
    """One validated request as a handler sees it; query values are already coerced to their types.

    Shapes: worlds - every workspace of the simulator by its id, this one too; origin - where the simulator is reached.
    """

    world: World
    worlds: Mapping[str, World]
    options: SandboxOptions
    now: float
    origin: str
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
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Unlocked:
    """What a handler returns when its answer needs work that must not hold the world's lock, such as a request.

    `work` runs without the lock; `answer` gets what it returned and runs with the lock again.
    """

    work: Callable[[], Any]
    answer: Callable[[Any], Any]


def json_text(value: Any) -> str:
    """Write a value as it stands in every answer."""
    return _ENCODER.encode(value)


def json_reply(payload: Any, status: int = 200) -> Reply:
    """Encode a JSON answer."""
    return Reply(status=status, body=json_text(payload).encode())


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


def raw_body(environ: Environ) -> bytes:
    """Return the body of a request.

    Raises: ApiError 400 - its length is no number, or it is shorter than was announced.
    """
    announced = str(environ.get("CONTENT_LENGTH") or "0")
    if not announced.isdecimal():
        raise ApiError(400, "Content-Length is not a number", code="FST_ERR_CTP_INVALID_CONTENT_LENGTH")
    raw: bytes = environ["wsgi.input"].read(int(announced)) if announced != "0" else b""
    if len(raw) != int(announced):
        message = "Request body size did not match Content-Length"
        raise ApiError(400, message, code="FST_ERR_CTP_INVALID_CONTENT_LENGTH")
    return raw


def send_reply(reply: Reply, start_response: StartResponse) -> list[bytes]:
    """Hand a finished answer to the WSGI server."""
    headers = [("Server", reply.server), *reply.headers]
    if reply.status != HTTPStatus.NO_CONTENT:
        headers += [("Content-Type", reply.content_type), ("Content-Length", str(len(reply.body)))]
    start_response(f"{reply.status} {reason_phrase(reply.status)}", headers)
    return [reply.body]
