"""Posts one JSON message to an address that is itself a secret, such as Slack's incoming webhooks."""

from collections.abc import Collection, Mapping
from typing import Any

import httpx

from iexdg.clients.http.errors import (
    ClientError,
    ConnectError,
    NetworkError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    ValidationError,
)
from iexdg.clients.http.public_address import NotPublicError, PublicTransport
from iexdg.clients.http.redaction import redact

_TIMEOUT = httpx.Timeout(5.0)
_LONGEST_DETAIL = 120
_FACTS: dict[str, Any] = {"method": "POST", "path": "to the webhook", "is_write": False}


def post_webhook(
    url: str,
    message: Mapping[str, str],
    *,
    https_only: bool = True,
    allowed_hosts: Collection[str] = (),
    transport: httpx.BaseTransport | None = None,
) -> None:
    """Send a message once, to a public address or an allowed host; the caller decides about a retry.

    Shapes: url - its path is a key and never appears in an error; message - for Slack {"text": "…"};
        allowed_hosts - names or addresses that may be private; transport - another way to connect, for tests.
    Raises: ClientError - it was not accepted; without an answer it may have arrived all the same.
        ValidationError - also where the address is not https or not public: nothing was sent.
    Source: Slack, "Sending messages using incoming webhooks" (read 2026-11-22): 200 with the text "ok".
    """
    if https_only and not url.lower().startswith("https://"):
        raise ValidationError("the address begins with https:// outside the sandbox", **_FACTS)
    way = transport or PublicTransport(allowed_hosts=allowed_hosts)
    # Redirects are not followed: the message must only go to the configured address.
    try:
        with httpx.Client(transport=way, timeout=_TIMEOUT, follow_redirects=False) as http:
            response = http.post(url, json=dict(message))
    # `from None`: the httpx error holds the address.
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise ValidationError("the address is none; it begins with https://", **_FACTS) from None
    except httpx.ConnectError as error:
        if isinstance(error.__cause__, NotPublicError):
            raise ValidationError(f"{error}; an admin can name its host in WEBHOOK_ALLOWED_HOSTS", **_FACTS) from None
        raise ConnectError(type(error).__name__, request_arrived=False, **_FACTS) from None
    except httpx.TimeoutException as error:
        raise RequestTimeoutError(type(error).__name__, **_FACTS) from None
    except httpx.TransportError as error:
        raise NetworkError(type(error).__name__, **_FACTS) from None
    if not response.is_success:
        raise _refusal(response, url)


def _refusal(response: httpx.Response, url: str) -> ClientError:
    kind: type[ClientError] = ValidationError
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        kind = RateLimitError
    elif response.is_server_error:
        kind = ServerError
    detail = redact(response.text[:_LONGEST_DETAIL], secrets=(url, httpx.URL(url).path))
    return kind(detail, status=response.status_code, request_arrived=True, **_FACTS)
