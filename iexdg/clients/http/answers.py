"""Turns an HTTP response into decoded JSON or into the error that fits its status and body."""

from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

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


def read_json(response: httpx.Response, facts: Mapping[str, Any], *, secrets: Iterable[str] = ()) -> Any:
    """Decode a successful answer; None when it has no body.

    Raises: UnexpectedAnswerError - the answer is not JSON; a write may have been carried out.
    """
    if not response.content:
        return None
    decoded = _decoded(response)
    if decoded is _NOT_JSON:
        kind = response.headers.get("content-type", "no content type")
        raise UnexpectedAnswerError(
            f"expected JSON, got {kind}",
            status=response.status_code,
            body=_body_text(response, secrets),
            request_arrived=True,
            **facts,
        )
    return decoded


def error_from_response(
    response: httpx.Response, facts: Mapping[str, Any], *, now: float, secrets: Iterable[str] = ()
) -> ClientError:
    """Build the error for an answer that is not a success.

    Source: instantly-api.md §1 error envelope and its exceptions; a 403 that is not JSON comes from Cloudflare.
    """
    decoded = _decoded(response)
    kind = _error_class(response.status_code, decoded)
    return kind(
        redact(_message(decoded, response), secrets=secrets),
        status=response.status_code,
        body=_body_text(response, secrets),
        # The edge answers in the vendor's place, so what it refuses never arrived.
        request_arrived=kind is not EdgeBlockedError,
        retry_after_s=_retry_after_s(response.headers.get("retry-after"), now),
        **facts,
    )


class _NotJson:
    pass


_NOT_JSON = _NotJson()


def _decoded(response: httpx.Response) -> Any:
    try:
        return response.json()
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
    elif isinstance(decoded, _NotJson) and "html" not in response.headers.get("content-type", ""):
        return response.text
    return response.reason_phrase


def _body_text(response: httpx.Response, secrets: Iterable[str]) -> str:
    return redact(response.text[:_LONGEST_BODY], secrets=secrets)


def _retry_after_s(header: str | None, now: float) -> float | None:
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except ValueError:
        return None
