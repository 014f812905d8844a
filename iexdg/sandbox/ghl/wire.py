"""What travels inside the simulated GoHighLevel: the call, the operation, the errors in the vendor's shapes.

Source: gohighlevel-facts.md §7.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from iexdg.sandbox.http.wire import JsonObject, reason_phrase
from iexdg.sandbox.vendor.facts import GOHIGHLEVEL, Request
from iexdg.sandbox.world.crm import Crm
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World

PREFIX = "/ghl"


class CrmError(Exception):
    """An answer other than a success.

    Shapes: message - a list of texts for 422, a text everywhere else; more - further fields of the body.
    """

    def __init__(self, status: int, message: str | list[str], **more: Any) -> None:
        super().__init__(str(message))
        self.status = status
        self.message = message
        self.more = more

    def body(self) -> JsonObject:
        """Return the JSON body of this error."""
        return {
            "statusCode": self.status,
            "message": self.message,
            "error": reason_phrase(self.status),
            "traceId": trace_of(str(self.message)),
            **self.more,
        }


def not_found(what: str, remote_id: str) -> CrmError:
    """Return the error of an id that is unknown: a 400, not a 404."""
    return CrmError(400, f"{what} with id {remote_id} not found")


@dataclass(frozen=True, kw_only=True)
class CrmCall:
    """One validated request as a handler sees it. Shapes: token - the one that it carries, "" for OAuth calls."""

    world: World
    crm: Crm
    options: SandboxOptions
    now: float
    params: dict[str, str]
    query: dict[str, str]
    body: Any
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation. Shapes: status - of its success; is_open - it takes no token and no Version header."""

    method: str
    path: str
    handler: Callable[[CrmCall], JsonObject]
    request: Request
    status: int = 200
    is_open: bool = False


def served(
    method: str, path: str, handler: Callable[[CrmCall], JsonObject], *, status: int = 200, is_open: bool = False
) -> Operation:
    """Serve an operation as the vendor publishes it.

    Raises: KeyError - the vendor has no such operation.
    """
    request = GOHIGHLEVEL.request_of(method, path)
    return Operation(method=method, path=path, handler=handler, request=request, status=status, is_open=is_open)


def trace_of(text: str) -> str:
    """Return a trace id that follows from a text."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def done(options: SandboxOptions) -> JsonObject:
    """Return the body that says that something was done, in the spelling that the options name."""
    return {} if options.crm_done_word == "none" else {options.crm_done_word: True}
