"""One error class per cause of a failed call; each says what happened and what to do next.

ClientError
├── NetworkError                 no answer came
│   ├── ConnectError             the request provably never left
│   └── RequestTimeoutError      it may or may not have arrived
├── EdgeBlockedError             Cloudflare 1010, or any 403 that is not JSON
├── AuthError                    401
├── PlanError                    402
├── ScopeError                   403 as JSON
├── NotFoundError                404
├── ConflictError                409
├── ValidationError              400, 413, 422 and every other 4xx
├── RateLimitError               429
├── ServerError                  5xx
└── UnexpectedAnswerError        an answer that is not what it should be
    └── PartlyUnreadError        a list of which only some records could be understood
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from iexdg.clients.http.redaction import redact

_LONGEST_DETAIL = 300


class ClientError(Exception):
    """A call to a vendor that did not do what was asked.

    Shapes: status - HTTP status or None without an answer; body - redacted text of the answer;
        request_arrived - True, False, or None for unknown; is_write - could the call change something.
    """

    code: ClassVar[str] = "client_error"
    happened: ClassVar[str] = "failed"
    advice: ClassVar[str] = "Read the log and try again."
    # Whether the advice is to send it again, which is none for what may have been carried out.
    advises_again: ClassVar[bool] = False

    def __init__(
        self,
        detail: str = "",
        *,
        status: int | None = None,
        body: str = "",
        method: str = "",
        path: str = "",
        is_write: bool = False,
        request_arrived: bool | None = None,
        retry_after_s: float | None = None,
        earlier_attempt_unknown: bool = False,
    ) -> None:
        self.detail = _one_line(redact(detail))
        self.status = status
        self.body = redact(body)
        self.method = method
        self.path = redact(path)
        self.is_write = is_write
        self.request_arrived = request_arrived
        self.retry_after_s = retry_after_s
        self.earlier_attempt_unknown = earlier_attempt_unknown
        super().__init__(self.detail)

    @property
    def outcome_unknown(self) -> bool:
        """Whether a write may have been carried out in spite of this error."""
        return self.is_write and (self.earlier_attempt_unknown or self._may_have_been_carried_out)

    @property
    def _may_have_been_carried_out(self) -> bool:
        return self.request_arrived is None

    @property
    def what_happened(self) -> str:
        """The first sentence of the message: which call, and what became of it."""
        call = f"{self.method} {self.path}".strip() or "The call"
        status = f" ({self.status})" if self.status else ""
        detail = f": {self.detail.rstrip('. ')}" if self.detail else ""
        return f"{call} {self.happened}{status}{detail}."

    def __str__(self) -> str:
        unknown = "It may have been carried out: read it back before repeating it." if self.outcome_unknown else ""
        advice = "" if unknown and self.advises_again else self.advice
        return " ".join(filter(None, (self.what_happened, advice, unknown)))

    @property
    def facts(self) -> dict[str, Any]:
        """Everything but the detail, as the arguments of another error about the same call."""
        return {key: value for key, value in vars(self).items() if key != "detail"}

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments do not pickle by themselves, and task queues pickle what a child process raises.
        return (_rebuild, (type(self), self.detail, self.facts))

    @classmethod
    def _from_state(cls, detail: str, state: Mapping[str, Any]) -> Self:
        return cls(detail, **state)


def _rebuild(kind: type[ClientError], detail: str, state: Mapping[str, Any]) -> ClientError:
    return kind._from_state(detail, state)


def _one_line(text: str) -> str:
    # What is stored and logged holds no NUL, which a database refuses, and nothing else that cannot be seen.
    flat = "".join(character for character in " ".join(text.split()) if character.isprintable())
    return flat if len(flat) <= _LONGEST_DETAIL else f"{flat[:_LONGEST_DETAIL]}…"


class NetworkError(ClientError):
    """The connection broke before an answer came."""

    code = "network"
    happened = "lost its connection"
    advice = "Check the network and try again."
    advises_again = True


class ConnectError(NetworkError):
    """No connection was made, so nothing was sent."""

    code = "connect"
    happened = "could not connect"
    advice = "Nothing was sent; check the address and the network, then try again."


class RequestTimeoutError(NetworkError):
    """No answer came in time."""

    code = "timeout"
    happened = "was not answered in time"
    advice = "Try again in a minute."


class EdgeBlockedError(ClientError):
    """The vendor's edge refused the call before it reached the API; this is never an empty result.

    Source: docs/api/instantly-facts.md §1 User-Agent, 403 with `error code: 1010`.
    """

    code = "edge_blocked"
    happened = "was blocked at the vendor's edge"
    advice = "Send a browser User-Agent and check that this machine's address is not banned."


class AuthError(ClientError):
    code = "auth"
    happened = "was refused: the key is not accepted"
    advice = "Check the API key: revoked, cut off, or from another workspace."


class PlanError(ClientError):
    code = "plan"
    happened = "was refused: the plan or the credits do not cover it"
    advice = "Check the plan and the credits left in the vendor's billing page."


class ScopeError(ClientError):
    code = "scope"
    happened = "was refused: the key lacks a scope"
    advice = "Make a key with the missing scope and replace this one."


class NotFoundError(ClientError):
    code = "not_found"
    happened = "found nothing"
    advice = "Check that it still exists and belongs to this workspace."


class ConflictError(ClientError):
    code = "conflict"
    happened = "was refused: it clashes with what is there"
    advice = "Read the current state and decide again."


class ValidationError(ClientError):
    code = "validation"
    happened = "was refused as invalid"
    advice = "Correct the values that were sent."


class RateLimitError(ClientError):
    """The call exceeded the rate limit and was not carried out."""

    code = "rate_limit"
    happened = "was refused: too many calls"
    advice = "Wait a minute; bulk work is slowed down automatically."


class ServerError(ClientError):
    code = "server"
    happened = "failed at the vendor"
    advice = "Try again in a few minutes."
    advises_again = True

    @property
    def _may_have_been_carried_out(self) -> bool:
        return True


class UnexpectedAnswerError(ClientError):
    """An answer came that cannot be read as what was asked for."""

    code = "unexpected_answer"
    happened = "was answered with something unreadable"
    advice = "Read the log; the vendor may have changed its API."

    @property
    def _may_have_been_carried_out(self) -> bool:
        return True


class PartlyUnreadError(UnexpectedAnswerError):
    """Some records of a list could not be understood; the others can be used, but the list is not complete.

    Shapes: understood - the other records where the list is one answer; () where they were yielded before.
    """

    code = "partly_unread"
    happened = "was answered with records that cannot be understood"
    advice = "It is read again soon; if this stays, the vendor may have changed its API."

    def __init__(self, detail: str = "", *, understood: tuple[Any, ...] = (), **facts: Any) -> None:
        super().__init__(detail, **facts)
        self.understood = understood
