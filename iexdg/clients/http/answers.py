"""Turns an HTTP response into a decoded answer or into the error that fits its status and body."""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias

import httpx

from iexdg.clients.http.decoding import decode
from iexdg.clients.http.errors import (
    AuthError,
    ClientError,
    ConflictError,
    EdgeBlockedError,
    NotFoundError,
    PlanError,
    RateLimitError,
    ScopeError,
    ServerError,
    UnexpectedAnswerError,
    ValidationError,
)
from iexdg.clients.http.redaction import redact

_BY_STATUS: dict[int, type[ClientError]] = {
    401: AuthError,
    402: PlanError,
    403: ScopeError,
    404: NotFoundError,
    409: ConflictError,
    429: RateLimitError,
}
_LONGEST_BODY = 2000
_LONGEST_VALUE = 500


@dataclass(frozen=True)
class Refusal:
    """How one vendor's answer is to be understood. Shapes: more - further arguments of the error."""

    kind: type[ClientError]
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """An answer that is not a success. Shapes: value - its decoded JSON, None where it is none."""

    method: str
    path: str
    status: int
    value: Any = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


# Reads what one vendor refuses in a way of its own; None where the statuses mean what they mean everywhere.
Reading: TypeAlias = Callable[[Refused], Refusal | None]


@dataclass(frozen=True)
class Answer:
    """A successful answer and the call that it belongs to; `value` is its decoded JSON, None without a body."""

    value: Any = field(repr=False)
    status: int
    method: str
    path: str
    is_write: bool
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def unexpected(self, detail: str) -> UnexpectedAnswerError:
        """Build the error for an answer whose value is not what was asked for; a write may have been carried out."""
        return UnexpectedAnswerError(
            detail,
            status=self.status,
            body=redact(json.dumps(self.value), secrets=self.secrets)[:_LONGEST_VALUE],
            method=self.method,
            path=self.path,
            is_write=self.is_write,
            request_arrived=True,
        )


def read_json(response: httpx.Response, facts: Mapping[str, Any], *, secrets: tuple[str, ...] = ()) -> Answer:
    """Decode a successful answer.

    Shapes: facts - `method`, `path` and `is_write` of the call.

    Raises: UnexpectedAnswerError - the answer is not JSON; a write may have been carried out.
    """
    decoded = _decoded(response) if response.content else None
    if decoded is _NOT_JSON:
        kind = response.headers.get("content-type", "no content type")
        raise UnexpectedAnswerError(
            f"expected JSON, got {kind}",
            status=response.status_code,
            body=_body_text(response, secrets),
            request_arrived=True,
            **facts,
        )
    return Answer(decoded, status=response.status_code, secrets=secrets, **facts)


def read_text(response: httpx.Response, facts: Mapping[str, Any], *, secrets: tuple[str, ...] = ()) -> Answer:
    """Read a successful answer that is a plain text, such as a CSV file.

    Raises: UnexpectedAnswerError - the answer is a page of HTML, which stands for something else than was asked for.
    """
    if "html" in response.headers.get("content-type", ""):
        raise UnexpectedAnswerError(
            "expected a text, got a page of HTML", status=response.status_code, request_arrived=True, **facts
        )
    return Answer(response.text, status=response.status_code, secrets=secrets, **facts)


def error_from_response(
    response: httpx.Response,
    facts: Mapping[str, Any],
    *,
    now: float,
    secrets: Iterable[str] = (),
    reading: Reading | None = None,
) -> ClientError:
    """Build the error for an answer that is not a success.

    A 403 that is not JSON comes from Cloudflare. Shapes: reading - what a vendor says in a way of its own.
    Source: docs/api/instantly-facts.md §1 error envelope and its exceptions.
    """
    decoded = _decoded(response)
    refusal = _read_by(reading, response, facts, decoded) or Refusal(_error_class(response.status_code, decoded))
    said = {
        "status": response.status_code,
        "body": _body_text(response, secrets),
        # The edge answers in the vendor's place, so what it refuses never arrived.
        "request_arrived": refusal.kind is not EdgeBlockedError,
        "retry_after_s": _retry_after_s(response.headers.get("retry-after"), now),
    }
    return refusal.kind(redact(_message(decoded, response), secrets=secrets), **{**said, **facts, **refusal.more})


def _read_by(
    reading: Reading | None, response: httpx.Response, facts: Mapping[str, Any], decoded: Any
) -> Refusal | None:
    if reading is None:
        return None
    value = None if decoded is _NOT_JSON else decoded
    return reading(Refused(facts["method"], facts["path"], response.status_code, value, response.headers))


class _NotJson:
    pass


_NOT_JSON = _NotJson()


def _decoded(response: httpx.Response) -> Any:
    try:
        return decode(response.content)
    except ValueError:
        return _NOT_JSON


def _error_class(status: int, decoded: Any) -> type[ClientError]:
    if status == 403 and not isinstance(decoded, dict):
        return EdgeBlockedError
    # Activate and pause answer an unknown campaign with a 400 whose body says 404.
    if status == 400 and isinstance(decoded, dict) and decoded.get("statusCode") == 404:
        return NotFoundError
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 400 <= status < 500:
        return ValidationError
    return ServerError if status >= 500 else UnexpectedAnswerError


def _message(decoded: Any, response: httpx.Response) -> str:
    if isinstance(decoded, dict):
        for key in ("message", "error"):
            if isinstance(decoded.get(key), str) and decoded[key]:
                return str(decoded[key])
            # One vendor words a refused body as a list, a text for each field.
            if isinstance(decoded.get(key), list) and decoded[key]:
                return "; ".join(text for text in decoded[key] if isinstance(text, str))
    elif isinstance(decoded, _NotJson) and "html" not in response.headers.get("content-type", ""):
        return response.text
    return response.reason_phrase


def _body_text(response: httpx.Response, secrets: Iterable[str]) -> str:
    return redact(response.text[:_LONGEST_BODY], secrets=secrets)


def _retry_after_s(header: str | None, now: float) -> float | None:
    if not header:
        return None
    try:
        wait_s = float(header)
    except ValueError:
        try:
            wait_s = parsedate_to_datetime(header).timestamp() - now
        except (ValueError, OverflowError):
            return None
    # "nan" and "inf" are numbers to Python and no time to wait.
    return max(0.0, wait_s) if math.isfinite(wait_s) else None
