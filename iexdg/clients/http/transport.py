"""Sends one JSON request and returns the decoded answer, or raises the matching error; independent of any vendor."""

import json
import logging
import random as random_module
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit

import httpx

from iexdg.clients.http.answers import Answer, Reading, error_from_response, read_json, read_text
from iexdg.clients.http.auth import Credentials
from iexdg.clients.http.errors import ClientError, ConnectError, NetworkError, RateLimitError, RequestTimeoutError
from iexdg.clients.http.limiter import Lane, Limiter, NullLimiter, WindowLimiter
from iexdg.clients.http.redaction import RedactingFilter, redact
from iexdg.clients.http.retry import RetryPolicy

logger = logging.getLogger("iexdg.clients")
# httpx logs every URL in full, and GET /email-verification/{email} carries a person's address in it.
logging.getLogger("httpx").addFilter(RedactingFilter())

# Only this package imports httpx; the layers above import the type from here.
BaseTransport: TypeAlias = httpx.BaseTransport
QueryValue: TypeAlias = str | int | float | bool | Sequence[str] | None

# Source: docs/api/instantly-facts.md Law 1 and §5 "UA": a browser's User-Agent on every call.
BROWSER_USER_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36"
)
# A page that somebody waits for is not kept longer by a budget of its own; a sync comes back later.
_LONGEST_WAIT_S = 20.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True)
class Timeouts:
    """How long to wait; in seconds. A safety call waits less for its answer.

    Source: docs/api/instantly-facts.md §2.3, POST /email-verification holds its answer for up to 10 s.
    """

    connect_s: float = 5.0
    answer_s: float = 30.0
    safety_answer_s: float = 10.0
    pool_s: float = 30.0

    def for_lane(self, lane: Lane) -> httpx.Timeout:
        answer_s = self.safety_answer_s if lane is Lane.SAFETY else self.answer_s
        return httpx.Timeout(answer_s, connect=self.connect_s, pool=self.pool_s)


@dataclass(frozen=True)
class _Call:
    method: str
    path: str
    query: Mapping[str, QueryValue]
    body: object | None
    lane: Lane
    is_write: bool
    secrets: tuple[str, ...]
    wants_text: bool = False
    is_form: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        return {"method": self.method, "path": self.path, "is_write": self.is_write}


class HttpTransport:
    """One connection pool to one vendor with one set of credentials; safe to share between threads.

    Shapes: base_url - scheme and host; prefix - the path before every call's own, such as "/api/v2";
        transport - an httpx transport for tests; headers - further ones of every call, that are no secret; reading -
        understands what this vendor refuses in a way of its own; watch - is shown the headers of every answer.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        prefix: str = "",
        headers: Mapping[str, str] | None = None,
        reading: Reading | None = None,
        watch: Callable[[Mapping[str, str]], None] | None = None,
        limiter: Limiter | None = None,
        transport: BaseTransport | None = None,
        timeout: Timeouts | None = None,
        retry: RetryPolicy | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = random_module.random,
    ) -> None:
        self.limiter: Limiter = limiter or NullLimiter()
        self._reading, self._watch = reading, watch
        self._prefix = f"/{prefix.strip('/')}" if prefix.strip("/") else ""
        self._secrets = credentials.secrets
        self._timeouts = timeout or Timeouts()
        self._retry = retry or RetryPolicy()
        self._clock, self._sleep, self._random = clock, sleep, random
        self._http = httpx.Client(
            base_url=base_url,
            transport=transport,
            headers={
                "User-Agent": BROWSER_USER_AGENT,
                "Accept": "application/json",
                **(headers or {}),
                **dict(credentials.headers),
            },
            # One connection per thread of the widest fan-out, with capacity for the safety lane.
            limits=httpx.Limits(max_connections=96, max_keepalive_connections=80),
            # A proxy from the environment must not receive calls to a sandbox on this machine.
            trust_env=urlsplit(base_url).hostname not in _LOOPBACK,
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, QueryValue] | None = None,
        body: object | None = None,
        lane: Lane = Lane.BULK,
        repeatable: bool = False,
        is_write: bool | None = None,
        own_limit: Limiter | None = None,
        wants_text: bool = False,
        is_form: bool = False,
        secrets: Sequence[str] = (),
    ) -> Answer:
        """Send one request, again where that is harmless, and return the decoded answer.

        Shapes: path - relative to the prefix, "leads/add"; body - JSON-able, None sends no body and no Content-Type;
            is_write - everything but GET by default;
            repeatable - a write that may be sent twice without doing anything twice;
            own_limit - the budget of an operation that has a limit of its own, beside that of the workspace;
            wants_text - the answer is a text such as a CSV file, not JSON;
            is_form - the body, an object of texts, is sent as a form and not as JSON;
            secrets - texts of the body that no error and no log may show, should the answer repeat them.
        Raises: ClientError - `outcome_unknown` says whether a write may have been carried out all the same;
            ValueError - a path that is not relative, nothing was sent.
        """
        if path.startswith("/"):
            raise ValueError(f"{path!r} is not relative to the prefix {self._prefix or '/'!r}")
        is_write = method != "GET" if is_write is None else is_write
        shielded = (*self._secrets, *secrets)
        call = _Call(method, f"{self._prefix}/{path}", query or {}, body, lane, is_write, shielded, wants_text, is_form)
        attempt, unknown_before = 1, False
        while True:
            if own_limit is not None:
                own_limit.acquire(lane)
            self.limiter.acquire(lane)
            try:
                return self._send(call, attempt)
            except ClientError as error:
                error.earlier_attempt_unknown = unknown_before
                if isinstance(error, RateLimitError):
                    (own_limit or self.limiter).penalise(error.retry_after_s)
                delay_s = self._retry.delay_s(error, attempt=attempt, repeatable=repeatable, random=self._random)
                # Status reads and pauses are retried soon anyway; a second long wait would delay the next pause.
                if delay_s is None or (lane is Lane.SAFETY and isinstance(error, RequestTimeoutError)):
                    raise
                unknown_before = error.outcome_unknown
            self._sleep(delay_s)
            attempt += 1

    def own_limit(self, most: int, *, period_s: float) -> WindowLimiter:
        """Return a budget for operations that have a limit of their own, on the clock of this transport."""
        longest_wait_s = _LONGEST_WAIT_S
        return WindowLimiter(most, period_s, longest_wait_s=longest_wait_s, clock=self._clock, sleep=self._sleep)

    def close(self) -> None:
        """Close the connections; the transport cannot be used afterwards."""
        self._http.close()

    def _send(self, call: _Call, attempt: int) -> Answer:
        started = self._clock()
        status: int | str = "error"
        try:
            response = self._exchange(call)
            status = response.status_code
            if self._watch is not None:
                self._watch(response.headers)
            if response.is_success:
                read = read_text if call.wants_text else read_json
                return read(response, call.facts, secrets=call.secrets)
            raise error_from_response(
                response, call.facts, now=self._clock(), secrets=call.secrets, reading=self._reading
            )
        except ClientError as error:
            status = error.status or error.code
            raise
        finally:
            self._log(call, status, attempt, (self._clock() - started) * 1000)

    def _exchange(self, call: _Call) -> httpx.Response:
        content, headers = None, {}
        if call.is_form and isinstance(call.body, Mapping):
            content = urlencode(call.body).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif call.body is not None:
            content = json.dumps(call.body, allow_nan=False, separators=(",", ":")).encode()
            headers["Content-Type"] = "application/json"
        query = {key: value for key, value in call.query.items() if value is not None}
        try:
            return self._http.request(
                call.method,
                call.path,
                params=query or None,
                content=content,
                headers=headers,
                timeout=self._timeouts.for_lane(call.lane),
            )
        # `from None`: the httpx error holds the request, and with it the key, for any page that prints tracebacks.
        except _NEVER_SENT as error:
            raise ConnectError(type(error).__name__, request_arrived=False, **call.facts) from None
        except httpx.TimeoutException as error:
            raise RequestTimeoutError(type(error).__name__, **call.facts) from None
        except (httpx.TransportError, ConnectionError, httpx.DecodingError) as error:
            raise NetworkError(type(error).__name__, **call.facts) from None

    def _log(self, call: _Call, status: int | str, attempt: int, took_ms: float) -> None:
        path = redact(call.path, secrets=call.secrets)
        facts = {"http_method": call.method, "http_path": path, "http_status": status, "took_ms": round(took_ms)}
        again = f" (attempt {attempt})" if attempt > 1 else ""
        logger.info("%s %s %s in %d ms%s", call.method, path, status, took_ms, again, extra=facts)
